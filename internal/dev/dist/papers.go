package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// papers are what goes beside the program: the same for all platforms.
type papers struct {
	license  []byte
	others   []byte            // the licences of what is linked into the program
	manual   []entry           // credguide.1, credguide-check.1, …
	complete map[string][]byte // by shell
}

const (
	licenseFile = "LICENSE"
	othersFile  = "THIRD-PARTY-LICENSES.txt"
)

// completionFiles are the names that the shells look for.
var completionFiles = map[string]string{"bash": "credguide.bash", "zsh": "_credguide", "fish": "credguide.fish", "powershell": "credguide.ps1"}

// papers asks the program itself for its manual and its completions.
func (r release) papers(ctx context.Context, programs []program) (p papers, err error) {
	here, err := r.runnable(ctx, programs)
	if err != nil {
		return p, err
	}
	if p.license, err = os.ReadFile(filepath.Join(r.root, licenseFile)); err != nil {
		return p, err
	}
	if p.others, err = r.otherLicenses(ctx, programs); err != nil {
		return p, err
	}
	p.complete = map[string][]byte{}
	for shell := range completionFiles {
		if p.complete[shell], err = r.ask(ctx, here, "completion", shell); err != nil {
			return p, err
		}
	}
	p.manual, err = r.manual(ctx, here)
	return p, err
}

func (r release) manual(ctx context.Context, here program) (pages []entry, err error) {
	dir := filepath.Join(r.work, "man")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if _, err := r.ask(ctx, here, "man", "--dir", dir); err != nil {
		return nil, err
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		pages = append(pages, entry{f.Name(), content, plain})
	}
	return pages, nil
}

// ask runs the program as it was built, with nothing of this machine's settings.
func (r release) ask(ctx context.Context, here program, args ...string) ([]byte, error) {
	var out, complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, here.file, args...) //nolint:gosec // what was just built
	cmd.Env, cmd.Dir = []string{"HOME=" + r.work, "NO_COLOR=1"}, r.work
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", r.Program, strings.Join(args, " "), err, complaint.String())
	}
	return out.Bytes(), nil
}

// inArchive is how the papers lie in an archive.
func (p papers) inArchive() []entry {
	entries := []entry{{licenseFile, p.license, plain}, {othersFile, p.others, plain}}
	for _, page := range p.manual {
		entries = append(entries, entry{"man/" + page.name, page.content, plain})
	}
	for _, shell := range slices.Sorted(maps.Keys(p.complete)) {
		entries = append(entries, entry{"completions/" + completionFiles[shell], p.complete[shell], plain})
	}
	return entries
}
