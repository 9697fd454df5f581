//go:build acceptance

package keycloak

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/internal/dev/acceptance/java"
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
		archive, err := java.Artifact(ctx, "org.keycloak", "keycloak-quarkus-dist", version, "zip")
		if err != nil {
			return err
		}
		if err := java.Unpack(archive, temporary, 1); err != nil {
			return err
		}
		return build(ctx, version, temporary)
	})
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
