package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// mailAddress finds mail addresses in any text.
var mailAddress = regexp.MustCompile(`[A-Za-z0-9._%+-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`)

// Anonymised is the report with stand-ins for who it is about: the client ID, the subject, the user
// ID and mail addresses. One value has the same stand-in everywhere and in every report, so that
// tickets can be compared; whoever guesses a value can so confirm the guess. The report of an entry
// that was not checked holds no client ID, and the entry's name may be one: then it is given too.
func Anonymised(r checks.Report, clientIDs ...string) checks.Report {
	var d disguise
	d.hide("client", clientIDs...)
	d.hide("client", r.Subject.ClientID, r.Facts.Text(checks.ClientIDShown), r.Facts.Text(checks.JWTAuthorizedParty))
	if r.Identity != nil {
		d.hide("client", r.Identity.ClientID)
		d.hide("subject", r.Identity.Sub)
		d.hide("user", r.Identity.UserID)
	}
	d.hide("subject", r.Facts.Text(checks.UserinfoSub), r.Facts.Text(checks.JWTSub))
	d.hide("user", r.Facts.Text(checks.MeUserID))
	d.order()
	return Redacted(r, d.text)
}

// AnonymisedText writes what is said beside such reports: with the same stand-ins for the client IDs.
func AnonymisedText(clientIDs ...string) func(string) string {
	var d disguise
	d.hide("client", clientIDs...)
	d.order()
	return d.text
}

// disguise are values that are not shown, with what stands for each.
type disguise []hidden

type hidden struct{ value, standIn string }

func (d *disguise) hide(kind string, values ...string) {
	for _, v := range values {
		if strings.HasPrefix(v, "(") {
			continue
		}
		for _, form := range spellings(v) {
			*d = append(*d, hidden{form, standIn(kind, v)})
		}
	}
}

// order replaces a value that holds another one first. Of two that are the same, the first counts.
func (d *disguise) order() {
	seen := make(map[string]bool, len(*d))
	*d = slices.DeleteFunc(*d, func(h hidden) bool {
		twice := seen[h.value]
		seen[h.value] = true
		return twice
	})
	slices.SortStableFunc(*d, func(a, b hidden) int { return cmp.Compare(len(b.value), len(a.value)) })
}

func (d disguise) text(s string) string {
	for _, h := range d {
		if s == h.value {
			return h.standIn
		}
		if len(h.value) >= leastHidden {
			s = strings.ReplaceAll(s, h.value, h.standIn)
		}
	}
	return mailAddress.ReplaceAllStringFunc(s, func(mail string) string {
		return standIn("mail", strings.ReplaceAll(mail, "%40", "@"))
	})
}

// leastHidden is the length from which a value is looked for in other texts; a shorter one is part of
// many words.
const leastHidden = 3

// spellings are the ways in which a value stands in a report: as it is, in lower case, as it is asked
// for and as servers name the service account, in an address, and in a command.
func spellings(value string) []string {
	if value == "" {
		return nil
	}
	var forms []string
	for _, v := range []string{value, strings.ToLower(value)} {
		forms = append(forms, v, url.QueryEscape(v), url.PathEscape(v), strings.Trim(text.Word(v), `'"`))
	}
	return slices.Compact(slices.Sorted(slices.Values(forms)))
}

// StandsFor tells that a client ID is this one, or its stand-in.
func StandsFor(shown, clientID string) bool {
	return shown == clientID || shown == standIn("client", clientID)
}

func standIn(kind, value string) string {
	digest := sha256.Sum256([]byte("credguide stand-in\x00" + kind + "\x00" + value))
	return kind + "-" + hex.EncodeToString(digest[:4])
}
