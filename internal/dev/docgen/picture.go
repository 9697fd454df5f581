package main

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// The picture of a terminal, in pixels. Each run gets its width in words (textLength), so that the
// columns stand whatever monospaced font the reader has.
const (
	columnWidth = 8.4
	lineHeight  = 20
	margin      = 20
	titleBar    = 36
	terminalIs  = 80 // columns
)

// addPictures runs the program on a terminal and draws what it shows, a screen of the wizard, and
// the status page.
func addPictures(ctx context.Context, root string, made pages) error {
	wizard, err := wizardScreen(filepath.Join(root, "cli", "testdata", "screens", "development.txt"), "rehearse a registration")
	if err != nil {
		return err
	}
	if made["docs/images/wizard.svg"], err = drawTerminal("credguide register", wizard); err != nil {
		return err
	}
	line := "credguide try grant-not-enabled"
	printed, err := onTerminal(ctx, line)
	if err != nil {
		return err
	}
	svg, err := drawTerminal(line, printed)
	if err != nil {
		return err
	}
	made["docs/images/check.svg"] = svg
	return addStatus(ctx, made)
}

// betweenScreens parts the screens that the tests of the wizard keep: each is what a person sees at
// a question.
const betweenScreens = "\n════"

// wizardScreen is the screen that ends with some words. The tests hold these screens against the
// real wizard on a real terminal.
func wizardScreen(file, question string) (string, error) {
	screens, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	for i, screen := range strings.Split(string(screens), betweenScreens) {
		if i > 0 {
			_, screen, _ = strings.Cut(screen, "\n") // what is left of the line between
		}
		if shown := strings.TrimRight(screen, " \n"); strings.HasSuffix(shown, question) {
			return shown, nil
		}
	}
	return "", fmt.Errorf("%s has no screen that ends with %q", file, question)
}

// usualFolder is a temporary folder's name of the usual length. Rare shorter ones would break lines
// elsewhere.
var usualFolder = regexp.MustCompile(`/tmp/credguide-sandbox-\d{10}/`)

func onTerminal(ctx context.Context, line string) (printed string, err error) {
	if err := os.Setenv("TMPDIR", "/tmp"); err != nil {
		return "", err
	}
	s, err := newSession(true)
	if err != nil {
		return "", err
	}
	for range 30 {
		printed, _ = s.run(ctx, line)
		if usualFolder.MatchString(printed) {
			break
		}
	}
	return printed, s.close()
}

const style = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;fill:#d1d7e0;white-space:pre}
.bold{font-weight:700}.faint{fill:#9198a1}.red{fill:#ff8182}.green{fill:#57ab5a}.yellow{fill:#daaa3f}.blue{fill:#6cb6ff}.cyan{fill:#76e3ea}.grey{fill:#9198a1}`

// drawTerminal makes an SVG of a command and what it printed. It has its own dark ground, for light
// and dark pages alike.
func drawTerminal(command, printed string) ([]byte, error) {
	lines, err := parseANSI(printed)
	if err != nil {
		return nil, err
	}
	lines = append([][]run{{{text: "$", colour: "grey"}, {column: 2, text: command, bold: true}}}, lines...)
	width := int(terminalIs*columnWidth) + 2*margin
	height := titleBar + len(lines)*lineHeight + margin
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="title">`+"\n",
		width, height, width, height)
	fmt.Fprintf(&b, `<title id="title">A terminal: %s, and what it prints</title>`+"\n<style>%s</style>\n", html.EscapeString(command), style)
	fmt.Fprintf(&b, `<rect x=".5" y=".5" width="%d" height="%d" rx="8" fill="#151b23" stroke="#3d444d"/>`+"\n", width-1, height-1)
	for i, colour := range []string{"#f47067", "#daaa3f", "#57ab5a"} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="%d" r="6" fill="%s"/>`+"\n", margin+6+i*20, titleBar/2, colour)
	}
	for i, runs := range lines {
		for _, r := range runs {
			b.WriteString(drawn(r, titleBar+(i+1)*lineHeight-5))
		}
	}
	b.WriteString("</svg>\n")
	return b.Bytes(), nil
}

// drawn is one run at its place.
func drawn(r run, y int) string {
	shown := strings.TrimLeft(r.text, " ")
	column := r.column + len(r.text) - len(shown)
	shown = strings.TrimRight(shown, " ")
	if shown == "" {
		return ""
	}
	class := r.colour
	for _, weight := range []struct {
		on   bool
		name string
	}{{r.bold, "bold"}, {r.faint, "faint"}} {
		if weight.on {
			class = strings.TrimSpace(class + " " + weight.name)
		}
	}
	if class != "" {
		class = fmt.Sprintf(` class="%s"`, class)
	}
	return fmt.Sprintf(`<text x="%.1f" y="%d" textLength="%.1f"%s>%s</text>`+"\n", margin+float64(column)*columnWidth, y,
		float64(len([]rune(shown)))*columnWidth, class, html.EscapeString(shown))
}
