package explain

import (
	"fmt"
	"strings"

	"github.com/credguide/credguide/checks"
)

// failureWords say why there was no answer.
var failureWords = map[string]string{
	"dns": "a host name that does not resolve", "refused": "a refused connection", "unreachable": "a host without a route to it",
	"connect-timeout": "a connection that was never made", "reset": "a connection that broke off", "response-timeout": "an answer that never came",
	"proxy": "a proxy that could not be used", "tls-expired": "an expired certificate", "tls-not-yet-valid": "a certificate that is not valid yet",
	"tls-hostname": "a certificate for other names", "tls-unknown-authority": "a certificate that is not trusted there",
	"tls-handshake": "a failed TLS handshake", "redirect-loop": "redirects without an end",
}

// InWords says what was read from a text, as far as it is worth saying: "The text reports 401
// invalid_client at the token endpoint of production".
func InWords(seen Seen) string {
	for _, step := range checks.HTTPSteps {
		var what []string
		if n, ok := seen.Facts[step+".status"].(int); ok {
			what = append(what, fmt.Sprint(n))
		}
		for _, name := range []string{".error", ".code"} {
			if code, _ := seen.Facts[step+name].(string); code != "" {
				what = append(what, code)
			}
		}
		if failure, _ := seen.Facts[step+".failure"].(string); failureWords[failure] != "" {
			what = append(what, failureWords[failure])
		}
		if len(what) == 0 {
			continue
		}
		text := "The text reports " + strings.Join(what, " ") + " at " + stepTitle(step)
		if seen.Environment != "" {
			text += ", environment " + seen.Environment
		}
		return text + "."
	}
	if seen.Environment != "" {
		return "The text names the environment " + seen.Environment + "."
	}
	return ""
}

func stepTitle(step string) string {
	for _, s := range []*checks.Step{checks.AtDiscovery, checks.AtToken, checks.AtKeys, checks.AtUserinfo, checks.AtWellKnown, checks.AtCapabilities, checks.AtProviders, checks.AtMe} {
		if s.ID == step {
			return s.Title
		}
	}
	return step
}
