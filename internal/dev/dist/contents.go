package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
	"time"
)

// The part of SPDX 2.3 (JSON) that a program in Go needs. It is written here, from what the linker
// recorded in the binaries, because the generators that are kept scan folders and go.mod instead:
// they list the tests' modules, or need the network, and none gives the same bytes twice.
type (
	spdxDocument struct {
		Version       string             `json:"spdxVersion"`
		DataLicense   string             `json:"dataLicense"`
		ID            string             `json:"SPDXID"`
		Name          string             `json:"name"`
		Namespace     string             `json:"documentNamespace"`
		Creation      spdxCreation       `json:"creationInfo"`
		Packages      []spdxPackage      `json:"packages"`
		Relationships []spdxRelationship `json:"relationships"`
	}
	spdxCreation struct {
		Created  string   `json:"created"`
		Creators []string `json:"creators"`
	}
	spdxPackage struct {
		Name      string    `json:"name"`
		ID        string    `json:"SPDXID"`
		Version   string    `json:"versionInfo"`
		Download  string    `json:"downloadLocation"`
		Analyzed  bool      `json:"filesAnalyzed"`
		Homepage  string    `json:"homepage,omitempty"`
		Concluded string    `json:"licenseConcluded"`
		Declared  string    `json:"licenseDeclared"`
		Copyright string    `json:"copyrightText"`
		Comment   string    `json:"comment,omitempty"`
		Purpose   string    `json:"primaryPackagePurpose"`
		Refs      []spdxRef `json:"externalRefs"`
	}
	spdxRef struct {
		Category string `json:"referenceCategory"`
		Type     string `json:"referenceType"`
		Locator  string `json:"referenceLocator"`
	}
	spdxRelationship struct {
		Element string `json:"spdxElementId"`
		Type    string `json:"relationshipType"`
		Related string `json:"relatedSpdxElement"`
	}
)

const (
	noAssertion = "NOASSERTION"
	documentID  = "SPDXRef-DOCUMENT"
)

// writeContents writes the list of what the programs consist of. The terms of each module stand in
// THIRD-PARTY-LICENSES.txt.
func (r release) writeContents(programs []program) error {
	doc := r.contents(linked(programs), programs[0].info.GoVersion)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	return r.write(r.Program+"_"+r.version+".spdx.json", b.Bytes())
}

func (r release) contents(modules []*debug.Module, goVersion string) spdxDocument {
	own := r.spdxOf(&debug.Module{Path: r.Module, Version: r.version})
	own.Purpose, own.Homepage = "APPLICATION", r.Homepage
	own.Concluded, own.Declared = r.License, r.License
	own.Comment = "Built from commit " + r.commit
	library := r.spdxOf(&debug.Module{Path: "stdlib", Version: strings.TrimPrefix(goVersion, "go")})
	doc := spdxDocument{
		Version: "SPDX-2.3", DataLicense: "CC0-1.0", ID: documentID, Name: r.Program + "-" + r.version,
		Namespace: fmt.Sprintf("%s/spdx/%s-%s-%s", r.Homepage, r.Program, r.version, r.commit),
		Creation:  spdxCreation{Created: r.time.Format(time.RFC3339), Creators: []string{"Organization: " + r.Vendor, "Tool: credguide-dist"}},
		Packages:  []spdxPackage{own, library},
		Relationships: []spdxRelationship{
			{documentID, "DESCRIBES", own.ID}, {own.ID, "DEPENDS_ON", library.ID},
		},
	}
	for _, m := range modules {
		p := r.spdxOf(m)
		doc.Packages = append(doc.Packages, p)
		doc.Relationships = append(doc.Relationships, spdxRelationship{own.ID, "DEPENDS_ON", p.ID})
	}
	return doc
}

func (r release) spdxOf(m *debug.Module) spdxPackage {
	p := spdxPackage{
		Name: m.Path, ID: "SPDXRef-" + spdxID(m.Path), Version: m.Version, Download: noAssertion,
		Concluded: noAssertion, Declared: noAssertion, Copyright: noAssertion, Purpose: "LIBRARY",
		Refs: []spdxRef{{"PACKAGE-MANAGER", "purl", "pkg:golang/" + m.Path + "@" + strings.ReplaceAll(m.Version, "+", "%2B")}},
	}
	if m.Sum != "" {
		p.Comment = "go.sum " + m.Sum
	}
	return p
}

// spdxID writes a path with the letters that an identifier may have.
func spdxID(path string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' {
			return c
		}
		return '-'
	}, path)
}
