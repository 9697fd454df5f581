package serve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/credentials/accounts"
)

// take takes over a list: what is known of an account stays where its entry does. It tells how many
// accounts came and went.
func (m *monitor) take(ctx context.Context, list accounts.List) (came, went int) {
	fresh := m.newcomers(ctx, list)
	before := m.listedNow()
	said := m.replace(fresh, list)
	for _, a := range m.listedNow() {
		m.rejudge(a)
	}
	m.say(said...)
	signal(m.listed)
	stayed := common(before, m.listedNow())
	return m.size() - stayed, len(before) - stayed
}

// common counts the accounts that two lists have.
func common(a, b []*account) (n int) {
	in := make(map[*account]bool, len(a))
	for _, one := range a {
		in[one] = true
	}
	for _, one := range b {
		if in[one] {
			n++
		}
	}
	return n
}

// replace puts another list in the place of the one in force.
func (m *monitor) replace(fresh map[string]*account, list accounts.List) (said []string) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list, m.read, m.trouble = list, now, ""
	kept := map[string]*account{}
	before := m.accounts
	m.order, m.hosts = m.order[:0:0], map[string]*host{}
	for _, e := range list.Entries {
		name := e.Label()
		if !m.flags.shard.has(name) {
			continue
		}
		a, known := before[name]
		if !known {
			a, known = m.gone[name]
		}
		if !known {
			a = fresh[name]
		}
		said = append(said, m.enter(now, a, e, known))
		kept[name] = a
		m.order = append(m.order, a)
	}
	m.accounts = kept
	m.remember(now, before)
	return said
}

// enter gives an account its entry, and says what that changes.
func (m *monitor) enter(now time.Time, a *account, e accounts.Entry, known bool) (said string) {
	mark, before := fingerprint(e), a.mark
	if a.phase == prepared && !reflect.DeepEqual(a.entry.Account, e.Account) {
		a.rest() // its command is run again
	}
	a.entry, a.mark, a.host = e, mark, m.hostOf(e)
	if !known {
		m.first(now, a)
	} else if before != mark && a.phase.waits() {
		said = m.asksElse(now, a)
	}
	return said
}

func (m *monitor) listedNow() []*account {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.order // replaced as a whole
}

func (m *monitor) hostOf(e accounts.Entry) *host {
	name := check.HostsOf(e)
	h, ok := m.hosts[name]
	if !ok {
		h = &host{}
		m.hosts[name] = h
	}
	return h
}

// mostGone bounds how many accounts are remembered that are in the list no more.
const mostGone = 10_000

// remember keeps what is known of accounts that went until their next check would have been due. A
// list that was read while somebody wrote it may lack half of them, and they are back the next
// time.
func (m *monitor) remember(now time.Time, before map[string]*account) {
	gone := map[string]*account{}
	for _, accounts := range []map[string]*account{before, m.gone} {
		for name, a := range accounts {
			if _, ok := m.accounts[name]; !ok && len(gone) < mostGone && (!a.phase.waits() || a.next.After(now)) {
				gone[name] = a
			}
		}
	}
	m.gone = gone
}

const (
	// firstRound is within how long the first checks begin; the host gates bound what is asked at
	// once.
	firstRound = 5 * time.Second
	// settle is the time between two checks out of turn of an account, however often its entry or
	// its secret changes.
	settle = time.Minute
)

// first gives an account its first turn: at once, but no sooner than --every after the check that
// was kept of it. The wall clock is asked once, for the age; a clock that was wrong then or is now
// makes the wait no longer than --every, and what follows is measured without it.
func (m *monitor) first(now time.Time, a *account) {
	a.next = now
	if a.Checked {
		age := max(now.Round(0).Sub(a.Report.Started), 0)
		a.ended = now.Add(-min(age, m.flags.every))
		if a.next = later(now, a.ended.Add(m.flags.every)); a.Print != a.mark {
			m.asksElse(now, a)
		}
	}
	a.next = a.next.Add(spread(a.Name, min(m.flags.every/10, firstRound)))
}

// past is what was found when an entry asked something else than now.
type past struct {
	ended time.Time
	result
}

// mostPast bounds the results of an account whose entry changes again and again.
const mostPast = 3

