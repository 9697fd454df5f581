package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// Somebody who does what the sheet says, and nothing else, ends with a client that can log in.
func TestTheSheetToTheLetter(t *testing.T) {
	t.Parallel()
	for environment, id := range map[string]string{"development": "sandbox-dev", "demo": "sandbox-demo", "production": "sandbox"} {
		for _, width := range []int{60, 80} {
			t.Run(fmt.Sprintf("request show/%s/%d", environment, width), func(t *testing.T) {
				t.Parallel()
				r := newRobot(t, width)
				file := r.requestFile(environment)
				if code := r.m.run(t.Context(), "request", "show", file, "--catalog", r.box.Dir, "--environment", id); code != 0 {
					t.Fatalf("exit code %d: %s", code, r.m.err.String())
				}
				r.work(readSheet(r.m.out.String(), width))
				r.login(r.sheet.commands[0], "")
			})
			t.Run(fmt.Sprintf("register/%s/%d", environment, width), func(t *testing.T) {
				t.Parallel()
				r := newRobot(t, width)
				file := r.requestFile(environment)
				if code := r.m.run(t.Context(), "register", "--answers", file, "--catalog", r.box.Dir, "--environment", id, "--request", filepath.Join(r.m.Home, "r.yaml")); code != 0 {
					t.Fatalf("exit code %d: %s", code, r.m.err.String())
				}
				r.work(readNotes(r.m.err.String(), width))
				r.login(r.sheet.commands[0], "FILE")
			})
		}
	}
}

// robot does what a sheet says, and nothing that it does not say.
type robot struct {
	*browser
	t      *testing.T
	m      *machine
	box    *sandbox.Sandbox
	sheet  printed
	secret string
}

func newRobot(t *testing.T, width int) *robot {
	t.Helper()
	b := sandboxtest.Box(t, sandbox.Options{ApproveAfter: 10 * time.Millisecond, DeployAfter: 10 * time.Millisecond})
	r := &robot{browser: newBrowser(), t: t, m: newMachine(t), box: b}
	r.m.Width, r.m.FirstPause = width, 10*time.Millisecond
	return r
}

