package wire

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// JSONType is the media type of plain JSON.
const JSONType = "application/json"

// JSON answers with a JSON document, without HTML escapes and without a line end, as Keycloak
// writes it.
func JSON(w http.ResponseWriter, status int, v any) { Typed(w, status, JSONType, v) }

// Typed is JSON under another media type.
func Typed(w http.ResponseWriter, status int, contentType string, v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		http.Error(w, "the sandbox could not write this answer", http.StatusInternalServerError)
		return
	}
	Write(w, status, contentType, bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// Write answers with these bytes; contentType may be empty.
func Write(w http.ResponseWriter, status int, contentType string, body []byte) {
	if contentType != "" {
		w.Header().Set("Content-Type", contentType)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a peer that has gone away is its own affair
}

// Fixed always gives the same answer. The body is expanded; header is a list of names and values.
func Fixed(status int, contentType, body string, header ...string) Answer {
	return func(n *Network, w http.ResponseWriter, _ *http.Request) bool {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], n.Expand(header[i+1]))
		}
		Write(w, status, contentType, []byte(n.Expand(body)))
		return true
	}
}

// Page is an HTML page as fixed text.
func Page(status int, title, text string, header ...string) Answer {
	body := "<!DOCTYPE html>\n<html><head><title>" + html.EscapeString(title) + "</title></head><body><h1>" +
		html.EscapeString(title) + "</h1><p>" + html.EscapeString(text) + "</p></body></html>\n"
	return Fixed(status, "text/html; charset=utf-8", body, header...)
}

// Redirect sends every request elsewhere, whatever it carried.
func Redirect(status int, to string) Answer {
	return func(n *Network, w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Location", n.Expand(to))
		w.WriteHeader(status)
		return true
	}
}

// Loop redirects to itself with one more letter, so that no client can say "the same address
// again".
func Loop(n *Network, w http.ResponseWriter, r *http.Request) bool {
	q := r.URL.Query()
	q.Set("again", q.Get("again")+"x")
	w.Header().Set("Location", r.URL.Path+"?"+q.Encode())
	w.WriteHeader(http.StatusFound)
	return true
}

// Hang reads the request and never answers; it ends when the peer gives up or the sandbox closes.
func Hang(n *Network, _ http.ResponseWriter, r *http.Request) bool {
	_, _ = io.Copy(io.Discard, r.Body) // the server notices a departing peer only after the body is read
	select {
	case <-r.Context().Done():
	case <-n.done:
	}
	return true
}

// Reset breaks the connection in the middle of an answer.
func Reset(n *Network, w http.ResponseWriter, _ *http.Request) bool {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	raw := c
	if t, ok := c.(interface{ NetConn() net.Conn }); ok {
		raw = t.NetConn()
	}
	if l, ok := raw.(interface{ SetLinger(int) error }); ok {
		_ = l.SetLinger(0)
	}
	_ = raw.Close()
	return true
}

// Endless sends a JSON document without an end. It stops when the peer does, or at a limit that is
// far beyond what any client should read.
func Endless(n *Network, w http.ResponseWriter, r *http.Request) bool {
	const limit = 512 << 20
	w.Header().Set("Content-Type", JSONType)
	chunk := []byte(`"` + strings.Repeat("x", 32<<10) + `",`)
	_, _ = io.WriteString(w, `{"filler":[`)
	for sent := 0; sent < limit; sent += len(chunk) {
		select {
		case <-r.Context().Done():
			return true
		case <-n.done:
			return true
		default:
		}
		if _, err := w.Write(chunk); err != nil {
			return true
		}
	}
	return true
}

// RetryAfter is a service that asks to come back later.
func RetryAfter(status int, after time.Duration, title, text string) Answer {
	return Page(status, title, text, "Retry-After", seconds(after))
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// LoginPage is what a guest network shows in place of the page that was asked for.
func LoginPage(n *Network, w http.ResponseWriter, r *http.Request) bool {
	return Fixed(http.StatusOK, "text/html; charset=utf-8",
		"<!DOCTYPE html>\n<html><head><title>Guest network: sign in</title></head><body><h1>Welcome to the guest network</h1>"+
			`<form method="post" action="/login"><input name="user"><input name="password" type="password"><button>Sign in</button></form></body></html>`+"\n",
		"Server", "GuestPortal")(n, w, r)
}
