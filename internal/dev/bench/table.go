package main

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

// table writes columns of equal width.
type table struct{ out *tabwriter.Writer }

func newTable(head ...string) table {
	t := table{tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)}
	t.row(head...)
	return t
}

func (t table) row(cells ...string) { _, _ = fmt.Fprintln(t.out, strings.Join(cells, "\t")+"\t") }

func (t table) print() { _ = t.out.Flush() }

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }

func ratio(a, of time.Duration) string {
	if of <= 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(a)/float64(of))
}

func mib(bytes int64) string {
	if bytes <= 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
}
