package snippet

import (
	"regexp"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/environments/snippets"
	"github.com/credguide/credguide/packaging"
)

var imageDigest = regexp.MustCompile(`^\S+@sha256:[0-9a-f]{64}\n`)

const someCommit = "0123456789abcdef0123456789abcdef01234567"

func TestWhatAJobRunsIsFixed(t *testing.T) {
	for _, tc := range []struct {
		name     string
		released bool
		build    app.Build
		want     string
	}{
		{"a release", true, app.Build{Version: "1.2.3", Commit: someCommit}, "v1.2.3"},
		{"a candidate", true, app.Build{Version: "1.2.3-rc.1"}, "v1.2.3-rc.1"},
		{"after a release", true, app.Build{Version: "1.3.0-dev+g0123456789ab", Commit: someCommit}, someCommit},
		{"before the first release", false, app.Build{Version: "1.2.3", Commit: someCommit}, someCommit},
		{"changed files", true, app.Build{Version: "1.3.0-dev+g0123456789ab.changed", Commit: someCommit + "+changes"}, ""},
		{"go run", false, app.Build{Version: "development"}, ""},
	} {
		o := originOf(packaging.Project{Module: "example.org/m", Released: tc.released}, tc.build)
		if o.Ref != tc.want || o.Module != "example.org/m" || o.Released != strings.HasPrefix(tc.want, "v") {
			t.Errorf("%s: %+v, want %q", tc.name, o, tc.want)
		}
	}
}

// TestJobsNameWhatTheyRun: a job that holds the secret takes a fixed commit or version, refuses to
// go on without one, and uses each action by its commit.
func TestJobsNameWhatTheyRun(t *testing.T) {
	for _, id := range []string{"github", "gitlab"} {
		s, err := snippets.Lookup(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range []string{someCommit, "v1.2.3", ""} {
			v := Values{Environment: "Lab", ClientID: "nightly", Origin: Origin{"example.org/m", "https://example.org", ref, strings.HasPrefix(ref, "v")}}
			out, err := Render(s, v)
			if err != nil {
				t.Fatal(err)
			}
			text := string(out)
			if !strings.Contains(text, "REF: '"+ref+"'") || !strings.Contains(text, `"example.org/m@$CREDGUIDE_REF"`) || !strings.Contains(text, "exit 2") {
				t.Errorf("%s, %q:\n%s", id, ref, text)
			}
			if strings.Contains(text, "@latest") || strings.Contains(text, "no release yet") != (ref == "" || ref == someCommit) {
				t.Errorf("%s, %q:\n%s", id, ref, text)
			}
			if _, image, ok := strings.Cut(text, "\n  image: "); ok && !imageDigest.MatchString(image) {
				t.Errorf("an image that can change:\n%s", text)
			}
			for line := range strings.Lines(text) {
				_, action, uses := strings.Cut(line, "uses: actions/")
				_, at, _ := strings.Cut(action, "@")
				if commit, _, _ := strings.Cut(at, " "); uses && !wholeCommit.MatchString(commit) {
					t.Errorf("an action that can change: %s", line)
				}
			}
		}
	}
}
