package main

import (
	"fmt"
	"strings"
)

// page is a Markdown page in the making.
type page struct{ strings.Builder }

// newPage starts a page. source is what to edit in place of it.
func newPage(title, source string) *page {
	p := &page{}
	p.line("<!-- Made by internal/dev/docgen. Do not edit: change " + source + ", then run go generate ./internal/dev/docgen. -->")
	p.gap()
	p.line("# " + text(title))
	return p
}

func (p *page) line(s string) { p.WriteString(s + "\n") }

// gap parts what follows from what is there by one empty line.
func (p *page) gap() {
	if written := p.String(); written != "" && !strings.HasSuffix(written, "\n\n") {
		p.line("")
	}
}

func (p *page) heading(title string) {
	p.gap()
	p.line("## " + text(title))
	p.gap()
}

func (p *page) paragraph(s string) {
	p.gap()
	p.line(s)
}

// list writes items behind a mark; "1." counts.
func (p *page) list(mark string, items []string) {
	p.gap()
	for i, it := range items {
		m := mark
		if mark == "1." {
			m = fmt.Sprintf("%d.", i+1)
		}
		p.line(m + " " + it)
	}
}

func (p *page) code(language, body string) {
	p.gap()
	p.line("```" + language + "\n" + strings.Trim(body, "\n") + "\n```")
}

// table writes rows below a head. A table without rows is left out.
func (p *page) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	p.gap()
	p.line("| " + strings.Join(head, " | ") + " |")
	p.line("|" + strings.Repeat(" --- |", len(head)))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = strings.ReplaceAll(strings.ReplaceAll(cell, "|", `\|`), "\n", " ")
		}
		p.line("| " + strings.Join(cells, " | ") + " |")
	}
}

func (p *page) bytes() []byte { return []byte(p.String()) }

// marks are the characters that Markdown would take as its own in running text. Underscores inside
// words are none.
var marks = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "<", "&lt;", "[", `\[`, "]", `\]`)

// text makes words from data safe in Markdown.
func text(s string) string { return marks.Replace(s) }

func texts(list []string) []string {
	safe := make([]string, len(list))
	for i, s := range list {
		safe[i] = text(s)
	}
	return safe
}

// span shows a name as code. Names with a backtick do not occur.
func span(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

func spans(list []string) string {
	shown := make([]string, len(list))
	for i, s := range list {
		shown[i] = span(s)
	}
	return strings.Join(shown, ", ")
}
