package wizard

import (
	"strings"

	"github.com/credguide/credguide/environments"
)

// PortalPages are the addresses of the registry's start page and of its list of services, which belongs to the tenant. The
// sandbox, whose calls and pages share one address, has one page for both.
func PortalPages(e environments.Environment) (start, list string) {
	if e.Registry == nil {
		return "", ""
	}
	start = strings.TrimSuffix(e.Registry.Portal, "/")
	if e.Registry.Tenant == "" || e.Registry.API == e.Registry.Portal {
		return start, start
	}
	return start, start + "/" + e.Registry.Tenant + "/services"
}

// SubmitSteps lead from the values to the pressed button.
func SubmitSteps(w Where) Note {
	start, _ := PortalPages(w.Environment)
	return Note{Kind: Numbers, Text: "How to register it", Lines: []string{
		"Open " + start + " and log in. Then Manage Services › New Service.",
		`Fill in both tabs with the values above. Press ADD after each contact, and + after a scope of your own: what is typed but not added is dropped. Untick "authorization code", or Redirect URIs become mandatory.`,
		"Press Submit. A dialog names only that some field is wrong, never which: look under the fields of both tabs.",
		"Your browser makes the secret at that moment. Copy it before you leave the page.",
	}}
}

// ReviewSteps lead from Submit to Deployed.
func ReviewSteps(w Where) Note {
	n := Note{Kind: Numbers, Text: "After Submit"}
	if w.Environment.Approval == environments.ApprovalSelf {
		n.Lines = []string{
			`The dialog "Your request" appears. Press Review there, or Continue and then Review beside your service in the list.`,
			"On the review page press Review at the top, choose Approve, and press Submit Review.",
		}
	} else {
		n.Lines = []string{
			`The dialog "Your request" appears. Press Continue: the list shows your service.`,
			"Wait for an operator to approve it. " + approvalContact(w.Environment),
		}
	}
	n.Lines = append(n.Lines,
		"The badge goes Registration Pending → Deployment in Progress → Deployed. After the approval this takes seconds to minutes; press Refresh.",
		"The registry's mails go to the account that submitted the request and to invited owners. The contacts of the form get none of them.",
	)
	return n
}

func approvalContact(e environments.Environment) string {
	if e.Contact == "" {
		return "There is no time limit."
	}
	return "There is no time limit; ask at " + e.Contact + "."
}

// SubmitTrouble is what goes wrong at Submit, and the way out.
func SubmitTrouble() Note {
	return Note{Kind: Plain, Text: "When Submit does not work", Lines: []string{
		`"Not all form fields are filled correctly!": a message stands under each wrong field, also on the tab that you do not see.`,
		`"Could not be submitted, please try again. Status:422": the server refused a field and does not say which. Do not press Continue: it throws everything away. Compare the values, then reload and enter them again.`,
		"Nothing appears and Submit stays grey: the session has ended, or the client id was taken meanwhile. Reload, log in, and look whether the service is in the list before you enter it again.",
		"Submit is grey after one try: it stays so until the page is reloaded.",
	}}
}

// ReviewTrouble is what may come instead of Deployed, and the way out.
func ReviewTrouble(w Where) Note {
	contact := w.Environment.Contact
	if contact == "" {
		contact = "the registry's operators"
	}
	return Note{Kind: Plain, Text: "When the badge does not get to Deployed", Lines: []string{
		"Changes Requested: the mail to the submitting account says what. Press Reconfigure, or follow the link in the mail, change it and submit again; it is then pending again.",
		"The service is gone from the list: the request was rejected. It is reached only by the link in the mail, which holds the reason. Register again with what it asks for.",
		"Deployment Malfunction: it was approved, but the identity provider could not make the client. Often nobody gets a mail. A scope that the provider does not know is a likely cause. Write to " + contact + ".",
		"Registration Pending for long, in development: nobody else approves it. Press Review, choose Approve, press Submit Review. If there is no Review button, your account may not review its own requests; write to " + contact + ".",
		"Approve is grey with \"Invalid Service Configuration\": a field is invalid. Edit the request first.",
	}}
}
