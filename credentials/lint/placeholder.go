package lint

import (
	"regexp"
	"slices"
	"strings"
)

// The sorts of placeholder.
const (
	unexpanded = "a variable that was not expanded"
	template   = "a word from a template"
	noValue    = "the name of an empty value"
	row        = "a row of one character"
	reference  = "a reference to a secret store that was not resolved"
	ciphertext = "an encrypted value that was not decrypted"
)

// Forms that are a variable of some language as a whole. A bare $NAME or
// %NAME% must look like a name of a variable: both may begin a true secret.
var (
	variableForms = []*regexp.Regexp{
		regexp.MustCompile(`^\$\{[^{}]+\}$`),                          // shell, Compose
		regexp.MustCompile(`^\$?\{\{.*\}\}$`),                         // GitHub Actions, Jinja, Helm
		regexp.MustCompile(`^\$\([^()]+\)$`),                          // Azure Pipelines, command
		regexp.MustCompile(`^#\{[^{}]+\}$`),                           // Octopus, Ruby
		regexp.MustCompile(`^%\([A-Za-z_]\w*\)s$`),                    // Python
		regexp.MustCompile(`^<%.*%>$`),                                // ERB
		regexp.MustCompile(`^(\$env:|env\.|process\.env\.)[A-Z]\w*$`), // PowerShell, JavaScript
	}
	bareVariable   = regexp.MustCompile(`^(?:\$|%|@@?|__)([A-Za-z_][A-Za-z0-9_]*?)(%|@@?|__)?$`)
	insideVariable = regexp.MustCompile(`\$\{[A-Z][A-Z_]{2,}[A-Z0-9_]*\}|\{\{ ?[A-Za-z_.]{3,} ?\}\}`)
	inBrackets     = regexp.MustCompile(`^(?:<([^<>]{1,60})>|\[([^\[\]]{1,60})\]|\{([^{}]{1,60})\}|\(([^()]{1,60})\))$`)
	numbered       = regexp.MustCompile(`[-_ ]?[0-9]{1,2}$`)
	zeroUUID       = regexp.MustCompile(`^[0-]{8,}$`)
)

// storeReferences are ways to name an entry of a secret store. The program that should have put the
// value there did not: what remains is a scheme, the function of a cloud, a YAML tag, or the path
// of an entry.
var storeReferences = []*regexp.Regexp{
	regexp.MustCompile(`^(?:ref\+)?[a-z][a-z0-9+.-]*://\S+$`), // op://, ref+vault://, gcpsm://, file://
	regexp.MustCompile(`^(?:secretref|secretref-env|vault|keyring|env|file|cmd|command|pass|gopass|passage|op|bw|lpass|doppler|akv|ssm|sm|sops|chamber|kms):(?:[A-Za-z0-9_@{(/.~$-]|$)`),
	regexp.MustCompile(`^(?:arn:aws[a-z-]*:|ssm-secure:|ocid1\.|crn:v1:)`),
	regexp.MustCompile(`^@[A-Z][A-Za-z]+\.[A-Za-z.]+\(.*\)$`), // @Microsoft.KeyVault(SecretUri=…)
	regexp.MustCompile(`(?i)^(?:projects/[^/]+/(?:locations/[^/]+/)?secrets/[^/]+|/?(?:var/)?run/secrets/|/aws/reference/secretsmanager/|secretsmanager:/)`),
	regexp.MustCompile(`(?i)^!(?:vault|secret|env|ref|sub|getatt|file|include|reference|lambda)\b`),
	regexp.MustCompile(`(?i)^(?:file|vault|secret|env|lookup|getenv|os\.environ|keyvault|getsecret|fromsecret|valuefrom)\s*[(\[]`),
}

// Each of the references has one of these, and most secrets have none: so it is with variables.
const (
	referenceMarks = ":/!([."
	variableMarks  = "$#%<{.@"
)