// asksElse gives an account its turn whose entry asks something else than the last check. It comes
// soon, since no token was made for that yet. Where the entry is again as it was within --every,
// what was found then holds again, and what that changes is said.
func (m *monitor) asksElse(now time.Time, a *account) (said string) {
	a.past = slices.DeleteFunc(a.past, func(p past) bool { return now.Sub(p.ended) >= m.flags.every || p.Print == a.Print })
	if a.Checked {
		a.past = append(a.past, past{a.ended, a.result})
	}
	if at := slices.IndexFunc(a.past, func(p past) bool { return p.Print == a.mark }); at >= 0 {
		before := a.record
		a.ended, a.result = a.past[at].ended, a.past[at].result
		a.past = slices.Delete(a.past, at, at+1)
		a.next = later(now, a.ended.Add(m.flags.every))
		return turned(before, a.record)
	}
	a.past = slices.Delete(a.past, 0, max(len(a.past)-mostPast, 0))
	a.next = m.soon(now, a)
	return ""
}

// soon is the next moment that is not too close to the last check out of turn: the first change is
// seen at once, and others as often as settle says. An entry with a fault asks nobody.
func (m *monitor) soon(now time.Time, a *account) time.Time {
	a.hurries = true
	if a.hurried.IsZero() || a.entry.Fault != nil {
		return now
	}
	return later(now, a.hurried.Add(min(m.flags.every, settle)))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// fingerprint tells whether an entry asks something else than before. What only describes the
// account, or judges what is found, is no reason to make a token: a changed owner or label is seen
// with the account's next check, which knows the secret and shows no text that holds it. The mark
// is kept, and nothing can be read from it.
func fingerprint(e accounts.Entry) string {
	asks := e.Account
	asks.Owner, asks.Labels, asks.Expires, asks.Ignore = "", nil, accounts.Date{}, nil
	digest := sha256.Sum256(fmt.Appendf(nil, "%+v\x00%v", asks, e.Fault))
	return hex.EncodeToString(digest[:8])
}

// resultOf is a record as it is shown, judged by what the entry ignores.
func resultOf(r record, ignored map[string]string) result {
	out := result{record: r, ignored: ignored}
	if !r.Checked {
		return out
	}
	out.series, out.page, out.noToken = seriesOf(r), pageOf(r), gotNone(r.Report)
	out.faulty = r.Report.Facts.Text(checks.EntryFault) != ""
	whole := out.Report
	counts := func(f checks.Finding) bool { return f.Severity != checks.Note }
	if slices.ContainsFunc(whole.Diagnoses, counts) || len(ignored) > 0 {
		out.document = documentOf(whole)
	}
	out.Report = checks.Report{Verdict: whole.Verdict, Evidence: checks.Evidence{Started: whole.Started, Subject: whole.Subject}}
	if first, ok := whole.First(); ok {
		out.Report.Diagnoses = []checks.Finding{{Severity: first.Severity, Title: first.Title, Explain: first.Explain, Steps: first.Steps}}
	}
	if cause, ok := whole.IgnoredError(); ok && whole.Settled() {
		out.Report.Hidden = []checks.Finding{{Severity: cause.Severity, Title: cause.Title, Ignored: cause.Ignored}}
	}
	return out
}

// documentOf is a report that can be judged anew, compressed.
func documentOf(r checks.Report) []byte {
	document, err := compressed(func(w io.Writer) error { return report.JSON(w, r) })
	if err != nil { // into memory
		panic(err)
	}
	return document
}

// rejudge judges the last report of an account anew where its entry ignores something else now. That
// asks nobody for anything.
func (m *monitor) rejudge(a *account) {
	m.mu.Lock()
	e, list, of := a.entry, m.list, a.result
	m.mu.Unlock()
	if of.document == nil || maps.Equal(of.ignored, e.Ignore) {
		return
	}
	r, err := m.checker.Restore("the last report", expanded(of.document), e, list)
	if err != nil { // a later check has what it ignores
		return
	}
	now := of.record
	r.Started = now.Report.Started // which may have been moved
	if r.Verdict != now.Report.Verdict {
		now.Since = r.Started
	}
	now.Report = r
	judged := resultOf(now, e.Ignore)
	m.mu.Lock()
	defer m.mu.Unlock()
	if a.Checks == of.Checks && a.Print == of.Print { // no check has ended meanwhile
		a.result = judged
	}
}
