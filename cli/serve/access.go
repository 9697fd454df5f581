package serve

import (
	"context"
	"errors"
	"net/http"
	"regexp"

	"github.com/prometheus/exporter-toolkit/web"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

// largestConfig bounds the file of --web.config.file.
const largestConfig = 1 << 20

// readConfig checks the file of --web.config.file, and tells whether a stranger is kept out by it.
// The toolkit reads it whole and for each request anew, so it has to be an ordinary file.
func readConfig(ctx context.Context, file string) (protected bool, err error) {
	content, err := files.Read(ctx, file, files.Limits{Bytes: largestConfig})
	if err != nil {
		return false, err
	}
	if !content.Mode.IsRegular() {
		return false, errors.New("not an ordinary file")
	}
	if err := web.Validate(file); err != nil {
		return false, errors.New(app.Plain(withoutValues(err.Error())))
	}
	whole, err := catalog.DecodeAny(file, content.Data)
	if err != nil { // the toolkit takes an empty file
		return false, nil //nolint:nilerr // then nobody is kept out
	}
	config, _ := whole.(map[string]any)
	users, _ := config["basic_auth_users"].(map[string]any)
	tls, _ := config["tls_server_config"].(map[string]any)
	clients, _ := tls["client_auth_type"].(string)
	return len(users) > 0 || clients == "RequireAndVerifyClientCert", nil
}

// quoted is a value in an error about the file: perhaps a password in the wrong place.
var quoted = regexp.MustCompile("`[^`]*`?" + `|'[^']*'?|"(?:[^"\\]|\\.)*"?|(?m:(invalid ClientAuth|unknown [A-Za-z ]+): .*$|(unmarshal) !\S+)`)

// fieldName is the name of a field that the toolkit does not know.
var fieldName = regexp.MustCompile(`field (\S.*) not found`)

// withoutValues is what an error says without what it repeats of the file.
func withoutValues(said string) string {
	said = fieldName.ReplaceAllStringFunc(said, func(named string) string {
		name := fieldName.FindStringSubmatch(named)[1]
		return "field " + app.Bounded(name) + " not found"
	})
	return quoted.ReplaceAllStringFunc(said, func(found string) string {
		for _, kept := range quoted.FindStringSubmatch(found)[1:] {
			if kept != "" {
				return kept + " a value"
			}
		}
		return "a value"
	})
}

// ofThisMachine refuses requests for a name that is not this machine's own.
func ofThisMachine(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !text.Local(r.Host) {
			http.Error(w, "this address answers to localhost and to IP addresses only; a proxy has to set the Host header to one of them", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
