package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/catalog"
)

// Bounds of a list: how long it may be, and how many checks run at once. More at once would look like an attack to the
// identity provider.
const (
	mostEntries = 500
	sideBySide  = 4
)

// entry is one line of the list of --all.
type entry struct {
	Name           string `yaml:"name"`
	Environment    string `yaml:"environment"`
	Issuer         string `yaml:"issuer"`
	Backend        string `yaml:"backend"`
	ProviderID     string `yaml:"provider_id"`
	ClientID       string `yaml:"client_id"`
	SecretFile     string `yaml:"secret_file"`
	Credentials    string `yaml:"credentials"`
	SecretVariable string `yaml:"secret_variable"`
}

// all checks every entry of a list.
func (c *checker) all(ctx context.Context, file string, outputs []output) error {
	entries, folder, err := c.readList(file)
	if err != nil {
		return err
	}
	subjects, names := make([]probe.Subject, len(entries)), make([]string, len(entries))
	for i, e := range entries {
		t, err := e.target(i, folder)
		if err == nil {
			subjects[i], _, err = c.subject(ctx, c.environments.Clone(), t, false)
		}
		if err != nil {
			return fmt.Errorf("%s: entry %d%s: %w", file, i+1, e.named(), err)
		}
		names[i] = t.name
		c.keepSecret(subjects[i])
	}
	live := c.startProgress(outputs)
	reports, err := c.runAll(ctx, subjects, live.on)
	live.stop()
	if err != nil {
		return err
	}
	return c.conclude(outputs, document{reports: reports, list: true, names: names})
}

// runAll makes the checks, a few at a time, and keeps the order of the list.
func (c *checker) runAll(ctx context.Context, subjects []probe.Subject, on func(probe.Event)) ([]checks.Report, error) {
	reports := make([]checks.Report, len(subjects))
	defects := make([]error, len(subjects))
	places := make(chan struct{}, sideBySide)
	var running sync.WaitGroup
	for i, s := range subjects {
		places <- struct{}{}
		running.Go(func() {
			defer func() {
				if recover() != nil {
					defects[i] = defect()
				}
				<-places
			}()
			reports[i] = c.run(ctx, s, on)
		})
	}
	running.Wait()
	return reports, errors.Join(defects...)
}

// readList reads a YAML or JSON list; - is standard input. Files in it are named relative to its own folder.
func (c *checker) readList(name string) (entries []entry, folder string, err error) {
	in, shown, err := c.open(name)
	if err != nil {
		return nil, "", fmt.Errorf("read the list: %w", err)
	}
	defer in.Close()
	data, err := readBounded(in, shown, maxList)
	if err != nil {
		return nil, "", fmt.Errorf("read the list: %w", err)
	}
	entries, err = catalog.Decode[[]entry](shown, data)
	switch {
	case err != nil:
		return nil, "", err
	case len(entries) == 0:
		return nil, "", fmt.Errorf("%s: the list is empty", shown)
	case len(entries) > mostEntries:
		return nil, "", fmt.Errorf("%s: %d entries, more than %d", shown, len(entries), mostEntries)
	}
	if name != "-" {
		folder = filepath.Dir(name)
	}
	return entries, folder, nil
}

func (e entry) named() string {
	if e.Name == "" {
		return ""
	}
	return " (" + bounded(e.Name) + ")"
}

func (e entry) target(i int, folder string) (target, error) {
	sources := 0
	for _, s := range []string{e.SecretFile, e.Credentials, e.SecretVariable} {
		if s != "" {
			sources++
		}
	}
	switch {
	case sources > 1:
		return target{}, errors.New("only one of secret_file, credentials and secret_variable can be the source of the secret")
	case e.SecretFile == "-":
		return target{}, errors.New("standard input holds one secret, not those of a list")
	}
	t := target{
		name: e.Name, environment: e.Environment, issuer: e.Issuer, backend: e.Backend,
		providerID: given(e.ProviderID), clientID: given(e.ClientID),
		secretFile: given(beside(folder, e.SecretFile)), credentialsFile: given(beside(folder, e.Credentials)),
		secretVariable: e.SecretVariable,
	}
	if namesFile(e.Environment) {
		t.environment = beside(folder, e.Environment)
	}
	if t.name == "" {
		t.name = fmt.Sprintf("entry %d", i+1)
	}
	return t, nil
}

func given(text string) credentials.Flag { return credentials.Flag{Text: text, Given: text != ""} }

// beside names a file relative to the folder of the list.
func beside(folder, file string) string {
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(folder, file)
}
