package sandbox

import "net/http"

// foreign is a web server that has nothing to do with signing in: a captive portal's login page.
type foreign struct{ s *Sandbox }

func (f foreign) endpoint(*http.Request) string { return "page" }

func (f foreign) serve(w http.ResponseWriter, r *http.Request, _ string) {
	loginPage(f.s, w, r)
}

// loginPage is what a guest network shows in place of the page that was asked for.
func loginPage(s *Sandbox, w http.ResponseWriter, r *http.Request) bool {
	return fixed(http.StatusOK, "text/html; charset=utf-8",
		"<!DOCTYPE html>\n<html><head><title>Guest network: sign in</title></head><body><h1>Welcome to the guest network</h1>"+
			`<form method="post" action="/login"><input name="user"><input name="password" type="password"><button>Sign in</button></form></body></html>`+"\n",
		"Server", "GuestPortal")(s, w, r)
}
