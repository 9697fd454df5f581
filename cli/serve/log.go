package serve

import (
	"fmt"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// This file is about what a person reads in the log: how all accounts stand once each has a result,
// and then each one that stops working, or works again, and each new one that does not.

// turned says that an account stopped working, or works again, or that it is no outage any more that
// keeps it from working, or one now, or that it does not work at its first check; empty: nothing of
// that.
func turned(before, now record) string {
	worked, works := before.Report.Verdict == checks.Healthy, now.Report.Verdict == checks.Healthy
	if before.Report.Settled() || now.Report.Settled() { // what is ignored is no news
		return ""
	}
	said := text.Line(now.Name, longestText)
	switch {
	case !before.Checked && works, before.Checked && before.Report.Verdict == now.Report.Verdict:
		return ""
	case !before.Checked:
		said += " does not work"
	case works:
		return said + " works again"
	case worked:
		said += " no longer works"
	default:
		said += " still does not work"
	}
	if first, ok := now.Report.First(); ok && first.Severity == checks.Error {
		said += ": " + text.Line(first.Title, longestText)
	}
	return said
}

// say writes lines into the log, where there are any.
func (m *monitor) say(lines ...string) {
	for _, line := range lines {
		if line != "" {
			m.app.Say("%s", line)
		}
	}
}

// mostNamed bounds the names in one line.
const mostNamed = 20

// tellAll says once how all accounts stand, as soon as each has a result.
func (m *monitor) tellAll() {
	m.say(m.standing())
}

func (m *monitor) standing() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.told {
		return ""
	}
	count := map[int]int{}
	var failing []string
	for _, a := range m.order {
		if !a.Checked {
			return ""
		}
		rank := rankOf(a.record)
		if count[rank]++; rank == broken || rank == unclear {
			failing = append(failing, text.Line(a.Name, longestText))
		}
	}
	m.told = true
	said := fmt.Sprintf("each account has a result: %d work, %d misconfigured, %d unclear", count[works], count[broken], count[unclear])
	if n := count[ignored]; n > 0 {
		said += fmt.Sprintf(", %d ignored", n)
	}
	if more := len(failing) - mostNamed; more > 0 {
		failing = append(failing[:mostNamed], fmt.Sprintf("and %d more", more))
	}
	if len(failing) > 0 {
		said += "; not working: " + strings.Join(failing, ", ")
	}
	return said
}
