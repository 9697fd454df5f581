package registry

import (
	"net/http"
	"strings"

	"github.com/credguide/credguide/internal/sandbox/wire"
)

// scriptPath is where a build of the portal has its code.
const scriptPath = "/static/js/main.3f9c1a7e.js"

// script is what matters in a build of the portal: among addresses of all kinds, the one JSON text that maps each tenant's
// name to the base of its API, with a slash at its end. In a browser it does nothing.
func (s *site) script(w http.ResponseWriter, _ *http.Request) {
	base := s.n.Place("registry") + "/"
	tenants := strings.ReplaceAll(`{"H":{"egi":"BASE","tmpl":"BASE"},"P":"/"}`, "BASE", base)
	code := `/*! For license information please see main.3f9c1a7e.js.LICENSE.txt */` + "\n" +
		`(()=>{var e={4:e=>{e.exports={svg:"http://www.w3.org/2000/svg",xlink:"http://www.w3.org/1999/xlink"}},` +
		`17:e=>{e.exports=JSON.parse('{"a":{"egi":"EGI Federation Registry","lang":"en"},"b":["https://api.ror.org/organizations?query="]}')},` +
		`23:e=>{e.exports=JSON.parse('` + tenants + `')},` +
		`42:e=>{e.exports="https://reactjs.org/docs/error-decoder.html?invariant="}};})();` + "\n" +
		strings.Repeat("/* "+strings.Repeat("sandbox ", 15)+"*/\n", 256)
	w.Header().Set("Cache-Control", "no-store")
	wire.Write(w, http.StatusOK, "application/javascript; charset=UTF-8", []byte(code))
}
