package check

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
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
	entries, folder, err := c.ReadList(ctx, file)
	if err != nil {
		return err
	}
	subjects, names := make([]probe.Subject, len(entries)), make([]string, len(entries))
	for i, e := range entries {
		t, err := e.Target(i, folder)
		if err == nil {
			err = apart(outputs, t)
		}
		if err == nil {
			subjects[i], _, err = c.Subject(ctx, c.Environments.Clone(), t, false)
		}
		if err != nil {
			return fmt.Errorf("%s: entry %d%s: %w", file, i+1, e.named(), err)
		}
		names[i] = t.Name
	}
	live := c.StartProgress(outputs)
	results, err := c.runAll(ctx, subjects, live.On)
	live.Stop()
	if err != nil {
		return err
	}
	return c.Conclude(outputs, Document{Results: results, list: true, names: names})
}

// runAll makes the checks, a few at a time, and keeps the order of the list.
func (c *checker) runAll(ctx context.Context, subjects []probe.Subject, on func(probe.Event)) ([]Result, error) {
	results := make([]Result, len(subjects))
	defects := make([]error, len(subjects))
	places := make(chan struct{}, sideBySide)
	var running sync.WaitGroup
	for i, s := range subjects {
		places <- struct{}{}
		running.Go(func() {
			defer func() {
				if recover() != nil {
					defects[i] = app.Defect()
				}
				<-places
			}()
			results[i] = c.Run(ctx, s, on)
		})
	}
	running.Wait()
	return results, errors.Join(defects...)
}

// ReadList reads a YAML or JSON list; - is standard input. Files in it are named relative to its own folder.
func (c *checker) ReadList(ctx context.Context, name string) (entries []entry, folder string, err error) {
	data, shown, err := c.ReadFile(ctx, name, app.MaxList)
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
	return " (" + app.Bounded(e.Name) + ")"
}

func (e entry) Target(i int, folder string) (subject.Target, error) {
	sources := 0
	for _, s := range []string{e.SecretFile, e.Credentials, e.SecretVariable} {
		if s != "" {
			sources++
		}
	}
	switch {
	case sources > 1:
		return subject.Target{}, errors.New("only one of secret_file, credentials and secret_variable can be the source of the secret")
	case e.SecretFile == "-":
		return subject.Target{}, errors.New("standard input holds one secret, not those of a list")
	}
	t := subject.Target{
		Name: e.Name, Environment: e.Environment, Issuer: e.Issuer, Backend: e.Backend,
		ProviderID: subject.Given(e.ProviderID), ClientID: subject.Given(e.ClientID),
		SecretFile: subject.Given(beside(folder, e.SecretFile)), CredentialsFile: subject.Given(beside(folder, e.Credentials)),
		SecretVariable: e.SecretVariable,
	}
	if subject.NamesFile(e.Environment) {
		t.Environment = beside(folder, e.Environment)
	}
	if t.Name == "" {
		t.Name = fmt.Sprintf("entry %d", i+1)
	}
	return t, nil
}

// beside names a file relative to the folder of the list.
func beside(folder, file string) string {
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(folder, file)
}
