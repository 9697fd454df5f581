package registry_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/internal/dev/shared"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// exchange is a call that was made to the registry software 2.1.1, and its answer; or the time that
// passed.
type exchange struct {
	Step    string
	Who     string // "alice", "alice without openid", "garbage"; "" sends no token
	AtOnce  bool   `json:"at_once"` // sooner after the one before than the registry commits
	Seconds int    // let pass in addition
	Method  string
	Path    string
	Body    json.RawMessage
	Status  int
	Type    string
	Answer  any
}

// The sandbox answers a session as the real registry did, from the first refused token to the last
// deployment: statuses, media types, every member and every value but times and names.
func TestTheRecordedExchanges(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{
		ApproveAfter: -1, DeployAfter: 23 * time.Second, CommitAfter: time.Second,
		Change: func(w *world.World) { w.Main().Unregister(w.GoodClient.ID) }, // the session registers one of that name
	})
	now := time.Date(2026, 11, 25, 18, 51, 0, 123456000, time.UTC)
	b.SetClock(func() time.Time { return now })
	tokens := map[string]string{"garbage": "garbage", "alice without openid": token(t, b, "alice", "profile email")}
	for _, name := range []string{"alice", "bob", "olga", "nina"} {
		tokens[name] = token(t, b, name, "openid profile email")
	}
	for _, e := range shared.Lines[exchange](t, "registry/exchanges.jsonl") {
		now = now.Add(time.Duration(e.Seconds) * time.Second)
		if e.Method == "" {
			continue
		}
		if !e.AtOnce {
			now = now.Add(2 * time.Second)
		}
		header := http.Header{}
		if e.Who != "" {
			header.Set("Authorization", "Bearer "+tokens[e.Who])
		}
		if e.Body != nil {
			header.Set("Content-Type", "application/json")
		}
		got := b.Do(e.Method, b.RegistryURL()+e.Path, header, string(e.Body))
		if got.Status != e.Status || got.Header.Get("Content-Type") != e.Type {
			t.Errorf("%s: %d %q, want %d %q\n%s", e.Step, got.Status, got.Header.Get("Content-Type"), e.Status, e.Type, got.Body)
			continue
		}
		if d := cmp.Diff(e.Answer, decoded(got.Body)); d != "" {
			t.Errorf("%s (-recorded +sandbox):\n%s", e.Step, d)
		}
	}
}

func token(t *testing.T, b *sandboxtest.Bench, name, scope string) string {
	t.Helper()
	token, err := b.PersonToken(name, scope)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

var (
	moment = regexp.MustCompile(`"20\d\d-\d\d-\d\dT[0-9:.]+Z?"`)
	sub    = regexp.MustCompile(`"[0-9a-f-]{36}@sandbox\.egi\.eu"`)
)

// decoded reads an answer and hides what differs from run to run.
func decoded(body string) any {
	if body == "" {
		return nil
	}
	body = sub.ReplaceAllString(moment.ReplaceAllString(body, `"<TIME>"`), `"<ALICE>"`)
	var v any
	if json.NewDecoder(bytes.NewBufferString(body)).Decode(&v) != nil {
		return body
	}
	if doc, ok := v.(map[string]any); ok {
		if text, ok := doc["error"].(string); ok { // of a stack trace, only the first line was kept
			doc["error"], _, _ = strings.Cut(text, "\n")
		}
	}
	return v
}
