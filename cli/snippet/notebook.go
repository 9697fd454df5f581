package snippet

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/credguide/credguide/environments/snippets"
)

// notebook is Jupyter's file format, nbformat 4.5.
type notebook struct {
	Cells         []notebookCell `json:"cells"`
	Metadata      metadata       `json:"metadata"`
	Format        int            `json:"nbformat"`
	FormatSmaller int            `json:"nbformat_minor"`
}

type metadata struct {
	Kernel   map[string]string `json:"kernelspec"`
	Language map[string]string `json:"language_info"`
}

type notebookCell struct {
	Type     string         `json:"cell_type"`
	ID       string         `json:"id"`
	Metadata map[string]any `json:"metadata"`
	Source   []string       `json:"source"`
	*codeParts
}

// codeParts are the members that a code cell must have and another must not.
type codeParts struct {
	Count   *int  `json:"execution_count"`
	Outputs []any `json:"outputs"`
}

// writeNotebook writes the cells, each filled in on its own.
func writeNotebook(s snippets.Snippet, v Values) ([]byte, error) {
	n := notebook{
		Format: 4, FormatSmaller: 5,
		Metadata: metadata{
			Kernel:   map[string]string{"display_name": "Python 3", "language": "python", "name": "python3"},
			Language: map[string]string{"name": "python"},
		},
	}
	for i, c := range s.Cells {
		cell := notebookCell{Type: "markdown", ID: fmt.Sprintf("%s-%d", s.ID, i+1), Metadata: map[string]any{}}
		source := c.Markdown
		if c.Code != "" {
			cell.Type, source = "code", c.Code
			cell.codeParts = &codeParts{Outputs: []any{}}
		}
		text, err := fill(s, source, v)
		if err != nil {
			return nil, err
		}
		cell.Source = strings.SplitAfter(strings.TrimRight(text, "\n"), "\n")
		n.Cells = append(n.Cells, cell)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(n); err != nil {
		return nil, fmt.Errorf("write the notebook: %w", err)
	}
	return []byte(b.String()), nil
}
