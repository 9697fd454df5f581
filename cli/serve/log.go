package serve

import (
	"fmt"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// This file is about what a person reads in the log: how all accounts stand once each has a result,
// and then each one that stops working, or works again.

// turned says that an account stopped working, or works again; empty: neither.
func turned(before, now record) string {
	worked, works := before.Report.Verdict == checks.Healthy, now.Report.Verdict == checks.Healthy
	if before.Report.Settled() || now.Report.Settled() { // what is ignored is no news
		return ""
	}
	name := text.Line(now.Name, longestLabel)
	switch {
	case !before.Checked || worked == works:
		return ""
	case works:
		return name + " works again"
	}
	said := name + " no longer works"
	if first, ok := now.Report.First(); ok && first.Severity == checks.Error {
		said += ": " + text.Line(first.Title, longestLabel)
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
	for _, a := range m.order {
		if !a.Checked {
			return ""
		}
		count[rankOf(a.record)]++
	}
	m.told = true
	said := fmt.Sprintf("each account has a result: %d work, %d misconfigured, %d unclear", count[works], count[broken], count[unclear])
	if n := count[ignored]; n > 0 {
		said += fmt.Sprintf(", %d ignored", n)
	}
	return said
}
