package check

import (
	"context"
	"fmt"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/explain"
	"github.com/credguide/credguide/internal/files"
)

// readSeen reads the error text of --seen before anything is sent.
func (c *checker) readSeen(ctx context.Context, name string) error {
	content, err := files.Read(ctx, name, files.Limits{Bytes: explain.MaxText})
	if err != nil {
		return fmt.Errorf("read the error text %s: %w", name, files.Plain(err))
	}
	reader, err := c.ErrorTexts()
	if err != nil {
		return err
	}
	seen := reader.Read(content.Data)
	c.seen = &seen
	return nil
}

// compareSeen says, beside the report, how the program's text and the check fit together.
func (c *checker) compareSeen(r checks.Report) {
	if c.seen == nil || c.flags.Quiet {
		return
	}
	for _, sentence := range explain.Compare(*c.seen, r) {
		c.Say("%s", sentence)
	}
}
