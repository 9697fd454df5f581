package sheet

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"sync"

	"github.com/credguide/credguide/wizard"
)

//go:embed page.tmpl
var pageSource string

//go:embed page.css
var style string

//go:embed page.js
var script string

// htmlPage escapes every text for the place where it stands (html/template). It is read when the
// first page is written: every run of the program would pay for it otherwise.
var htmlPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"numbered": func(n wizard.Note) bool { return n.Kind == wizard.Numbers },
		"refused":  refusedHeadline,
	}).Parse(pageSource))
})

// htmlData is the sheet, and the page's own parts. The browser is told to run this one script and
// no other, and to load nothing: the hashes are those of the text between the tags (CSP level 3,
// section 6.7.2.4).
type htmlData struct {
	Sheet
	Style  template.CSS
	Script template.JS
	Policy string
}

// HTML writes the sheet as one page that needs nothing else. It works from a file, and without its
// script: the buttons then stay away and the values are selected by a click.
func HTML(w io.Writer, s Sheet) error {
	data := htmlData{
		Sheet: s, Style: template.CSS(style), Script: template.JS(script), //nolint:gosec // our own files
		Policy: "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) + "; base-uri 'none'; form-action 'none'",
	}
	var b bytes.Buffer
	if err := htmlPage().Execute(&b, data); err != nil {
		return fmt.Errorf("write the sheet as a page: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write the sheet as a page: %w", err)
	}
	return nil
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
