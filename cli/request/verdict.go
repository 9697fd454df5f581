package request

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard/request"
)

// printVerdicts writes one object for a single request, and one a line for several.
func printVerdicts(a *app.App, verdicts []request.Verdict, format string, lines bool) error {
	var b bytes.Buffer
	if format == "json" {
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if !lines {
			e.SetIndent("", " ")
		}
		for _, v := range verdicts {
			if err := e.Encode(v); err != nil {
				return fmt.Errorf("write the verdict: %w", err)
			}
		}
		return a.Write(a.Document(b.Bytes()))
	}
	for _, v := range verdicts {
		b.WriteString(verdictInWords(v, a.Width()))
	}
	return a.Print(app.Plain(b.String()))
}

func verdictInWords(v request.Verdict, width int) string {
	var b strings.Builder
	switch n := len(v.Errors); {
	case v.Acceptable:
		b.WriteString(text.Hang("√ ", v.ID+": the registry's form and server accept it", width))
	case n == 1:
		b.WriteString(text.Hang("× ", v.ID+": one field is refused", width))
	default:
		b.WriteString(text.Hang("× ", fmt.Sprintf("%s: %d fields are refused", v.ID, n), width))
	}
	for _, e := range v.Errors {
		b.WriteString(text.Hang("  × ", fmt.Sprintf("%s › %s (%s): %s", e.Tab, e.Label, e.Field, e.Message), width))
		b.WriteString(text.Hang("    ", refusedBy[e.RefusedBy], width))
	}
	for _, n := range v.Advice {
		b.WriteString(text.Hang("  ! ", n.Field+": "+n.Message, width))
	}
	return b.String()
}

// nextFor is the command that follows the verdict on the one request of a file.
func nextFor(v request.Verdict, file string, again app.Onward, width int) string {
	if v.Acceptable {
		return text.HangRun("", "To see what to enter where:", again.Command("request show", file), width)
	}
	return text.HangRun("", "Correct the request, then validate it again:", again.Command("request validate", file), width)
}

var refusedBy = map[string]string{
	request.ByForm:   "Refused by the form.",
	request.ByServer: "The form lets it pass; the server then refuses the whole request.",
	request.ByBoth:   "Refused by the form and by the server.",
}
