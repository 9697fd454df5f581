package wizard

import (
	"fmt"
	"strings"

	"github.com/credguide/credguide/internal/text"
)

// Line is the rule above a question, as wide as asked: "General (tab 1 of 2) ── 3 of 6".
func (p Progress) Line(width int) string {
	if p.Tab == "" {
		return ""
	}
	left := fmt.Sprintf("%s (tab %d of %d) ", p.Tab, p.TabNumber, p.Tabs)
	right := fmt.Sprintf(" %d of %d", p.Number, p.Questions)
	rule := width - text.Width(left) - text.Width(right)
	return left + strings.Repeat("─", max(rule, 2)) + right
}
