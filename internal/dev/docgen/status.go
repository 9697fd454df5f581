package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The status page in pixels. It is drawn by whoever reads the picture, with fonts of theirs, so
// there is room to spare.
const (
	pageWidth  = 1280
	pageHeight = 680
)

// watched is the list behind the picture: two accounts that work, one with a wrong secret, one
// whose service does not answer.
const watched = `- {name: nightly, environment: sandbox, credentials: lab/openeo.env, owner: ndvi@lab.example.org}
- {name: weekly, environment: sandbox, credentials: lab/openeo.env, owner: ndvi@lab.example.org}
- {name: harvest, environment: sandbox, client_id: nightly-ndvi, secret_file: old.secret, owner: crops@lab.example.org}
- {name: archive, issuer: "http://127.0.0.1:1/realms/lab", client_id: archive-sync, secret_file: old.secret, owner: ops@lab.example.org}
`

// addStatus draws the status page of serve: the page itself, in a picture that follows the reader's
// light or dark.
func addStatus(ctx context.Context, made pages) (err error) {
	s, err := newSession(false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.start(ctx, "credguide sandbox --http --dir lab"); err != nil {
		return err
	}
	for name, text := range map[string]string{"accounts.yaml": watched, "old.secret": "the-secret-before-the-last-rotation"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return err
		}
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	if err := s.start(ctx, "credguide serve accounts.yaml --catalog lab --listen "+address); err != nil {
		return err
	}
	if _, err := whenThere(ctx, "http://"+address+"/-/ready"); err != nil {
		return err
	}
	page, err := whenThere(ctx, "http://"+address+"/")
	if err != nil {
		return err
	}
	made["docs/images/status.svg"], err = drawPage(page)
	return err
}

// freeAddress is one that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// whenThere asks for a page until it is there, for a minute at most.
func whenThere(ctx context.Context, address string) ([]byte, error) {
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			page, readErr := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return page, readErr
			}
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s never answered: %w", address, context.Cause(ctx))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// drawPage puts a page into an SVG. A picture shows no links and runs nothing; the page has no
// script anyway.
func drawPage(page []byte) ([]byte, error) {
	tree, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	var style, content strings.Builder
	for n := range tree.Descendants() {
		switch n.DataAtom {
		case atom.Style:
			style.WriteString(n.FirstChild.Data)
		case atom.Header, atom.Main:
			if err := html.Render(&content, n); err != nil { // which closes every element, as XML wants it
				return nil, err
			}
		}
	}
	if style.Len() == 0 || content.Len() == 0 {
		return nil, errors.New("the status page has no <style> or no <main>")
	}
	// In a picture the page's body is a div, and all of it is made smaller on a narrow screen.
	sheet := strings.NewReplacer("\nbody {", "\n.body {", "@media (max-width: 52rem)", "@media not all").Replace(style.String())
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="title">`+"\n", pageWidth, pageHeight, pageWidth, pageHeight)
	fmt.Fprintf(&b, "<title id=\"title\">The status page: which accounts work, since when, the cause and the next step</title>\n<style>%s%s</style>\n", sheet, pageStyle)
	fmt.Fprintf(&b, `<rect class="ground" x=".5" y=".5" width="%d" height="%d" rx="8"/>`+"\n", pageWidth-1, pageHeight-1)
	fmt.Fprintf(&b, `<foreignObject width="%d" height="%d"><div xmlns="http://www.w3.org/1999/xhtml" class="body">%s</div></foreignObject>`+"\n</svg>\n", pageWidth, pageHeight, content.String())
	return b.Bytes(), nil
}

// The page's own colours, light and dark, are variables of its style.
const pageStyle = `.ground { fill: var(--paper); stroke: var(--line) } .body { max-width: none; padding: 0 1.5rem; background: none }
`
