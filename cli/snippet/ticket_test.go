package snippet

import (
	"strings"
	"testing"
)

func TestATicketSaysWhatAnOperatorAsksFor(t *testing.T) {
	v := development()
	v.EntitlementsAt, v.Integration, v.Subject, v.Wanted = "https://helpdesk.ggus.eu", "development", "1b2c@egi.eu", []string{"urn:x:group:a", "urn:x:group:b"}
	text := render(t, "ticket", v)
	for _, want := range []string{
		"https://helpdesk.ggus.eu", "Subject: Add VO entitlement to service account", "EGI Check-in development (development)",
		"Client ID: nightly-ndvi", "(sub): 1b2c@egi.eu", "- urn:x:group:a\n- urn:x:group:b\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing of %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "…") {
		t.Errorf("something is left open:\n%s", text)
	}
}

func TestATicketSaysHowToGetWhatIsMissing(t *testing.T) {
	v := Values{Environment: "Lab", Issuer: "https://idp.example", Backend: "https://b.example", Helpdesk: "https://help.example", CheckLine: "credguide check nightly"}
	text := render(t, "ticket", v)
	for _, want := range []string{"https://help.example", "credguide check nightly --output json=report.json", "--from report.json", "where you registered"} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing of %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "VO") || strings.Contains(text, "EGI") || strings.Contains(text, "<no value>") {
		t.Errorf("a ticket of another house:\n%s", text)
	}
	v.Wanted = []string{"urn:x:group:a"}
	if text := render(t, "ticket", v); !strings.Contains(text, "please add the entitlements below") || !strings.Contains(text, "Entitlements:\n- urn:x:group:a\n") || strings.Contains(text, "VO") {
		t.Errorf("an entitlement where no place for them is known:\n%s", text)
	}
	v.Helpdesk, v.Contact, v.Wanted = "", "ops@idp.example", nil
	if text := render(t, "ticket", v); !strings.Contains(text, "No help desk is known") || !strings.Contains(text, "ops@idp.example") {
		t.Errorf("no help desk:\n%s", text)
	}
}
