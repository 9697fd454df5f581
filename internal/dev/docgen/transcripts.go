package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A transcript in a hand-written page is
//
//	<!-- transcript
//	& credguide sandbox --http --dir lab
//	credguide check --catalog lab --environment sandbox
//	-->
//
// and below it, up to the next "<!-- end of transcript -->", what the program printed. A line with
// & runs in the background and is not shown. Only this part of such a page is written; the words
// are people's.
var transcript = regexp.MustCompile(`(?s)(<!-- transcript\n(.*?)\n-->\n).*?(<!-- end of transcript -->)`)

// addTranscripts runs the commands of every transcript in the hand-written pages.
func addTranscripts(ctx context.Context, root string, made pages) error {
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		return err
	}
	for _, file := range append(files, filepath.Join(root, "README.md")) {
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if _, generated := made[name]; generated {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		filled, err := fillTranscripts(ctx, content)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		made[name] = filled
	}
	return nil
}

func fillTranscripts(ctx context.Context, content []byte) ([]byte, error) {
	var out bytes.Buffer
	last := 0
	for _, m := range transcript.FindAllSubmatchIndex(content, -1) {
		shown, err := record(ctx, strings.Split(string(content[m[4]:m[5]]), "\n"))
		if err != nil {
			return nil, err
		}
		out.Write(content[last:m[3]])
		out.WriteString("```console\n" + shown + "```\n")
		last = m[6]
	}
	out.Write(content[last:])
	return out.Bytes(), nil
}

// record runs the lines in a session of their own and returns it as a terminal shows it.
func record(ctx context.Context, lines []string) (_ string, err error) {
	s, err := newSession(false)
	if err != nil {
		return "", err
	}
	defer func() {
		if closed := s.close(); err == nil {
			err = closed
		}
	}()
	var parts []string
	for _, line := range lines {
		if background, ok := strings.CutPrefix(line, "& "); ok {
			if err := s.start(ctx, background); err != nil {
				return "", err
			}
			continue
		}
		shown, code := s.run(ctx, line)
		part := strings.TrimRight("$ "+line+"\n"+shown, "\n") + "\n"
		if code != 0 {
			part += fmt.Sprintf("$ echo $?\n%d\n", code)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "\n"), nil
}
