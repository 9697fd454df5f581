//go:build acceptance

package keycloak

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/internal/dev/acceptance/labdir"
	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

// features are build-time options that some cases need.
const features = "client-secret-rotation,dpop"

// distribution returns the unpacked and built Keycloak of that version.
func distribution(ctx context.Context, version string) (string, error) {
	home, err := labdir.Path("keycloak-"+version, "dist")
	if err != nil {
		return "", err
	}
	return home, labdir.Once(home, func(temporary string) error {
		archive, err := fetch(ctx, version)
		if err != nil {
			return err
		}
		if err := unpack(archive, temporary); err != nil {
			return fmt.Errorf("unpack %s: %w", archive, err)
		}
		return build(ctx, version, temporary)
	})
}

// fetch lets Maven put the distribution into its own repository, and finds it there.
func fetch(ctx context.Context, version string) (string, error) {
	repository, err := mavenRepository()
	if err != nil {
		return "", err
	}
	archive := filepath.Join(repository, "org", "keycloak", "keycloak-quarkus-dist", version, "keycloak-quarkus-dist-"+version+".zip")
	if _, err := os.Stat(archive); err == nil {
		return archive, nil
	}
	maven := exec.CommandContext(ctx, "mvn", "-B", "-q", "dependency:get",
		"-Dmaven.repo.local="+repository, "-Dtransitive=false",
		"-Dartifact=org.keycloak:keycloak-quarkus-dist:"+version+":zip")
	maven.Dir = os.TempDir() // no project of ours is to be built
	if err := process.Run(maven); err != nil {
		return "", fmt.Errorf("download Keycloak %s with Maven: %w", version, err)
	}
	_, err = os.Stat(archive)
	return archive, err
}

// mavenRepository is the local repository: where MAVEN_OPTS or MAVEN_ARGS
// put it, or the usual place.
func mavenRepository() (string, error) {
	for _, variable := range []string{"MAVEN_ARGS", "MAVEN_OPTS"} {
		for word := range strings.FieldsSeq(os.Getenv(variable)) {
			if path, ok := strings.CutPrefix(word, "-Dmaven.repo.local="); ok {
				return path, nil
			}
		}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".m2", "repository"), nil
}

// unpack extracts the archive without its first folder.
func unpack(archive, folder string) error {
	reader, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer reader.Close()
	for _, entry := range reader.File {
		_, name, found := strings.Cut(entry.Name, "/")
		if !found || name == "" || entry.FileInfo().IsDir() {
			continue
		}
		if !filepath.IsLocal(name) {
			return fmt.Errorf("%q leads out of the folder", entry.Name)
		}
		if err := extract(entry, filepath.Join(folder, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	return nil
}

func extract(entry *zip.File, path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	content, err := entry.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	mode := fs.FileMode(0o644)
	if strings.HasSuffix(path, ".sh") {
		mode = 0o755
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(file, content)
	return err
}

// build fixes the build-time options, so that a start need not look again.
func build(ctx context.Context, version, home string) error {
	arguments := []string{"build", "--db=dev-file", "--http-relative-path=/auth", "--health-enabled=true"}
	if AtLeast(version, "24") {
		arguments = append(arguments, "--https-client-auth=request", "--features="+features)
	} else {
		arguments = append(arguments, "--features="+strings.TrimSuffix(features, ",dpop"))
	}
	if !AtLeast(version, "26") {
		arguments = append(arguments, "--cache=local") // a start option since 26
	}
	command := exec.CommandContext(ctx, filepath.Join(home, "bin", "kc.sh"), arguments...)
	if err := process.Run(command); err != nil {
		return fmt.Errorf("build Keycloak %s: %w", version, err)
	}
	return nil
}
