package probe

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/internal/nearmiss"
	"github.com/credguide/credguide/internal/text"
)

// seenFact is a fact before it is recorded.
type seenFact struct {
	name  checks.Name
	value any
}

// frame records the facts that every answer has: how it came, or why it did not.
func (p *pass) frame(s *checks.Step, a answer) {
	p.mu.Lock()
	a.framed(s, p.setHere)
	p.mu.Unlock()
	if !a.ok() {
		p.frameFailure(s, a)
		return
	}
	p.pythonReads(s, a)
	p.clock(a, slices.Contains(personal, s))
}

// personal are steps whose answers no cache gives to anybody else (RFC 9111 section 3).
var personal = []*checks.Step{checks.AtToken, checks.AtUserinfo, checks.AtMe}

// framed adds the facts that stand in the answer itself. Those of a document that many checks share
// are put together once.
func (a answer) framed(s *checks.Step, add func(checks.Name, any)) {
	if a.frames == nil {
		a.frameFacts(s, add)
		return
	}
	known, ok := a.frames.Load(s)
	if !ok {
		var facts []seenFact
		a.frameFacts(s, func(name checks.Name, value any) { facts = append(facts, seenFact{name, value}) })
		known, _ = a.frames.LoadOrStore(s, facts)
	}
	for _, f := range known.([]seenFact) {
		add(f.name, f.value)
	}
}

func (a answer) frameFacts(s *checks.Step, add func(checks.Name, any)) {
	addText := func(name checks.Name, value string) {
		if value != "" {
			add(name, value)
		}
	}
	add(s.Tried, true)
	add(s.Host, a.host)
	add(s.URL, a.url)
	add(s.Failure, a.failure.kind)
	add(s.Via, a.via)
	if a.status != 0 {
		add(s.Status, a.status)
	}
	addText(s.RedirectHost, a.redirectHost)
	addText(s.ViaScheme, a.viaScheme)
	if !a.ok() {
		return
	}
	add(s.ContentType, text.Line(a.mediaType(), 80))
	add(s.Shape, a.shape)
	addText(s.Encoding, a.encoding)
	add(s.LoginPage, a.loginPage)
	add(s.Error, a.errorCode())
	add(s.ErrorDescription, a.text("error_description"))
	addText(s.Message, a.text("message"))
	addText(s.Detail, a.detail())
	if age, ok := a.age(); ok {
		add(s.AgeS, age)
	}
	if wait, ok := text.RetryAfter(a.header.Get, a.received); ok {
		add(s.RetryAfterS, int(wait/time.Second))
	}
}

func (p *pass) frameFailure(s *checks.Step, a answer) {
	p.set(s.FailureDetail, a.failure.detail)
	p.setText(s.Proxy, a.failure.proxy)
	p.setText(s.Phase, a.phase)
	if c := a.failure.cert; c != nil {
		p.set(s.TLSIssuer, certIssuer(c))
		p.set(s.TLSNames, certNames(c))
		p.set(s.TLSValid, certValidity(c))
		if namesNobody(c) {
			p.setText(s.TLSCommonName, text.Line(c.Subject.CommonName, 100))
		}
	}
	if a.failure.kind == "dns" {
		p.setText(checks.HostsNearMiss, p.nearMissHost(a.host))
	}
}

func (p *pass) nearMissHost(host string) string {
	if p.subject.Catalog == nil {
		return ""
	}
	var known []string
	for _, e := range p.subject.Catalog.All() {
		known = append(known, hostOf(e.Issuer))
		for _, b := range e.Backends {
			known = append(known, hostOf(b.URL))
		}
	}
	near := nearmiss.Of(host, known)
	if near == host {
		return ""
	}
	return near
}

// maxSkew is how far two clocks may differ before tokens are refused: Keycloak and most libraries
// allow a minute or less.
const maxSkew = time.Minute

// clock compares the local clock with the server's Date header (whole seconds, RFC 9110 section
// 6.6.1), taking the middle of the exchange. Of several servers the one that differs most is named. A
// public document may come from a cache that does not say so, so where there is an answer that does
// not, only such answers count.
func (p *pass) clock(a answer, fresh bool) {
	date, ok := a.date()
	if !ok || a.cached() {
		return
	}
	local := a.asked.Add(a.received.Sub(a.asked) / 2)
	skew := local.Sub(date)
	p.mu.Lock()
	defer p.mu.Unlock()
	seconds := int(skew.Round(time.Second).Seconds())
	had, known := p.facts.Int(checks.ClockSkewS)
	if known && fresh == p.clockFresh && max(had, -had) >= max(seconds, -seconds) || p.clockFresh && !fresh {
		return
	}
	p.clockFresh = fresh
	p.setHere(checks.ClockSkewS, seconds)
	p.setHere(checks.ClockSkewed, skew.Abs() > maxSkew)
	p.setHere(checks.ClockHost, a.host)
	side := "ahead of"
	if skew < 0 {
		side = "behind"
	}
	apart := skew.Abs()
	if apart > maxSkew {
		apart = apart.Round(time.Minute) // ten minutes and the way there are no nine
	}
	p.setHere(checks.ClockWords, fmt.Sprintf("%s %s", checks.Words(apart), side))
}

