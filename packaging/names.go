// Package packaging says what the project is called and where it lives. It is data, one file, so
// that a program, a package and a document cannot name different places. Beside it lies what makes
// packages: templates, the Python package, the description of the image and of the site.
package packaging

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/credguide/credguide/internal/catalog"
)

//go:embed names.yaml
var namesFile []byte

// Project is what names.yaml holds.
type Project struct {
	Program  string `yaml:"program"`
	Module   string `yaml:"module"`
	Homepage string `yaml:"homepage"`
	PyPI     string `yaml:"pypi"`
	Image    string `yaml:"image"`
	// Released tells whether there is a release that people can install.
	Released bool `yaml:"released"`
	// Next is the version that a build without a tag leads up to.
	Next        string `yaml:"next"`
	Summary     string `yaml:"summary"`
	Description string `yaml:"description"`
	License     string `yaml:"license"`
	Vendor      string `yaml:"vendor"`
	Maintainer  string `yaml:"maintainer"`
	Python      string `yaml:"python"`
}

var names = sync.OnceValues(func() (Project, error) {
	return catalog.Decode[Project]("packaging/names.yaml", namesFile)
})

// Names is the project's own. The file is part of the program, and a test reads it.
func Names() Project {
	p, err := names()
	if err != nil {
		panic(fmt.Sprintf("read the project's names: %v", err))
	}
	return p
}
