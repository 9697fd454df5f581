package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// wheelPlatforms are the tags under which pip and uv look for a wheel (PEP 425, 600, 656). The
// Linux programs are static, so that one wheel serves glibc from 2.17 on and musl alike. macOS 12
// is the oldest that Go 1.26 supports.
var wheelPlatforms = map[target]string{
	{"linux", "amd64"}:   "manylinux2014_x86_64.manylinux_2_17_x86_64.musllinux_1_1_x86_64",
	{"linux", "arm64"}:   "manylinux2014_aarch64.manylinux_2_17_aarch64.musllinux_1_1_aarch64",
	{"darwin", "amd64"}:  "macosx_12_0_x86_64",
	{"darwin", "arm64"}:  "macosx_12_0_arm64",
	{"windows", "amd64"}: "win_amd64",
	{"windows", "arm64"}: "win_arm64",
}

// wheelName is the file of a wheel (PEP 427).
func (r release) wheelName(t target) string {
	return fmt.Sprintf("%s-%s-py3-none-%s.whl", wheelProject(r.PyPI), r.python, wheelPlatforms[t])
}

func wheelProject(name string) string { return strings.ReplaceAll(name, "-", "_") }

// writeWheel packs the Python package with the program as its script: pip puts that into the bin
// folder as it is.
func (r release) writeWheel(p program, papers papers) error {
	entries, err := pythonPackage(filepath.Join(r.root, "packaging", "python", "credguide"))
	if err != nil {
		return err
	}
	base := wheelProject(r.PyPI) + "-" + r.python
	metadata, err := r.wheelMetadata()
	if err != nil {
		return err
	}
	entries = append(entries, entry{base + ".data/scripts/" + p.exeName(r.Program), p.content, executable})
	entries = byName(entries)
	info := base + ".dist-info/"
	entries = append(entries,
		entry{info + "METADATA", metadata, plain},
		entry{info + "WHEEL", wheelFile(wheelPlatforms[p.target]), plain},
		entry{info + "licenses/" + licenseFile, papers.license, plain},
		entry{info + "licenses/" + othersFile, papers.others, plain})
	entries = append(entries, entry{info + "RECORD", recordOf(entries, info+"RECORD"), plain})
	content, err := zipFile(entries, r.time)
	if err != nil {
		return err
	}
	return r.write(r.wheelName(p.target), content)
}

// pythonPackage reads the sources, without what Python leaves beside them.
func pythonPackage(dir string) (entries []entry, err error) {
	err = filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if ext := filepath.Ext(file); ext != ".py" && ext != ".typed" {
			return nil
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		rest, err := filepath.Rel(filepath.Dir(dir), file)
		entries = append(entries, entry{filepath.ToSlash(rest), content, plain})
		return err
	})
	return entries, err
}

// wheelMetadata is the core metadata, version 2.4 (PEP 639).
func (r release) wheelMetadata() ([]byte, error) {
	readme, err := os.ReadFile(filepath.Join(r.root, "packaging", "python", "README.md"))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("Metadata-Version: 2.4\n")
	for _, field := range [][2]string{
		{"Name", r.PyPI},
		{"Version", r.python},
		{"Summary", r.Summary},
		{"Maintainer-email", r.Maintainer},
		{"License-Expression", r.License},
		{"License-File", licenseFile},
		{"License-File", othersFile},
		{"Project-URL", "Source, " + r.Homepage},
		{"Keywords", "openeo,oidc,egi,client-credentials,service-account"},
		{"Classifier", "Environment :: Console"},
		{"Classifier", "Intended Audience :: Science/Research"},
		{"Classifier", "Programming Language :: Python :: 3"},
		{"Classifier", "Typing :: Typed"},
		{"Requires-Python", r.Python},
		{"Description-Content-Type", "text/markdown"},
	} {
		fmt.Fprintf(&b, "%s: %s\n", field[0], field[1])
	}
	b.WriteByte('\n')
	b.Write(readme)
	return b.Bytes(), nil
}

// wheelFile names every tag that the platforms stand for.
func wheelFile(platforms string) []byte {
	var b bytes.Buffer
	b.WriteString("Wheel-Version: 1.0\nGenerator: credguide-dist\nRoot-Is-Purelib: false\n")
	for p := range strings.SplitSeq(platforms, ".") {
		fmt.Fprintf(&b, "Tag: py3-none-%s\n", p)
	}
	return b.Bytes()
}

// recordOf lists each file with its hash and size; itself without.
func recordOf(entries []entry, self string) []byte {
	var b bytes.Buffer
	for _, e := range entries {
		sum := sha256.Sum256(e.content)
		fmt.Fprintf(&b, "%s,sha256=%s,%d\n", path.Clean(e.name), base64.RawURLEncoding.EncodeToString(sum[:]), len(e.content))
	}
	fmt.Fprintf(&b, "%s,,\n", self)
	return b.Bytes()
}