// ended writes how a failed exchange reads in the list of steps.
func ended(a answer) outcome {
	switch {
	case !a.ok():
		return failed(a.failure.detail)
	case a.errorCode() != "":
		return failed(fmt.Sprintf("%d %s", a.status, a.errorCode()))
	}
	return failed(fmt.Sprintf("answered %d (%s)", a.status, cmp.Or(a.encoding, shapeWords[a.shape])))
}

var shapeWords = map[string]string{
	"object": "JSON", "json": "JSON, but no object", "html": "an HTML page", "text": "text", "empty": "no content", "binary": "binary data", "jwt": "a token",
}

// locationHeader is where a redirect leads.
const locationHeader = "Location"

// tokenMembers of a token response are meant to be secret; they are used and never shown.
var tokenMembers = map[string]bool{"access_token": true, "id_token": true, "refresh_token": true}

// scrub takes the secret and tokens out of an answer in which a server repeats them, before
// anything of it is cut to length: error texts that quote the request do. Where it has less than so
// many bytes in a row in common with them, the document is kept as it is besides.
func (a *answer) scrub(g *guard.Guard, least int) {
	all := g.Together()
	for name, values := range a.header {
		for i := range values {
			if name != locationHeader { // of a Location only the host is kept
				values[i] = all.Text(values[i])
			}
		}
	}
	a.pageText = all.Text(a.pageText)
	if a.document == nil {
		return
	}
	s, clean := scrubber{guard: all, least: least}, make(map[string]any, len(a.document))
	for name, value := range a.document {
		if !tokenMembers[name] {
			value = s.value(value, 0)
		}
		clean[name] = value
	}
	if s.alike && !s.repeated {
		a.asIs = a.document
	}
	a.document = clean
}

// scrubDepth bounds the walk; nothing deeper is ever shown.
const scrubDepth = 8

// longestNumber is how long a number may be that is looked at, in characters.
const longestNumber = 40

// scrubber makes a document without the secret and the tokens.
type scrubber struct {
	guard    *guard.Together
	least    int
	alike    bool // something was redacted
	repeated bool // that was more than what they have in common by their names
}

func (s *scrubber) value(v any, depth int) any {
	if depth > scrubDepth {
		return nil
	}
	switch x := v.(type) {
	case string:
		return s.text(x)
	case float64: // a secret may be a number, and none has hundreds of zeros
		if shown := strconv.FormatFloat(x, 'f', -1, 64); len(shown) <= longestNumber && s.text(shown) != shown {
			return nil
		}
	case []any:
		list := make([]any, len(x))
		for i := range x {
			list[i] = s.value(x[i], depth+1)
		}
		return list
	case map[string]any:
		members := make(map[string]any, len(x))
		for k, e := range x {
			if s.text(k) == k {
				members[k] = s.value(e, depth+1)
			}
		}
		return members
	}
	return v
}

func (s *scrubber) text(shown string) string {
	clean := s.guard.Text(shown)
	if clean != shown {
		s.alike = true
		s.repeated = s.repeated || s.guard.Longest(shown) >= max(s.least, 1)
	}
	return clean
}

// scrubbed is the evidence without the secret and the tokens. At the end every token is known, also
// those that were minted after a server had them already (the steps of the two servers run side by
// side), and an address that a redirect led to is looked at for the first time.
func (p *pass) scrubbed(e checks.Evidence) checks.Evidence {
	redact := p.guard.Together().Text
	e.Subject = text.Map(e.Subject, redact)
	for name, value := range e.Facts { // whose names are ours
		if shown, other := text.MapAny(value, redact); other {
			e.Facts[name] = shown
		}
	}
	for i := range e.Checks {
		e.Checks[i].Because = redact(e.Checks[i].Because)
	}
	for i := range e.Requests {
		e.Requests[i].URL = redact(e.Requests[i].URL)
	}
	return e
}

// number reads a JSON number (or a number in quotes, as some servers send) as whole seconds within
// bounds.
func number(v any) (int, bool) {
	const limit = 1 << 40
	f, ok := v.(float64)
	if s, isText := v.(string); isText {
		parsed, err := strconv.ParseFloat(s, 64)
		f, ok = parsed, err == nil
	}
	if !ok || f != f || f < -limit || f > limit {
		return 0, false
	}
	return int(f), true
}

// durationWords writes a number of seconds as people say it.
func durationWords(seconds int) string { return checks.Words(time.Duration(seconds) * time.Second) }
