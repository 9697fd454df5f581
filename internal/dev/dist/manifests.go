package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/packaging"
)

// manifests are the files for other package managers: from packaging/SOURCE to dist/NAME.
var manifests = []struct{ source, name string }{
	{"conda/recipe.yaml.tmpl", "conda/recipe.yaml"},
	{"homebrew/formula.rb.tmpl", "homebrew/credguide.rb"},
	{"scoop/manifest.json.tmpl", "scoop/credguide.json"},
}

// artifact is a file of the release as a manifest refers to it, with the names that the package
// managers have for its platform.
type artifact struct {
	URL, SHA256, File, Folder string
	OS, Conda, CPU, Scoop     string
}

// manifestValues go into the templates.
type manifestValues struct {
	P                      packaging.Project
	Version, Python, Class string
	Archives, Wheels       []artifact
}

var (
	condaSystems = map[string]string{"linux": "linux", "darwin": "osx", "windows": "win"}
	condaCPUs    = map[target]string{
		{"linux", "amd64"}: "x86_64", {"linux", "arm64"}: "aarch64", {"darwin", "amd64"}: "x86_64",
		{"darwin", "arm64"}: "arm64", {"windows", "amd64"}: "x86_64", {"windows", "arm64"}: "arm64",
	}
	homebrewCPUs = map[string]string{"amd64": "on_intel", "arm64": "on_arm"}
	scoopCPUs    = map[string]string{"amd64": "64bit", "arm64": "arm64"}
)

// writeManifests refers to the files that were written before. A platform that was not built has no
// place in them.
func (r release) writeManifests() error {
	v := manifestValues{P: r.Project, Version: r.version, Python: r.python, Class: strings.ToUpper(r.Program[:1]) + r.Program[1:]}
	for _, t := range r.targets {
		ending := ".tar.gz"
		if t.os == "windows" {
			ending = ".zip"
		}
		archive, err := r.artifact(t, r.baseName(t)+ending)
		if err != nil {
			return err
		}
		wheel, err := r.artifact(t, r.wheelName(t))
		if err != nil {
			return err
		}
		v.Archives, v.Wheels = append(v.Archives, archive), append(v.Wheels, wheel)
	}
	for _, m := range manifests {
		content, err := fill(filepath.Join(r.root, "packaging", filepath.FromSlash(m.source)), v)
		if err != nil {
			return err
		}
		if err := r.write(m.name, content); err != nil {
			return err
		}
	}
	return nil
}

func (r release) artifact(t target, name string) (artifact, error) {
	content, err := os.ReadFile(filepath.Join(r.out, name))
	if err != nil {
		return artifact{}, err
	}
	sum := sha256.Sum256(content)
	return artifact{
		URL:    r.Homepage + "/releases/download/v" + r.version + "/" + strings.ReplaceAll(name, "+", "%2B"),
		SHA256: hex.EncodeToString(sum[:]), File: name, Folder: r.baseName(t),
		OS: t.os, Conda: condaSystems[t.os] + " and " + condaCPUs[t], CPU: homebrewCPUs[t.arch], Scoop: scoopCPUs[t.arch],
	}, nil
}

// inJSON quotes a text for JSON; YAML reads it alike, and so does Ruby as long as it has no #{.
func inJSON(s string) (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}
