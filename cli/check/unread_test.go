package check

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
)

// An entry whose check has no time left has its secret kept out of its report all the same.
func TestASecretIsHiddenWhenTheTimeIsUp(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("Zk7dK2wQ9xL4vB8n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &checker{App: &app.App{Sys: app.System{Now: time.Now, Lookup: func(string) (string, bool) { return "", false }}}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	entry := accounts.Entry{Account: accounts.Account{Name: "a", ClientID: "x", Source: accounts.Source{Kind: accounts.SecretFile, Name: file}}}
	if secret := c.ownSecret(ctx, entry, accounts.List{Folder: filepath.Dir(file)}); secret.Reveal() == "" {
		t.Error("the secret is not known")
	}
}
