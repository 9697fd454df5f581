package probe

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/credguide/credguide/checks"
)

// step is one probe. The order of the slice `probes` is the order of the report.
type step struct {
	id, title string
	effect    Effect
	needs     []string
	yields    string // the step whose request goes before this one's, because more waits for its answer
	further   bool   // taken only to tell causes apart, after something failed
	condition string // when it runs, in words, for --plan
	host      func(*pass) string
	// skip says why the step is not taken, or "".
	skip func(*pass) string
	// document is the address of the public document that the step reads, where it reads one.
	document func(*pass) string
	run      func(context.Context, *pass) outcome
}

// outcome is how a step ended, for the list of steps that a person follows. The diagnosis rests on
// facts alone.
type outcome struct {
	status  checks.Status
	because string
}

func passed(because string) outcome { return outcome{checks.Passed, because} }
func failed(because string) outcome { return outcome{checks.Failed, because} }
func warned(because string) outcome { return outcome{checks.Warned, because} }

// runAll starts each step as soon as those it needs have ended, so that the wall time is the
// longest chain of round trips.
func (p *pass) runAll(ctx context.Context, c course) []checks.Check {
	r := newRunning(c)
	var run func(now, slow []int)
	run = func(now, slow []int) { // steps, and behind each those that waited for it; the slow ones beside them
		for {
			if len(now) == 0 && len(slow) > 0 {
				now, slow = slow[:1], slow[1:]
			}
			for _, other := range slow {
				p.crew().Run(&r.group, func() { run([]int{other}, nil) })
			}
			if len(now) == 0 {
				return
			}
			i := now[0]
			if yields := c.steps[i].yields; yields != "" && !r.quick[i] {
				r.sent[yields].wait()
			}
			r.list[i] = p.runOne(withSignal(ctx, r.sent[c.steps[i].id]), c.steps[i], r.skipped[i])
			var quick []int
			quick, slow = p.split(r, r.end(i))
			now = append(now[1:], quick...)
		}
	}
	run(p.split(r, c.first))
	r.group.Wait()
	return r.list
}

// split tells the steps that wait for nobody from those that may: there is nothing to ask, or another
// check has asked.
func (p *pass) split(r *running, ready []int) (quick, slow []int) {
	for _, i := range ready {
		s := r.steps[i]
		r.skipped[i] = p.whyNot(s)
		r.quick[i] = s.effect == Local || r.skipped[i] != "" || s.document != nil && p.atHand(s.document(p))
		if r.quick[i] {
			quick = append(quick, i)
		} else {
			slow = append(slow, i)
		}
	}
	return quick, slow
}

// atHand tells that a public document need not be asked for.
func (p *pass) atHand(address string) bool {
	return p.options.Shared != nil && p.options.Shared.has(documentKey{p.options.RootCAs, address})
}

// running is the state of the steps.
type running struct {
	course
	list  []checks.Check
	group sync.WaitGroup
	sent  map[string]*signal // of the steps that others yield to

	// Of each step that may begin: why it is not taken, and that it waits for nobody.
	skipped []string
	quick   []bool

	mu   sync.Mutex
	left []int // how many steps each still waits for
}

func newRunning(c course) *running {
	n := len(c.steps)
	r := &running{
		course: c, list: make([]checks.Check, n), sent: map[string]*signal{}, left: slices.Clone(c.needs),
		skipped: make([]string, n), quick: make([]bool, n),
	}
	for _, s := range c.steps {
		if s.yields != "" {
			r.sent[s.yields] = newSignal()
		}
	}
	return r
}

// end returns the steps that waited for this one alone.
func (r *running) end(i int) (ready []int) {
	r.sent[r.steps[i].id].give()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, other := range r.after[i] {
		if r.left[other]--; r.left[other] == 0 {
			ready = append(ready, other)
		}
	}
	return ready
}

