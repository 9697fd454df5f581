package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
	"time"
)

// formats are the packages of Linux distributions that are made.
var formats = []string{"deb", "rpm"}

// writePackages has nfpm make the packages: the pinned one of internal/dev/tools.
func (r release) writePackages(ctx context.Context, p program, papers papers) error {
	if p.os != "linux" {
		return nil
	}
	dir := filepath.Join(r.work, "package_"+p.arch)
	if err := r.layOut(dir, p, papers); err != nil {
		return err
	}
	config, err := r.packageConfig(dir, p)
	if err != nil {
		return err
	}
	nfpm, err := output(ctx, r.root, "go", "-C", "internal/dev/tools", "tool", "-n", "nfpm")
	if err != nil {
		return err
	}
	for _, format := range formats {
		target, err := filepath.Abs(filepath.Join(r.out, r.baseName(p.target)+"."+format))
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, nfpm, "package", "--config", config, "--packager", format, "--target", target) //nolint:gosec // a pinned tool
		cmd.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", r.time.Unix()))
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("nfpm: %w: %s", err, out)
		}
	}
	return nil
}

// layOut writes what goes into a package as a tree of its places.
func (r release) layOut(dir string, p program, papers papers) error {
	docs := "usr/share/doc/" + r.Program + "/"
	entries := []entry{
		{"usr/bin/" + r.Program, p.content, executable},
		{docs + "copyright", papers.license, plain},
		{docs + othersFile, papers.others, plain},
		{"usr/share/bash-completion/completions/" + r.Program, papers.complete["bash"], plain},
		{"usr/share/fish/vendor_completions.d/" + r.Program + ".fish", papers.complete["fish"], plain},
		{"zsh", papers.complete["zsh"], plain}, // its place differs between Debian and Fedora
	}
	for _, page := range papers.manual {
		content, err := zipped(page.content)
		if err != nil {
			return err
		}
		entries = append(entries, entry{"usr/share/man/man1/" + page.name + ".gz", content, plain})
	}
	for _, e := range entries {
		file := filepath.Join(dir, filepath.FromSlash(e.name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, e.content, os.FileMode(e.mode)); err != nil {
			return err
		}
	}
	return nil
}

// packageConfig fills in what nfpm reads.
func (r release) packageConfig(dir string, p program) (file string, err error) {
	values := map[string]any{
		"P": r.Project, "Arch": p.arch, "Version": r.version, "Time": r.time.Format(time.RFC3339), "Tree": dir,
		"Description": strings.TrimSpace(r.Description),
	}
	content, err := fill(filepath.Join(r.root, "packaging", "linux", "nfpm.yaml.tmpl"), values)
	if err != nil {
		return "", err
	}
	file = filepath.Join(r.work, "nfpm_"+p.arch+".yaml")
	return file, os.WriteFile(file, content, plain)
}

// fill puts values into a template. A value that is not there is an error.
func fill(file string, values any) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	t, err := template.New(filepath.Base(file)).Option("missingkey=error").Funcs(template.FuncMap{"json": inJSON}).Parse(string(text))
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	if err := t.Execute(&b, values); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}
