package sandbox

import "net/http"

type registry struct {
	host
	s *Sandbox
}

func newRegistry() *registry { return &registry{host: host{name: "registry", at: map[string]answer{}}} }

func (g *registry) endpoint(*http.Request) string { return "" }

func (g *registry) serve(w http.ResponseWriter, _ *http.Request, _ string) {
	write(w, http.StatusNotFound, "text/plain; charset=utf-8", []byte("Not Found"))
}