func (p *pass) runOne(ctx context.Context, s step, skipped string) (c checks.Check) {
	c = checks.Check{ID: s.id, Title: s.title, Further: s.further}
	started, told := time.Now(), false
	defer func() {
		// A panic is our defect, not the reader's misconfiguration. Its value may hold anything, so
		// it is not shown.
		if recover() != nil {
			c.Status, c.Because = checks.Crashed, failedHere
		}
		p.client.budget.release(s.id)
		if c.Status == checks.Skipped {
			return
		}
		c.DurationMS = time.Since(started).Milliseconds()
		if !told {
			p.tell(Event{ID: s.id, Title: s.title, State: Started})
		}
		p.tell(Event{ID: s.id, Title: s.title, State: Finished, Status: c.Status})
	}()
	if skipped == failedHere {
		panic(failedHere)
	}
	if because := cmp.Or(cutShort(ctx), skipped); because != "" {
		c.Status, c.Because = checks.Skipped, because
		return c
	}
	p.tell(Event{ID: s.id, Title: s.title, State: Started})
	told = true
	o := s.run(ctx, p)
	c.Status, c.Because = o.status, o.because
	if c.Status != checks.Passed {
		p.client.doubt(s.id)
	}
	return c
}

// failedHere is told of a step in which this program has a defect.
const failedHere = "credguide itself failed here; please report it"

// whyNot says why a step is not taken, or "".
func (p *pass) whyNot(s step) (because string) {
	defer func() {
		if recover() != nil {
			because = failedHere
		}
	}()
	if s.skip == nil {
		return ""
	}
	return s.skip(p)
}

// cutShort says why a step is not taken for which there is no time left.
func cutShort(ctx context.Context) string {
	switch {
	case ctx.Err() == nil:
		return ""
	case timeUp(ctx) != nil:
		return "not tried: the deadline passed"
	}
	return "not tried: interrupted"
}

// sideBySide makes several requests of one step at once. A panic in one of them is the step's.
func sideBySide(n int, ask func(i int)) {
	var wg sync.WaitGroup
	var failed atomic.Bool
	for i := range n {
		wg.Go(func() {
			defer func() {
				if recover() != nil {
					failed.Store(true)
				}
			}()
			ask(i)
		})
	}
	wg.Wait()
	if failed.Load() {
		panic("a request that was made beside others")
	}
}

// signal tells that a step's request has its connection, or that the step has ended. A step that
// yields to another waits for it: over HTTP/1.1 only one request at a time goes over a connection,
// and opening a second one takes round trips that the longest chain need not wait for.
type signal struct {
	once sync.Once
	ch   chan struct{}
}

func newSignal() *signal { return &signal{ch: make(chan struct{})} }

// give tells it; to nobody where nothing yields.
func (s *signal) give() {
	if s != nil {
		s.once.Do(func() { close(s.ch) })
	}
}

func (s *signal) wait() { <-s.ch }

type signalKey struct{}

func withSignal(ctx context.Context, s *signal) context.Context {
	if s == nil {
		return ctx
	}
	return context.WithValue(ctx, signalKey{}, s)
}

// giveSignal is called when a request has its connection.
func giveSignal(ctx context.Context) {
	if s, ok := ctx.Value(signalKey{}).(*signal); ok {
		s.give()
	}
}

