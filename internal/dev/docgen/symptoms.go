package main

import (
	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/explain"
)

// addSymptoms makes the page by which people find a cause who have nothing but what their program
// said.
func addSymptoms(made pages) error {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		return err
	}
	out := newPage("What your program said", "checks/diagnoses/*.yaml")
	out.paragraph("A traceback, a log, a JSON body or a status line tells more than its last line. `credguide explain` reads the whole of it, whichever " +
		"client it comes from, names the causes that fit, and prints the check that tells them apart. It shows nothing of the text: programs print " +
		"secrets when they fail.")
	out.code("sh", "credguide explain - < nightly.log\ncredguide explain \"OidcException: Failed to retrieve access token: 401 invalid_client\"\ncredguide check --seen nightly.log")
	out.heading("By its words")
	out.table([]string{"Text", "May be"}, symptomRows(explain.Symptoms(catalog)))
	out.heading("By its status alone")
	out.paragraph("Some programs pass on a status and nothing else (`AxiosError: Request failed with status code 401`, `401 Client Error: Unauthorized for " +
		"url`, `Client error '401 Unauthorized'`), or stumble over a web page where JSON should be.")
	out.table([]string{"Seen", "May be, the most likely first"}, symptomRows(explain.BareSymptoms()))
	made["docs/symptoms.md"] = out.bytes()
	return nil
}

func symptomRows(list []explain.Symptom) (rows [][]string) {
	for _, s := range list {
		rows = append(rows, []string{span(s.Text), linksIn("diagnoses/", s.Causes)})
	}
	return rows
}
