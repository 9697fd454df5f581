package cli

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/text"
)

// doing is one thing that a printed sheet has somebody do with a field.
type doing struct{ tab, label, verb, value string }

// What there is to do.
const (
	doType   = "type"
	doPick   = "pick"
	doChoose = "choose"
	doTick   = "tick"
	doUntick = "untick"
	doBox    = "box"   // tick one of several
	doUnbox  = "unbox" // untick one of several
	doAdd    = "add"   // a contact: its type, then its address
	doOwn    = "own"   // tick it, or type it and press +
	doKeep   = "keep"  // it stands as it is to be
	doLeave  = "leave"
)

// printed is a sheet as somebody reads it: what to do on each tab, then passages of steps.
type printed struct {
	doings []doing
	steps  map[string][]string

	commands []string
}

// unwrap joins what a narrow page broke: a line belongs to the one before it if it is indented like
// that one's text, and its first word did not fit there, unless it begins as an instruction does.
func unwrap(lines []string, width int) []string {
	var whole []string
	last := ""
	for _, line := range lines {
		body := strings.TrimSpace(line)
		first, _, _ := strings.Cut(body, " ")
		broken := indent(line) == indent(last) && last != "" && body != "" && text.Width(last)+1+text.Width(first) > width && !begins.MatchString(body)
		if last = line; broken {
			whole[len(whole)-1] += " " + body
			continue
		}
		whole = append(whole, body)
	}
	return whole
}

// indent is where the text of a line begins, behind its mark.
func indent(line string) int {
	return text.Width(line) - text.Width(strings.TrimLeft(line, " □·!×√‼0123456789"))
}

var (
	begins  = regexp.MustCompile(`^(credguide |□|·|[!×√‼]|\d+ |Type|Choose|Tick|Untick|Then|Leave|Clear)`)
	tabHead = regexp.MustCompile(`^(.+) \(tab \d of \d\)`)
)

// instruction reads one line under a field. What is no instruction is an explanation.
func instruction(line string) (doing, error) {
	contact := regexp.MustCompile(`^Choose (\S+), type (\S+) and press ADD$`)
	switch m := contact.FindStringSubmatch(line); {
	case m != nil:
		return doing{verb: doAdd, value: m[1] + " " + m[2]}, nil
	case line == "Tick the box":
		return doing{verb: doTick}, nil
	case line == "Untick the box":
		return doing{verb: doUntick}, nil
	case strings.HasPrefix(line, "Then wait for the list that opens and pick the entry from it"):
		return doing{verb: doPick}, nil
	}
	for start, verb := range map[string]string{"Type: ": doType, "Choose: ": doChoose, "Tick ": doBox, "Untick ": doUnbox, "Leave it at: ": doKeep} {
		if value, ok := strings.CutPrefix(line, start); ok {
			return doing{verb: verb, value: value}, nil
		}
	}
	if begins.MatchString(line) && !strings.HasPrefix(line, "!") {
		return doing{}, fmt.Errorf("nobody knows how to do this: %q", line)
	}
	return doing{}, nil
}

const (
	ensures = "Tick each of these. What has no box, type and press +"
	leaves  = "Leave as they are: "
)

// readSheet reads what `credguide request show` prints.
func readSheet(page string, width int) (printed, error) {
	p := printed{steps: map[string][]string{}}
	var at doing
	own := false
	lines := unwrap(strings.Split(page, "\n"), width)
	end := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "Submission and review ─") })
	if end < 0 {
		return p, errors.New("the sheet does not say how to submit")
	}
	for _, line := range lines[:end] {
		if m := tabHead.FindStringSubmatch(line); m != nil {
			at = doing{tab: m[1]}
		}
		switch {
		case strings.HasPrefix(line, "□ "):
			at.label, own = strings.TrimSuffix(line[len("□ "):], " *"), false
		case strings.HasPrefix(line, leaves):
			p.leave(at.tab, line)
		case line == ensures:
			own = true
		case own && strings.HasPrefix(line, "· "):
			p.doings = append(p.doings, doing{at.tab, at.label, doOwn, line[len("· "):]})
		case at.label != "":
			own = false
			d, err := instruction(strings.TrimPrefix(line, "· "))
			if err != nil {
				return p, err
			}
			if d.verb != "" {
				p.doings = append(p.doings, doing{at.tab, at.label, d.verb, d.value})
			}
		}
	}
	p.passages(lines[end+1:])
	return p, nil
}

// leave notes the fields that stay as they are.
func (p *printed) leave(tab, line string) {
	for label := range strings.SplitSeq(strings.TrimSuffix(line[len(leaves):], "."), ", ") {
		p.doings = append(p.doings, doing{tab, label, doLeave, ""})
	}
}

// passages reads headings with the steps below them, and commands.
func (p *printed) passages(lines []string) {
	heading, before := "", ""
	for _, line := range lines {
		mark, step, ok := strings.Cut(line, " ")
		switch {
		case strings.HasPrefix(line, "credguide "):
			p.commands = append(p.commands, line)
		case ok && strings.Trim(mark, "0123456789·") == "":
			p.steps[heading] = append(p.steps[heading], strings.TrimSpace(step))
		case before == "" && line != "":
			heading = line
		}
		before = line
	}
}

// readNotes reads what `credguide register` prints.
func readNotes(page string, width int) (printed, error) {
	p := printed{steps: map[string][]string{}}
	tab := ""
	lines := unwrap(strings.Split(page, "\n"), width)
	for _, line := range lines {
		if m := tabHead.FindStringSubmatch(line); m != nil {
			tab = m[1]
		}
		item, ok := strings.CutPrefix(line, "· ")
		switch {
		case tab == "" || !ok:
		case strings.HasPrefix(item, leaves):
			p.leave(tab, item)
		default:
			label, how, ok := strings.Cut(item, ": ")
			if !ok {
				return p, fmt.Errorf("nobody knows how to do this: %q", item)
			}
			for _, d := range briefly(how) {
				p.doings = append(p.doings, doing{tab, label, d.verb, d.value})
			}
		}
	}
	p.passages(lines)
	return p, nil
}

// briefly reads the instruction of one line.
func briefly(how string) (list []doing) {
	each := func(verb, values string) {
		for value := range strings.SplitSeq(values, ", ") {
			list = append(list, doing{verb: verb, value: value})
		}
	}
	verb, rest, _ := strings.Cut(how, " ")
	switch {
	case strings.HasSuffix(how, " (as the form opens)"):
		return []doing{{verb: doKeep}}
	case how == "tick the box":
		return []doing{{verb: doTick}}
	case verb == "choose":
		return []doing{{verb: doChoose, value: rest}}
	case strings.HasPrefix(how, "tick, or type and press + what has no box: "):
		each(doOwn, strings.TrimPrefix(how, "tick, or type and press + what has no box: "))
	case verb == "tick":
		each(doBox, rest)
	case verb == "untick":
		each(doUnbox, rest)
	case verb == "add":
		address, kinds, _ := strings.Cut(rest, " as ")
		for kind := range strings.SplitSeq(kinds, ", ") {
			list = append(list, doing{verb: doAdd, value: kind + " " + address})
		}
	case strings.Contains(how, ", wait for the list that opens and pick the entry from it"):
		name, _, _ := strings.Cut(rest, ", wait for the list")
		return []doing{{verb: doType, value: name}, {verb: doPick}}
	default:
		return []doing{{verb: doType, value: how}}
	}
	return list
}