// probes are all steps, in the order of the report. The identity provider's chain and the
// back-end's run side by side; of two requests to the back-end, the one that the token waits for
// takes the connection that is open, and the other opens one of its own; keys are fetched beside
// the token; userinfo and /me start together once a token is there.
var probes = []step{
	{id: "input", title: "credentials", effect: Local, run: runInput, host: nowhere},
	{id: "discovery", title: "identity provider", effect: Reads, needs: []string{"input"}, skip: skipWithoutIssuer, document: discoveryAddress, run: runDiscovery, host: atIssuer},
	{
		id: "alternatives", title: "other issuer addresses", effect: Reads, needs: []string{"discovery"}, further: true,
		condition: "only if discovery finds no document", skip: skipAlternatives, run: runAlternatives, host: atIssuer,
	},
	{id: "grant", title: "grant type", effect: Local, needs: []string{"discovery"}, skip: skipWithoutDocument, run: runGrant, host: nowhere},
	{id: "well-known", title: "openEO versions", effect: Reads, needs: []string{"input"}, skip: skipWithoutBackend, document: wellKnownAddress, run: runWellKnown, host: atBackend},
	{id: "capabilities", title: "openEO API", effect: Reads, needs: []string{"well-known"}, yields: "providers", skip: skipWithoutAPI, document: capabilitiesAddress, run: runCapabilities, host: atBackend},
	{id: "providers", title: "openEO login providers", effect: Reads, needs: []string{"well-known"}, skip: skipWithoutAPI, document: providersAddress, run: runProviders, host: atBackend},
	{id: "token", title: "token", effect: MintsToken, needs: []string{"input", "discovery", "providers"}, skip: skipToken, run: runToken, host: atTokenEndpoint},
	{
		id: "authorization", title: "is the client ID known", effect: NamesClient, needs: []string{"token"}, further: true,
		condition: "only if the token is refused without a clear reason", skip: skipAuthorization, run: runAuthorization, host: atIssuer,
	},
	{
		id: "variants", title: "the same in other forms", effect: MintsToken, needs: []string{"token"}, further: true,
		condition: "only if the token is refused", skip: skipVariants, run: runVariants, host: atTokenEndpoint,
	},
	{
		id: "sisters", title: "sister environments", effect: NamesClient, needs: []string{"authorization", "variants", "userinfo", "signature", "me"}, further: true,
		condition: "only if the client ID is unknown here; the secret is not sent", skip: skipSisters, run: runSisters, host: atSisters,
	},
	{
		id: "scopes", title: "scopes one by one", effect: MintsToken, needs: []string{"token", "authorization", "variants"}, further: true,
		condition: "only if a scope is refused", skip: skipScopes, run: runScopes, host: atTokenEndpoint,
	},
	{id: "keys", title: "signing keys", effect: Reads, needs: []string{"discovery"}, skip: skipKeys, document: keysAddress, run: runKeys, host: atIssuer},
	{id: "signature", title: "token signature", effect: Reads, condition: "reads the keys again if the token's is missing", needs: []string{"keys", "token", "variants", "scopes"}, skip: skipWithoutToken, run: runSignature, host: atIssuer},
	{id: "userinfo", title: "userinfo", effect: Reads, needs: []string{"token", "variants", "scopes"}, skip: skipUserinfo, run: runUserinfo, host: atIssuer},
	{id: "me", title: "openEO /me", effect: Reads, needs: []string{"token", "variants", "scopes", "capabilities", "providers"}, skip: skipMe, run: runMe, host: atBackend},
}

// publicSteps read what is published, and need no credentials.
var publicSteps = []string{"input", "discovery", "alternatives", "grant", "well-known", "capabilities", "providers", "keys"}

// course is a set of steps and their order, worked out once for all checks that take them.
type course struct {
	steps []step
	needs []int   // how many steps each waits for
	after [][]int // the steps that wait for each
	first []int   // those that wait for none
}

func newCourse(steps []step) course {
	c := course{steps: steps, needs: make([]int, len(steps)), after: make([][]int, len(steps))}
	for i, s := range steps {
		if c.needs[i] = len(s.needs); c.needs[i] == 0 {
			c.first = append(c.first, i)
		}
		for _, id := range s.needs {
			before := slices.IndexFunc(steps, func(s step) bool { return s.id == id })
			c.after[before] = append(c.after[before], i)
		}
	}
	return c
}

// The ways of a check. They order the key request so that it takes no connection away from the
// token: beside /credentials/oidc where a back-end takes part (both chains are then equally long),
// beside userinfo where none does.
var (
	publicCourse = sync.OnceValue(func() course {
		return newCourse(slices.DeleteFunc(slices.Clone(probes), func(s step) bool { return !slices.Contains(publicSteps, s.id) }))
	})
	courseToBackend = sync.OnceValue(func() course { return newCourse(needing("token", "keys")) })
	courseToToken   = sync.OnceValue(func() course { return newCourse(needing("keys", "token")) })
)

// needing are all steps, of which one needs another besides.
func needing(id, also string) []step {
	steps := slices.Clone(probes)
	i := slices.IndexFunc(steps, func(s step) bool { return s.id == id })
	steps[i].needs = append(slices.Clone(steps[i].needs), also)
	return steps
}

func (p *pass) course() course {
	switch {
	case p.subject.Public:
		return publicCourse()
	case p.subject.Backend != nil:
		return courseToBackend()
	}
	return courseToToken()
}

func nowhere(*pass) string    { return "" }
func atIssuer(p *pass) string { return hostOf(p.subject.Environment.Issuer) }

func atBackend(p *pass) string {
	if p.subject.Backend == nil {
		return ""
	}
	return hostOf(p.subject.Backend.URL)
}

// atTokenEndpoint: before discovery only the issuer's host is known, and normally the only one that
// may get the secret.
func atTokenEndpoint(p *pass) string { return atIssuer(p) }

func atSisters(p *pass) string {
	hosts := ""
	for _, s := range p.sisters() {
		if hosts != "" {
			hosts += ", "
		}
		hosts += hostOf(s.Issuer)
	}
	return hosts
}