func (r *robot) requestFile(environment string) string {
	file := filepath.Join(r.m.Home, "robot.yaml")
	if err := os.WriteFile(file, []byte(requestOf(environment)), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return file
}

// work registers the client by what is printed, and copies the secret where that is said.
func (r *robot) work(sheet printed, err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	if len(sheet.commands) == 0 {
		r.t.Fatal("no command is printed")
	}
	r.sheet = sheet
	for _, passage := range []string{"How to register it", "After Submit"} {
		if len(sheet.steps[passage]) < 3 {
			r.t.Fatalf("%s: %q of %q", passage, sheet.steps[passage], slices.Sorted(maps.Keys(sheet.steps)))
		}
		for _, step := range sheet.steps[passage] {
			if strings.Contains(step, "press Refresh") {
				continue // the credentials can wait for that
			}
			if err := r.follow(r.t.Context(), step); err != nil {
				r.t.Fatalf("%s: %v (%s)", passage, err, strings.Join(r.alerts(), " | "))
			}
			if strings.Contains(step, "Display client secret") {
				r.secret = r.shownSecret()
			}
		}
	}
	if len(r.secret) != 87 {
		r.t.Fatalf("a secret of %d characters", len(r.secret))
	}
}

// login runs the printed command, with the secret in a variable or in the file that stands there by
// this name.
func (r *robot) login(command, file string) {
	r.t.Helper()
	if file == "" {
		r.m = r.m.with(map[string]string{"OPENEO_AUTH_CLIENT_SECRET": r.secret})
	} else {
		command = strings.Replace(command, file, write(r.t, r.secret), 1)
	}
	if code := r.m.run(r.t.Context(), strings.Fields(command)[1:]...); code != 0 || !strings.Contains(r.m.out.String(), "√ Works") {
		r.t.Errorf("%s: exit code %d\n%s%s", command, code, r.m.out.String(), r.m.err.String())
	}
	if got := r.box.Petitions()[0].Request; slices.Contains(got.GrantTypes, "authorization_code") {
		r.t.Errorf("the request: %+v", got)
	}
}

// shownSecret is what stands beside the words that somebody copies.
func (r *robot) shownSecret() string {
	for _, n := range find(r.page, named("p")) {
		if _, secret, ok := strings.Cut(words(n), "Client Secret: "); ok {
			return secret
		}
	}
	return ""
}

// fill goes through the form tab by tab.
func (r *robot) fill(ctx context.Context) error {
	tab, typed := "", ""
	for _, d := range r.sheet.doings {
		if d.tab != tab {
			tab = d.tab
			if len(find(r.page, func(n *html.Node) bool { return n.Data == "button" && words(n) == tab && !has(n, "disabled") })) > 0 {
				if err := r.press(ctx, tab); err != nil {
					return err
				}
			}
		}
		if err := r.do(ctx, d, typed); err != nil {
			return fmt.Errorf("%s › %s: %w", d.tab, d.label, err)
		}
		typed = d.value
	}
	return nil
}

func (r *robot) do(ctx context.Context, d doing, typed string) error {
	if d.verb == doLeave {
		if name, perhaps := strings.CutSuffix(d.label, " (if it is there)"); !perhaps {
			_, err := control(r.page, name)
			return err
		}
		return nil
	}
	if d.verb == doPick { // its first entry, or the one that is the name
		if r.press(ctx, typed) == nil {
			return nil
		}
		return r.press(ctx, typed+" (Add New Organization)")
	}
	field, err := control(r.page, d.label)
	if err != nil {
		return err
	}
	switch d.verb {
	case doType:
		return r.typeInto(ctx, r.page, d.label, d.value)
	case doChoose:
		return r.choose(ctx, r.page, d.label, d.value)
	case doTick, doUntick:
		return r.tick(ctx, r.page, d.label, d.verb == doTick)
	case doBox, doUnbox:
		return r.tick(ctx, field, d.value, d.verb == doBox)
	case doAdd:
		kind, address, _ := strings.Cut(d.value, " ")
		if err := r.choose(ctx, field, "Type", kind); err != nil {
			return err
		}
		if err := r.typeInto(ctx, field, "Email", address); err != nil {
			return err
		}
		return r.press(ctx, "ADD")
	case doOwn:
		if r.tick(ctx, field, d.value, true) == nil {
			return nil
		}
		if err := r.typeInto(ctx, field, "Scope of your own", d.value); err != nil {
			return err
		}
		return r.press(ctx, "+")
	case doKeep:
		return nil
	}
	return fmt.Errorf("nothing known by %q", d.verb)
}

var imperative = regexp.MustCompile(`\b(?i:(open|press|choose|tick|untick)) ("[^"]+"|[A-Z+][\w+]*(?: [A-Z]\w*)*|https?://\S+)`)

// follow does one step of a passage, sentence by sentence: it opens addresses, goes through menus,
// and presses what the sentence names in its order. A sentence about what might go wrong is not for
// today.
func (r *robot) follow(ctx context.Context, step string) error {
	for sentence := range strings.SplitSeq(strings.TrimSuffix(step, "."), ". ") {
		switch {
		case strings.HasPrefix(sentence, "If "), strings.Contains(sentence, "after each contact"):
			continue
		case strings.HasPrefix(sentence, "Fill in both tabs with the values above"):
			if err := r.fill(ctx); err != nil {
				return err
			}
			continue
		}
		if _, menu, ok := strings.Cut(sentence, "Then "); ok && strings.Contains(menu, " › ") {
			for name := range strings.SplitSeq(menu, " › ") {
				if err := r.press(ctx, name); err != nil {
					return err
				}
			}
			continue
		}
		sentence = strings.ReplaceAll(sentence, "then Protocol", "then press Protocol")
		for _, m := range imperative.FindAllStringSubmatch(sentence, -1) {
			if err := r.obey(ctx, strings.ToLower(m[1]), strings.Trim(strings.TrimRight(m[2], ",:."), `"`)); err != nil {
				return fmt.Errorf("%q: %w", sentence, err)
			}
		}
	}
	return nil
}

func (r *robot) obey(ctx context.Context, verb, what string) error {
	switch verb {
	case "open":
		return r.open(ctx, what)
	case "press":
		return r.press(ctx, what)
	}
	return r.tick(ctx, r.page, what, verb != "untick")
}

// requestOf is a request for a service account in one of the registry's environments, with what
// that one wants.
func requestOf(environment string) string {
	request := "service_name: NDVI time series\nservice_description: 'Runs openEO jobs: without a person at the keyboard, every night, for all of Europe.'\n" +
		"client_id: robot-" + environment + "\nintegration_environment: " + environment + "\nprotocol: oidc\ngrant_types: [client_credentials]\n" +
		"scope: [openid, email, eduperson_entitlement, eduperson_scoped_affiliation]\n" +
		"contacts: [{type: admin, email: a@lab.example.org}, {type: technical, email: b@lab.example.org}, {type: support, email: c@lab.example.org}, {type: security, email: d@lab.example.org}]\n"
	if environment != "development" {
		request += "country: gb\norganization_name: The Example Laboratory of Earth Observation\norganization_url: https://lab.example.org/\n"
	}
	if environment == "production" {
		request += "policy_uri: https://aai.egi.eu/privacy/en\naup_uri: https://aai.egi.eu/ToU.html\negi_policy: true\nassurance_checkbox: true\n"
	}
	return request
}
