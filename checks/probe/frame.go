package probe

import (
	"fmt"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/nearmiss"
)

// frame records the facts that every answer has: how it came, or why it did not.
func (p *pass) frame(step string, a answer) {
	p.set(step+".tried", true)
	p.set(step+".host", a.host)
	p.set(step+".url", a.url)
	p.set(step+".failure", a.failure.kind)
	if a.status != 0 {
		p.set(step+".status", a.status)
	}
	p.setText(step+".redirect_host", a.redirectHost)
	if !a.ok() {
		p.frameFailure(step, a)
		return
	}
	p.set(step+".content_type", sanitize(a.mediaType(), 80))
	p.set(step+".shape", a.shape)
	p.set(step+".login_page", a.loginPage)
	p.set(step+".error", a.errorCode())
	p.set(step+".error_description", a.text("error_description"))
	if n, ok := a.retryAfter(); ok {
		p.set(step+".retry_after_s", n)
	}
	p.clock(a)
}

func (p *pass) frameFailure(step string, a answer) {
	p.set(step+".failure_detail", a.failure.detail)
	p.setText(step+".proxy", a.failure.proxy)
	if c := a.failure.cert; c != nil {
		p.set(step+".tls_issuer", certIssuer(c))
		p.set(step+".tls_names", certNames(c))
		p.set(step+".tls_valid", certValidity(c))
	}
	if a.failure.kind == "dns" {
		p.setText("hosts.near_miss", p.nearMissHost(a.host))
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

// maxSkew is how far two clocks may differ before tokens are refused: Keycloak and most libraries allow a minute or less.
const maxSkew = time.Minute

// clock compares the local clock with the server's Date header (whole seconds, RFC 9110 section 6.6.1), taking the middle
// of the exchange. Of several servers the one that differs most is named.
func (p *pass) clock(a answer) {
	date, ok := a.date()
	if !ok {
		return
	}
	local := a.asked.Add(a.received.Sub(a.asked) / 2)
	skew := local.Sub(date)
	p.mu.Lock()
	defer p.mu.Unlock()
	seconds := int(skew.Round(time.Second).Seconds())
	if had, known := p.facts.Int("clock.skew_s"); known && max(had, -had) >= max(seconds, -seconds) {
		return
	}
	p.facts.Set("clock.skew_s", seconds)
	p.facts.Set("clock.skewed", skew.Abs() > maxSkew)
	p.facts.Set("clock.host", a.host)
	side := "ahead of"
	if skew < 0 {
		side = "behind"
	}
	p.facts.Set("clock.words", fmt.Sprintf("%s %s", checks.Words(skew.Abs()), side))
}

// ended writes how a failed exchange reads in the list of steps.
func ended(a answer) outcome {
	switch {
	case !a.ok():
		return failed(a.failure.detail)
	case a.errorCode() != "":
		return failed(fmt.Sprintf("%d %s", a.status, a.errorCode()))
	}
	return failed(fmt.Sprintf("answered %d (%s)", a.status, shapeWords[a.shape]))
}

var shapeWords = map[string]string{
	"object": "JSON", "json": "JSON, but no object", "html": "an HTML page", "text": "text", "empty": "no content", "binary": "binary data", "jwt": "a token",
}
