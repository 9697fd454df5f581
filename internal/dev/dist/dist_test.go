package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/packaging"
)

const commit = "0123456789abcdef0123456789abcdef01234567"

var committed = time.Date(2026, 11, 23, 10, 11, 12, 0, time.UTC)

func TestVersions(t *testing.T) {
	for _, tc := range []struct {
		name            string
		tags            []string
		changed         bool
		version, python string
		tagged          bool
	}{
		{"no tag", nil, false, "0.1.0-dev+g0123456789ab", "0.1.0.dev0+g0123456789ab", false},
		{"changed", nil, true, "0.1.0-dev+g0123456789ab.changed", "0.1.0.dev0+g0123456789ab.changed", false},
		{"release", []string{"v1.2.3"}, false, "1.2.3", "1.2.3", true},
		{"candidate", []string{"v1.2.3-rc.1"}, false, "1.2.3-rc.1", "1.2.3rc1", true},
		{"beta", []string{"v2.0.0-beta.12"}, false, "2.0.0-beta.12", "2.0.0b12", true},
	} {
		got, err := source{commit: commit, time: committed}.named("0.1.0", tc.tags, tc.changed)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		want := source{version: tc.version, python: tc.python, commit: commit, time: committed, tagged: tc.tagged}
		if got != want {
			t.Errorf("%s: %+v, want %+v", tc.name, got, want)
		}
	}
}

