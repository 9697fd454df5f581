package report

import (
	"net/url"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
)

// A client ID stands in addresses, in commands and in what servers say in other ways than it is
// given, and all of them name it.
func TestNoWayOfWritingAnIDIsLeft(t *testing.T) {
	for _, id := range []string{"MyClient-7", "nightly/ndvi%x", "Jane.Doe@lab.example.org", "it's mine", "Ä client+more"} {
		lower := strings.ToLower(id)
		r := Anonymised(checks.Report{Evidence: checks.Evidence{
			Subject: checks.Subject{ClientID: id},
			Facts:   checks.Facts{"token.error_description": "no client " + id + ", nor service-account-" + lower},
			Requests: []checks.Request{
				{URL: "https://idp.example.org/auth?client_id=" + url.QueryEscape(id) + "&scope=openid"}, {URL: "https://idp.example.org/" + url.PathEscape(lower)},
			},
		}})
		mark := standIn("client", id)
		for text, want := range map[string]string{
			r.Subject.ClientID: mark, r.Facts.Text(checks.AtToken.ErrorDescription): "no client " + mark + ", nor service-account-" + mark,
			r.Requests[0].URL: "https://idp.example.org/auth?client_id=" + mark + "&scope=openid", r.Requests[1].URL: "https://idp.example.org/" + mark,
		} {
			if text != want {
				t.Errorf("%s: %q, not %q", id, text, want)
			}
		}
	}
	short := Anonymised(checks.Report{Evidence: checks.Evidence{Subject: checks.Subject{ClientID: "ab", Issuer: "https://lab.example.org"}}})
	if short.Subject.ClientID != standIn("client", "ab") || short.Subject.Issuer != "https://lab.example.org" {
		t.Errorf("%+v", short.Subject)
	}
	if mail := Anonymised(checks.Report{Evidence: checks.Evidence{Subject: checks.Subject{Owner: "a@b.org c%40d.org"}}}).Subject.Owner; mail != standIn("mail", "a@b.org")+" "+standIn("mail", "c@d.org") {
		t.Errorf("%q", mail)
	}
}
