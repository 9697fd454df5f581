package probe

import (
	"context"
	"net/http"
	"slices"

	"github.com/credguide/credguide/checks"
)

// This file asks again: behind one address may stand several servers, and nothing is certain by what
// one of them says.

// turns is how often two requests are made again, at most: the refused one twice and then the other
// twice. Of two servers behind one address, one is very unlikely to get each of the one kind, and the
// other the rest, where they are chosen by lot; where they take turns, two like requests in a row meet
// both.
const turns = 2

// again are the facts that say what came of making a request again, and the other form of it.
type again struct{ accepted, changed, settled checks.Name }

// repeated is a request that is made again so often, and whether it was accepted. An answer with the
// status of the first one is judged, too.
type repeated struct {
	often int
	ask   func() (answer, bool)
	like  int
}

// again makes a request that was refused once more, after another form of it was accepted, and then
// that form: behind one address may stand several servers. Only where each is answered as before,
// every time, the form is what it takes. A rate limit or an outage says nothing of it. It returns that
// something was answered differently. Where no other form was accepted there is none.
func (p *pass) again(facts again, refused, accepted repeated) (unsteady bool) {
	settled := true
	defer func() { p.set(facts.settled, settled && !unsteady) }()
	for _, again := range []struct {
		repeated
		fact checks.Name
		as   bool // it was accepted before
	}{{refused, facts.accepted, false}, {accepted, facts.changed, true}} {
		for range again.often {
			a, good := again.ask()
			judged := good || a.ok() && (clientError(a.status) || a.status == again.like)
			if judged {
				p.set(again.fact, good)
			}
			settled = settled && judged
			switch {
			case judged && good != again.as:
				return true
			case a.status == http.StatusTooManyRequests, !a.ok(): // nor is anybody waited for again and again
				return false
			}
		}
	}
	return false
}

// meAgain asks in the clients' form again after the other one was accepted, and tells that the form
// is not what it took.
func (p *pass) meAgain(ctx context.Context) bool {
	return p.again(meAgain, repeated{turns, p.askingMe(ctx, p.bearerPrefix()), 0}, repeated{turns, p.askingMe(ctx, ""), 0})
}

var meAgain = again{checks.MeAgainAccepted, checks.MeAgainChanged, checks.MeAgainSettled}

func (p *pass) askingMe(ctx context.Context, prefix string) func() (answer, bool) {
	return func() (answer, bool) {
		a := p.sendToMe(ctx, prefix)
		return a, accepts(a)
	}
}

// saidOfAccount are refusals that say a cause which lies in the account or in the back-end's settings.
var saidOfAccount = []string{"account", "enrollment", "payment", "oidc-off"}

// onceMore asks again in the clients' form where both forms are refused, or where the refusal is about
// the account: a back-end has many workers, each with a memory of its own, and one of them may refuse
// what the others accept.
func (p *pass) onceMore(ctx context.Context, refused answer) {
	f := p.derived()
	bothRefused := f.Text(checks.MeReason) == "token-invalid" && f.Text(checks.MeAloneAnswer) == "refused"
	if bothRefused || clientError(refused.status) && slices.Contains(saidOfAccount, f.Text(checks.MeReason)) {
		p.again(meAgain, repeated{turns, p.askingMe(ctx, p.bearerPrefix()), 0}, repeated{})
	}
}

var unsteadily = warned("the same request is answered differently now")

var tokenAgain = again{checks.TokenAgainAccepted, checks.TokenAgainChanged, checks.TokenAgainSettled}

// unsaid are refusals that say so little of their cause that no finding is certain by them, so that it
// does not matter whether another server would say the same.
var unsaid = []string{"", "client-refused", "grant-refused", "not-now", "other"}

// noAnswers are what a token endpoint may give in place of a token or a refusal, and findings are certain
// by.
var noAnswers = []string{"not-found", "not-json", "incomplete"}

// refusedAgain makes the clients' own request again at once where the refusal says its cause, or is no
// answer of a token endpoint. It tells that it is answered in another way: one of several servers
// behind an address may not know the client yet, or an older secret. Where requests in another form
// follow, they ask the same once more. A secret that stands in the client ID's place is not sent twice:
// servers log what stands there.
func (p *pass) refusedAgain(ctx context.Context, first minted) (unsteady bool) {
	says := func(m minted) string {
		return p.derived().Refusal(m.answer.errorCode(), m.answer.text("error_description"))
	}
	reason := says(first)
	if !first.answer.ok() || !p.mayNameClient() || slices.Contains(unsaid, reason) && !slices.Contains(noAnswers, p.derived().Text(checks.TokenAnswer)) {
		return false
	}
	often := turns
	if skipVariants(p) == "" || skipScopes(p) == "" {
		often = 1
	}
	var last minted
	p.client.close() // some balancers hand a connection to one server as long as it lasts
	return p.again(tokenAgain, repeated{often, func() (answer, bool) {
		last = p.askToken(ctx, p.clientsRequest())
		if p.ownAgain(last); last.issued() {
			p.useToken(last, false)
		}
		now := says(last)
		return last.answer, last.issued() || now != reason && !slices.Contains(unsaid, now)
	}, first.answer.status}, repeated{})
}

// ownAgain records what came of the clients' own request when it was made again.
func (p *pass) ownAgain(m minted) {
	if m.answer.ok() && (m.issued() || clientError(m.answer.status)) {
		p.set(checks.TokenAgainIssued, m.issued())
	}
}

// tokenAgain makes the clients' own request again after a changed one was accepted, and that one:
// one of several servers may not know the client yet, or an older secret.
func (p *pass) tokenAgain(ctx context.Context, changed tokenRequest) (own minted, unsteady bool) {
	c := p.subject.Credentials
	ask := func(r tokenRequest) (minted, bool) {
		m := p.askToken(ctx, r)
		return m, p.authenticated(changed.variant, m)
	}
	often, before := turns, 0
	if changed.clientID != c.ClientID || !changed.secret.Equal(c.Secret) {
		often = 1 // what was accepted is another value, and no server takes both
	} else if p.is(checks.TokenAgainSettled) {
		before = 1 // as refusedAgain has seen
	}
	unsteady = p.again(tokenAgain, repeated{often - before, func() (a answer, good bool) {
		own, good = ask(p.clientsRequest())
		p.ownAgain(own)
		return own.answer, good
	}, 0}, repeated{often, func() (answer, bool) {
		m, good := ask(changed)
		return m.answer, good
	}, 0})
	return own, unsteady
}

// published gets a public document, and once more where it is not as a login needs it: of several
// servers behind one address, one may not know a realm or a provider yet. What was seen twice is not
// asked for again by the other checks of a list.
func (p *pass) published(ctx context.Context, address, step string, differs checks.Name, serves func(answer) bool) answer {
	ask := func() answer { return p.client.get(ctx, address, call{step: step, effect: Reads}) }
	a := ask()
	if !judged(a) || serves(a) {
		return a
	}
	if p.client.shared != nil {
		p.client.doubt(step)
	}
	return p.elsewhere(a, ask, differs, serves)
}

// elsewhere asks once more over a new connection, which may lead to another server, records whether
// that one serves, and returns the better answer.
func (p *pass) elsewhere(first answer, ask func() answer, differs checks.Name, serves func(answer) bool) answer {
	p.client.close()
	second := ask()
	if !judged(second) {
		return first
	}
	p.set(differs, serves(second))
	if serves(second) {
		return second
	}
	return first
}

// judged tells an answer from none and from one that says only "not now".
func judged(a answer) bool {
	return a.ok() && a.status < 500 && a.status != http.StatusTooManyRequests
}
