package operations

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// composed reads a file as Compose does: against its schema, with every reference resolved.
func composed(t *testing.T, file string) *types.Project {
	t.Helper()
	text := read(t, file)
	project, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir: filepath.Dir(file), ConfigFiles: []types.ConfigFile{{Filename: file, Content: []byte(text)}}, Environment: types.Mapping{},
	})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return project
}

func TestCompose(t *testing.T) {
	file, err := filepath.Abs(filepath.Join(folder, "compose", "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	project := composed(t, file)
	mustBeConfined(t, project)
	service := project.Services["credguide"]
	if len(service.Ports) != 1 || service.Ports[0].HostIP != "127.0.0.1" {
		t.Errorf("the ports %+v are open to others", service.Ports)
	}
	list := read(t, filepath.Join(folder, "compose", "accounts.yaml"))
	for _, s := range service.Secrets {
		if !strings.Contains(list, "secret_file: /run/secrets/"+s.Source+"\n") {
			t.Errorf("the list does not use the secret %s", s.Source)
		}
	}
}

// mustBeConfined holds a container to what the pod of Kubernetes is held to. Compose mounts a config
// that is a file, and refuses any other for a container that is read-only.
func mustBeConfined(t *testing.T, p *types.Project) {
	t.Helper()
	s := p.Services["credguide"]
	for _, c := range s.Configs {
		if p.Configs[c.Source].File == "" {
			t.Errorf("the config %s is no file", c.Source)
		}
	}
	if !byDigest.MatchString(s.Image) {
		t.Errorf("the image %s is not fixed", s.Image)
	}
	if !s.ReadOnly || s.User != "65532:65532" || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") || s.Privileged {
		t.Errorf("%+v", s)
	}
	if len(s.Secrets) == 0 {
		t.Error("the container gets no secret")
	}
}

// mustBeAlike holds a container to that of the folder in docs/operations, but for where its list and
// its secrets lie.
func mustBeAlike(t *testing.T, p *types.Project, documented string) {
	t.Helper()
	file, err := filepath.Abs(filepath.Join(folder, documented, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var got, want types.ServiceConfig
	for service, from := range map[*types.ServiceConfig]*types.Project{&got: p, &want: composed(t, file)} {
		*service = from.Services["credguide"]
		service.Command = slices.Delete(slices.Clone(service.Command), 1, 2) // the list
		service.Volumes, service.Configs, service.Secrets, service.Networks = nil, nil, nil, nil
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the snippet has\n%+v\nand %s\n%+v", got, documented, want)
	}
}
