//go:build acceptance

package keycloak

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/credguide/credguide/internal/dev/acceptance/labdir"
)

// snapshot returns the folder of a database that holds the schema, the first
// administrator and the realms. It is made once per version and set of
// realms: copying it is what makes a start quick.
func snapshot(ctx context.Context, version, home string, realms []Realm) (string, error) {
	empty, err := labdir.Path("keycloak-"+version, "database")
	if err != nil {
		return "", err
	}
	err = labdir.Once(empty, func(temporary string) error {
		return record(ctx, version, home, "", nil, temporary)
	})
	if err != nil || len(realms) == 0 {
		return empty, err
	}
	filled, err := labdir.Path("keycloak-"+version, "database-"+fingerprint(realms))
	if err != nil {
		return "", err
	}
	return filled, labdir.Once(filled, func(temporary string) error {
		return record(ctx, version, home, empty, realms, temporary)
	})
}

// record starts the server once, lets it fill its database and keeps that.
// The very first start also writes the class archive, which the JVM does on
// a regular exit: hence the long grace.
func record(ctx context.Context, version, home, from string, realms []Realm, into string) error {
	run, err := os.MkdirTemp("", "credguide-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(run)
	database := filepath.Join(run, "data", "h2")
	if from != "" {
		if err := os.CopyFS(database, os.DirFS(from)); err != nil {
			return err
		}
	}
	l, err := newLaunch(version, home, run)
	if err != nil {
		return err
	}
	l.archive = from == ""
	server, err := l.start()
	if err != nil {
		return err
	}
	err = fill(ctx, l.base(), realms)
	server.Stop(90 * time.Second)
	if err != nil {
		return err
	}
	return os.CopyFS(into, os.DirFS(database))
}

func fill(ctx context.Context, base string, realms []Realm) error {
	admin, err := newAdministrator(ctx, base)
	if err != nil {
		return err
	}
	for _, realm := range realms {
		// The administrator's token lives for a minute and names the realms
		// of its time: a new one for each.
		if err := admin.populate(ctx, realm); err != nil {
			return fmt.Errorf("realm %s: %w", realm.Name, err)
		}
		if admin, err = newAdministrator(ctx, base); err != nil {
			return err
		}
	}
	return nil
}
