package operations

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/snippet"
	"github.com/credguide/credguide/environments/snippets"
)

// rendered is a snippet for an account with a file of authorities of its own.
func rendered(t *testing.T, id string) string {
	t.Helper()
	s, err := snippets.Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	text, err := snippet.Render(s, snippet.Values{
		Environment: "EGI Check-in development", Issuer: "https://aai-dev.egi.eu/auth/realms/egi", Backend: "https://openeocloud-dev.vito.be", ProviderID: "egi-dev",
		ClientID: "nightly %d $HOME", Check: []string{"--environment", "development", "--ca-file", "/etc/ssl/lab.pem"},
		Place: snippet.Place{Name: "Nightly_NDVI.2", Words: "in the file /home/me/nightly.secret", Fetch: "cat /home/me/nightly.secret", InFile: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheSnippetForKubernetes(t *testing.T) {
	c := decodeCluster(t, "the snippet", []byte(rendered(t, "kubernetes")))
	if len(c.jobs) != 1 {
		t.Fatalf("%+v", c)
	}
	mustBeLocked(t, c.jobs[0].Spec.JobTemplate.Spec.Template, "/secrets")
	jobFits(t, c.jobs[0])
	if image := c.jobs[0].Spec.JobTemplate.Spec.Template.Spec.Containers[0].Image; !byDigest.MatchString(image) {
		t.Errorf("the image %s is not fixed", image)
	}
}

func TestTheSnippetForCompose(t *testing.T) {
	file := filepath.Join(t.TempDir(), "compose.yaml")
	write(t, file, rendered(t, "compose"))
	listing := regexp.MustCompile(`(?m)^#   (sed .*)$`).FindStringSubmatch(rendered(t, "compose"))
	if listing == nil {
		t.Fatal("nothing makes the list")
	}
	run(t, "sh", "-euc", "cd "+filepath.Dir(file)+"; "+listing[1])
	project := composed(t, file)
	mustBeConfined(t, project)
	mustBeAlike(t, project, "compose")
	if list := read(t, filepath.Join(filepath.Dir(file), "accounts.yaml")); !strings.Contains(list, "client_id: 'nightly %d $HOME'\n") || !strings.Contains(list, "secret_file: '/run/secrets/secret'") {
		t.Errorf("the list:\n%s", list)
	}
}

// aUnit is a file that the script writes.
var aUnit = regexp.MustCompile(`(?s)sudo tee /etc/systemd/system/(\S+) >/dev/null <<'END OF UNIT'\n(.*?)\nEND OF UNIT\n`)

func TestTheSnippetForSystemd(t *testing.T) {
	text := rendered(t, "systemd")
	dir := t.TempDir()
	for _, m := range aUnit.FindAllStringSubmatch(text, -1) {
		write(t, filepath.Join(dir, m[1]), m[2]+"\n")
	}
	verified(t, dir)
	script := filepath.Join(dir, "install.sh")
	write(t, script, text)
	run(t, "shellcheck", "--exclude=SC2002", script) // cat is where the secret of other accounts comes from another command
}

func TestTheSnippetsForCI(t *testing.T) {
	root := t.TempDir()
	workflow := filepath.Join(root, ".github", "workflows", "openeo.yml")
	write(t, workflow, rendered(t, "github"))
	write(t, filepath.Join(root, ".git", "HEAD"), "")
	linted(t, root, workflow)
}
