package wire

import (
	"fmt"
	"net/http"
	"strconv"
)

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int // 0 while there is none
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(data []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(data)
}

// Unwrap is what http.ResponseController looks for.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// logRequest writes one line, in one piece. The back-end's own calls are marked. A path is written
// as it came, escaped.
func (n *Network) logRequest(h *Host, r *http.Request, status int) {
	if n.log == nil {
		return
	}
	code, from := "-", ""
	if status != 0 {
		code = strconv.Itoa(status)
	}
	if n.FromBackend(r) {
		from = " from-backend"
	}
	path := r.URL.EscapedPath()
	if path == "" {
		path = "-" // CONNECT
	}
	_, _ = fmt.Fprintf(n.log, "%s %s %s %s%s\n", r.Method, path, code, h.Name, from) // a full disk is no reason to refuse a request
}