func TestNoVersion(t *testing.T) {
	for name, tc := range map[string]struct {
		tags    []string
		changed bool
	}{
		"no number":           {[]string{"vintage"}, false},
		"other pre-release":   {[]string{"v1.2.3-nightly"}, false},
		"two":                 {[]string{"v1.2.3", "v1.2.4"}, false},
		"tagged, and changed": {[]string{"v1.2.3"}, true},
		"a shell's business":  {[]string{"v1.2.3;id"}, false},
	} {
		if s, err := (source{commit: commit}).named("0.1.0", tc.tags, tc.changed); err == nil {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// made is a release of a program that needs no compiler.
func made(t *testing.T, targets ...target) (release, []program) {
	t.Helper()
	r := release{
		Project: packaging.Names(), root: filepath.Join("..", "..", ".."), out: t.TempDir(), work: t.TempDir(), targets: targets,
		source: source{version: "1.2.3-rc.1", python: "1.2.3rc1", commit: commit, time: committed},
	}
	var programs []program
	for _, at := range targets {
		info := &buildinfo.BuildInfo{GoVersion: "go1.26.8", Deps: []*debug.Module{
			{Path: "example.org/b", Version: "v2.0.0", Sum: "h1:b"},
			{Path: "example.org/a/" + at.os, Version: "v1.0.0", Replace: &debug.Module{Path: "example.org/a", Version: "v1.0.1+x"}},
		}}
		programs = append(programs, program{target: at, content: []byte("program for " + at.String()), info: info})
	}
	return r, programs
}

var somePapers = papers{
	license: []byte("terms"), others: []byte("others' terms"), manual: []entry{{"credguide.1", []byte("manual"), plain}},
	complete: map[string][]byte{"bash": []byte("b"), "zsh": []byte("z"), "fish": []byte("f"), "powershell": []byte("p")},
}

func read(t *testing.T, r release, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(r.out, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestArchives(t *testing.T) {
	r, programs := made(t, target{"linux", "amd64"}, target{"windows", "arm64"})
	for _, p := range programs {
		if err := r.writeArchive(p, somePapers); err != nil {
			t.Fatal(err)
		}
	}
	rest := []string{
		"LICENSE 644", "THIRD-PARTY-LICENSES.txt 644", "completions/_credguide 644", "completions/credguide.bash 644",
		"completions/credguide.fish 644", "completions/credguide.ps1 644", "man/credguide.1 644",
	}
	below := func(base string, names ...string) (all []string) {
		for _, name := range names {
			all = append(all, base+"/"+name)
		}
		slices.Sort(all)
		return all
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(read(t, r, "credguide_1.2.3-rc.1_linux_amd64.tar.gz")))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for tarball := tar.NewReader(unpacked); ; {
		h, err := tarball.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if !h.ModTime.Equal(committed) || h.Uname != "root" {
			t.Errorf("%s is of %v, owned by %s", h.Name, h.ModTime, h.Uname)
		}
		names = append(names, fmt.Sprintf("%s %o", h.Name, h.Mode))
	}
	if d := cmp.Diff(below("credguide_1.2.3-rc.1_linux_amd64", append(rest, "credguide 755")...), names); d != "" {
		t.Error(d)
	}
	names = nil
	for _, f := range zipOf(t, read(t, r, "credguide_1.2.3-rc.1_windows_arm64.zip")).File {
		names = append(names, fmt.Sprintf("%s %o", f.Name, f.Mode().Perm()))
	}
	slices.Sort(names)
	if d := cmp.Diff(below("credguide_1.2.3-rc.1_windows_arm64", append(rest, "credguide.exe 755")...), names); d != "" {
		t.Error(d)
	}
}

func zipOf(t *testing.T, content []byte) *zip.Reader {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestWheels: the binary distribution format (PEP 427): names, tags, and a RECORD that has every
// file.
func TestWheels(t *testing.T) {
	r, programs := made(t, allTargets...)
	for _, p := range programs {
		if err := r.writeWheel(p, somePapers); err != nil {
			t.Fatal(err)
		}
		wheel := zipOf(t, read(t, r, r.wheelName(p.target)))
		contents, record := map[string]string{}, ""
		for _, f := range wheel.File {
			text := contentOf(t, f)
			contents[f.Name] = text
			if f.Name == "credguide-1.2.3rc1.dist-info/RECORD" {
				record = text
			}
			if strings.Contains(f.Name, "scripts/") != (f.Mode().Perm() == executable) {
				t.Errorf("%s: mode %o", f.Name, f.Mode())
			}
		}
		if got := contents["credguide-1.2.3rc1.data/scripts/"+p.exeName("credguide")]; got != string(p.content) {
			t.Errorf("%s: the program is %q", p.target, got)
		}
		for _, name := range []string{"credguide/__init__.py", "credguide/__main__.py", "credguide/py.typed", "credguide-1.2.3rc1.dist-info/licenses/LICENSE"} {
			if _, ok := contents[name]; !ok {
				t.Errorf("%s has no %s", p.target, name)
			}
		}
		var lines []string
		for name, text := range contents {
			sum := sha256.Sum256([]byte(text))
			line := fmt.Sprintf("%s,sha256=%s,%d", name, base64.RawURLEncoding.EncodeToString(sum[:]), len(text))
			if strings.HasSuffix(name, "/RECORD") {
				line = name + ",,"
			}
			lines = append(lines, line)
		}
		slices.Sort(lines)
		recorded := strings.Split(strings.TrimSpace(record), "\n")
		slices.Sort(recorded)
		if d := cmp.Diff(lines, recorded); d != "" {
			t.Errorf("%s: %s", p.target, d)
		}
		for tag := range strings.SplitSeq(wheelPlatforms[p.target], ".") {
			if !strings.Contains(contents["credguide-1.2.3rc1.dist-info/WHEEL"], "Tag: py3-none-"+tag+"\n") {
				t.Errorf("%s: no tag %s", p.target, tag)
			}
		}
	}
}

func contentOf(t *testing.T, f *zip.File) string {
	t.Helper()
	in, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	content, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestContents(t *testing.T) {
	r, programs := made(t, target{"linux", "amd64"}, target{"darwin", "arm64"})
	if err := r.writeContents(programs); err != nil {
		t.Fatal(err)
	}
	var doc spdxDocument
	if err := json.Unmarshal(read(t, r, "credguide_1.2.3-rc.1.spdx.json"), &doc); err != nil {
		t.Fatal(err)
	}
	var names []string
	ids := map[string]bool{documentID: true}
	for _, p := range doc.Packages {
		names = append(names, p.Name+" "+p.Version+" "+p.Refs[0].Locator)
		ids[p.ID] = true
	}
	want := []string{
		r.Module + " 1.2.3-rc.1 pkg:golang/" + r.Module + "@1.2.3-rc.1", "stdlib 1.26.8 pkg:golang/stdlib@1.26.8",
		"example.org/a v1.0.1+x pkg:golang/example.org/a@v1.0.1%2Bx", "example.org/b v2.0.0 pkg:golang/example.org/b@v2.0.0",
	}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
	if len(ids) != len(doc.Packages)+1 || len(doc.Relationships) != len(doc.Packages) {
		t.Errorf("%d ids, %d relationships of %d packages", len(ids), len(doc.Relationships), len(doc.Packages))
	}
	for _, rel := range doc.Relationships {
		if !ids[rel.Element] || !ids[rel.Related] {
			t.Errorf("%+v leads nowhere", rel)
		}
	}
}

// TestManifests: what other package managers read names the files that are there, with their
// checksums.
func TestManifests(t *testing.T) {
	r, programs := made(t, allTargets...)
	for _, p := range programs {
		if err := errors.Join(r.writeArchive(p, somePapers), r.writeWheel(p, somePapers)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.writeManifests(); err != nil {
		t.Fatal(err)
	}
	var scoop struct {
		Version      string
		Architecture map[string]map[string]string
	}
	if err := json.Unmarshal(read(t, r, "scoop/credguide.json"), &scoop); err != nil {
		t.Fatal(err)
	}
	recipe, err := catalog.DecodeAny("recipe.yaml", read(t, r, "conda/recipe.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if sources := recipe.(map[string]any)["source"].([]any); len(sources) != len(allTargets) {
		t.Errorf("%d sources of the conda recipe", len(sources))
	}
	formula := string(read(t, r, "homebrew/credguide.rb"))
	for name, in := range map[string]string{
		r.baseName(target{"windows", "amd64"}) + ".zip":   scoop.Architecture["64bit"]["url"] + " " + scoop.Architecture["64bit"]["hash"],
		r.baseName(target{"windows", "arm64"}) + ".zip":   scoop.Architecture["arm64"]["url"] + " " + scoop.Architecture["arm64"]["hash"],
		r.baseName(target{"darwin", "arm64"}) + ".tar.gz": formula,
		r.baseName(target{"linux", "amd64"}) + ".tar.gz":  formula,
		r.wheelName(target{"linux", "arm64"}):             string(read(t, r, "conda/recipe.yaml")),
	} {
		if sum := fmt.Sprintf("%x", sha256.Sum256(read(t, r, name))); !strings.Contains(in, "/v1.2.3-rc.1/"+name) || !strings.Contains(in, sum) {
			t.Errorf("%s, %s is not in %s", name, sum, in)
		}
	}
}

func TestSumsFindWhatDiffers(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"b": "2", "a": "1", "c/d": "3"} {
		if err := (release{out: dir}).write(name, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeSums(dir); err != nil {
		t.Fatal(err)
	}
	first := string(read(t, release{out: dir}, sumsFile))
	if lines := strings.Split(first, "\n"); len(lines) != 4 || !strings.HasSuffix(lines[0], "  a") || !strings.HasSuffix(lines[2], "  c/d") {
		t.Errorf("%q", first)
	}
	if err := (release{out: dir}).write("b", []byte("4")); err != nil {
		t.Fatal(err)
	}
	second, err := sumsOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"b"}, differences(first, string(second))); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"a", "b", "c/d"}, differences(first, "")); d != "" {
		t.Error(d)
	}
	if n := differences(first, first); len(n) > 0 {
		t.Error(n)
	}
}

// TestOnlyAnEarlierBuildIsRemoved: -out with a wrong folder must not cost somebody's files.
func TestOnlyAnEarlierBuildIsRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "precious")
	if err := (release{out: dir}).write("thesis.tex", nil); err != nil {
		t.Fatal(err)
	}
	if err := emptied(dir); err == nil {
		t.Error("a folder with other files was emptied")
	}
	if err := writeSums(dir); err != nil {
		t.Fatal(err)
	}
	if err := emptied(dir); err != nil {
		t.Error(err)
	}
}

func TestPlatforms(t *testing.T) {
	if list, err := chosen("darwin/arm64,linux/amd64"); err != nil || len(list) != 2 || list[0] != (target{"darwin", "arm64"}) {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := chosen("plan9/amd64"); err == nil || !strings.Contains(err.Error(), "linux/amd64") {
		t.Errorf("%v", err)
	}
}