// ciphertexts are encrypted values: Ansible, SOPS, age, PGP, Vault's transit engine, AWS KMS, and
// the SealedSecrets of Kubernetes, whose Base64 begins with the length of a key.
var ciphertexts = []*regexp.Regexp{
	regexp.MustCompile(`^(?:\$ANSIBLE_VAULT;|ENC\[|vault:v[0-9]+:|age-encryption\.org/|-----BEGIN (?:AGE|PGP) |enc:v?[0-9]*:|\{cipher\}|AQICAH)`),
	regexp.MustCompile(`^Ag[A-Za-z0-9+/]{100,}={0,2}$`),
}

// TemplateSecret names the sort of template value that stands where a secret belongs; empty if
// none.
func TemplateSecret(text string) string {
	matches := func(one *regexp.Regexp) bool { return one.MatchString(text) }
	switch {
	case slices.ContainsFunc(ciphertexts, matches):
		return ciphertext
	case strings.ContainsAny(text, referenceMarks) && slices.ContainsFunc(storeReferences, matches):
		return reference
	}
	return templateText(text, templateWordsOfSecret)
}

// templateID is stricter about words: `my-openeo-client` is a fine client
// id.
func templateID(text string) string { return templateText(text, templateWordsOfID) }

func templateText(text string, words func(string) bool) string {
	switch {
	case isVariable(text):
		return unexpanded
	case emptyValueName(text):
		return noValue
	case isRow(text):
		return row
	case words(text):
		return template
	}
	if inner := inBrackets.FindStringSubmatch(text); inner != nil {
		if bracketedWords(strings.Join(inner[1:], "")) {
			return template
		}
	}
	return ""
}

func isVariable(text string) bool {
	if !strings.ContainsAny(text, variableMarks) && !strings.HasPrefix(text, "__") {
		return false
	}
	for _, form := range variableForms {
		if form.MatchString(text) {
			return true
		}
	}
	if insideVariable.MatchString(text) {
		return true
	}
	name := bareVariable.FindStringSubmatch(text)
	if name == nil || !closes(text, name[2]) {
		return false
	}
	return variableName(name[1])
}

// closes: $NAME stands alone, the others have an end like their beginning.
func closes(text, end string) bool {
	if text[0] == '$' {
		return end == ""
	}
	return end != "" && strings.HasPrefix(text, end)
}

// variableName wants words, so that `$X9QPLK22` stays a secret: letters
// only in upper case, or parts of one case joined by underscores, or words
// of a template.
func variableName(name string) bool {
	upper := strings.ToUpper(name) == name
	lower := strings.ToLower(name) == name
	parts := strings.Split(strings.Trim(name, "_"), "_")
	for _, part := range parts {
		if strings.Trim(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
			return onlyTemplateWords(name)
		}
	}
	return len(name) >= 3 && (upper || lower && len(parts) > 1) || onlyTemplateWords(name)
}

var emptyNames = map[string]bool{
	"null": true, "nil": true, "none": true, "undefined": true, "n/a": true, "nan": true, "(null)": true,
	"<null>": true, "<nil>": true, "<none>": true, "<unset>": true, "unset": true, "(none)": true, "(empty)": true,
	"<empty>": true, "empty": true, "not set": true, "(not set)": true, "<not set>": true, "[object object]": true, "{}": true, "[]": true,
}

func emptyValueName(text string) bool { return emptyNames[strings.ToLower(text)] }

// isRow reports xxxx, ????, ... and the like, also in the shape of a UUID.
func isRow(text string) bool {
	if text == "…" {
		return true
	}
	if zeroUUID.MatchString(text) {
		return true
	}
	if len(text) < 3 {
		return false
	}
	for _, one := range []string{"x", "X", "?", ".", "_", "-", "#", "…"} {
		if strings.Trim(text, one+"-") == "" && (one == "-" || strings.Contains(text, one)) {
			return true
		}
	}
	return false
}

// bracketedWords: in brackets a single telling word will do, since brackets
// mark the place to fill in.
func bracketedWords(inner string) bool {
	inner = numbered.ReplaceAllString(inner, "")
	if strings.ContainsAny(inner, "0123456789") {
		return false
	}
	return onlyTemplateWords(inner) || mentionsValue(inner)
}
