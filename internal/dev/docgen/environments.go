package main

import (
	"fmt"
	"strings"

	"github.com/credguide/credguide/environments"
)

// addEnvironments makes the page of identity providers and back-ends from the catalog.
func addEnvironments(made pages) error {
	catalog, err := environments.Load()
	if err != nil {
		return err
	}
	out := newPage("Environments", "environments/*.yaml")
	out.paragraph("An environment is an identity provider with the openEO back-ends that accept its tokens. A client that was registered in one " +
		"does not exist in another. These come with credguide; [another one is a file](../CONTRIBUTING.md#add-an-environment).")
	var rows [][]string
	for _, e := range catalog.All() {
		rows = append(rows, []string{fmt.Sprintf("[%s](#%s)", e.ID, e.ID), text(e.Title), backendNames(e), approval[e.Approval]})
	}
	out.table([]string{"ID", "What it is", "openEO back-ends", "Who approves a new client"}, rows)
	for _, e := range catalog.All() {
		describe(out, catalog, e)
	}
	made["docs/environments.md"] = out.bytes()
	return nil
}

var approval = map[string]string{
	environments.ApprovalSelf:     "you yourself, in minutes",
	environments.ApprovalOperator: "an administrator",
	"":                            "not known",
}

func backendNames(e environments.Environment) string {
	if len(e.Backends) == 0 {
		return "none"
	}
	var names []string
	for _, b := range e.Backends {
		names = append(names, span(b.ID))
	}
	return strings.Join(names, ", ")
}

func describe(out *page, catalog *environments.Catalog, e environments.Environment) {
	out.heading(e.ID)
	out.line(text(e.Title) + ".")
	var sisters []string
	for _, s := range catalog.Sisters(e) {
		sisters = append(sisters, s.ID)
	}
	rows := [][]string{{"issuer", span(e.Issuer)}}
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, []string{label, value})
		}
	}
	add("also called", spans(e.Aliases))
	add("approval", approval[e.Approval])
	if r := e.Registration; r != nil && r.Kind != environments.ByForm {
		add("a client is made", map[string]string{
			environments.ByDashboard: "by yourself, at <" + r.URL + ">", environments.ByRequest: "by request, to " + text(r.To),
		}[r.Kind])
	}
	if r := e.Registry; r != nil {
		add("registry", fmt.Sprintf("<%s>, integration environment %s", r.Portal, span(r.IntegrationEnvironment)))
	}
	add("sisters", spans(sisters))
	add("retired issuers", spans(e.RetiredIssuers))
	add("contact", text(e.Contact))
	out.table([]string{"", ""}, rows)

	rows = nil
	usual, _ := e.DefaultBackend()
	for _, b := range e.Backends {
		title := text(b.Title)
		if b.Deprecated != "" {
			title += ", deprecated " + text(b.Deprecated)
		}
		if b.ID == usual.ID {
			title += " (default)"
		}
		rows = append(rows, []string{span(b.ID), title, "<" + b.URL + ">", span(b.ProviderID), spans(b.Scopes)})
	}
	out.table([]string{"Back-end", "What it is", "Address", "Provider ID", "Scopes, as last seen"}, rows)
	if len(e.Notes) > 0 {
		out.list("-", texts(e.Notes))
	}
	out.code("sh", "credguide check --environment "+e.ID)
	if e.Source != "" {
		out.paragraph("Facts from: " + text(e.Source) + " Read on " + e.Read + ".")
	}
}
