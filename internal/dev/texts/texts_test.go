package texts

import (
	"regexp"
	"strings"
	"testing"
)

// translated are words that read as if translated, with what a native speaker writes in their place.
var translated = []struct{ pattern, instead string }{
	{`\bshall\b`, "must, or the imperative"},
	{`\bSure: `, "Certain: nothing else explains these answers."},
	{`[Ii]n earnest\b`, "for real"},
	{`is written wrongly`, "malformed"},
	{`longer than nothing|shorter than nothing`, "must be greater than zero, must not be negative"},
	{`signed by nobody`, "not signed by an authority that this machine trusts"},
	{`is not taken\b`, "must not contain …"},
	{`\bis wanted\b`, "expected …"},
	{`outside of ASCII`, "non-ASCII characters"},
	{`\bwhich \w+ shall\b`, "no … given"},
	{`where it lives`, "in the environment where it is registered"},
	{`was seen not to hold`, "not:"},
	{`something is odd about`, "the credentials look unusual"},
	{`[Tt]ake over these values`, "Have you entered these values?"},
	{`to please every`, "satisfies every"},
	{`a speaking one|a speaking name`, "a descriptive name"},
	{`and the reverse\b`, "and vice versa"},
	{`asks for a pause`, "is limiting requests"},
	{`\bclient ids?\b`, "client ID"},
	{`\bprovider ids?\b`, "provider ID"},
	{`\b(an|the|its|whose) operators?\b`, "administrator"},
	{`(^|[^-_.])\bwhitespace\b([^-_.}]|$)`, "white space"},
	{`\bin the place of\b`, "instead of"},
	{`\bgoes to another\b`, "is sent to another"},
	{`\bone that \w+ made has\b`, "generated ones have"},
}

func TestTheProgramSpeaksPlainEnglish(t *testing.T) {
	list, err := List("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 1000 {
		t.Fatalf("only %d texts were found", len(list))
	}
	for _, rule := range translated {
		pattern := regexp.MustCompile(rule.pattern)
		for _, text := range list {
			if found := pattern.FindString(text.Words); found != "" {
				t.Errorf("%s: %q reads translated; write %q: %s", text.Place, found, rule.instead, strings.TrimSpace(text.Words))
			}
		}
	}
}
