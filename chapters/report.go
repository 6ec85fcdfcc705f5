package chapters

import (
	"fmt"
	"io"
	"strings"
)

// WriteClaims prints the ledger for a person.
func WriteClaims(w io.Writer, results []Result) error {
	var b strings.Builder
	for _, r := range results {
		mark := "✓"
		if !r.OK() {
			mark = fmt.Sprintf("✗ reviewed as %s, but computed as", r.Verdict)
		}
		fmt.Fprintf(&b, "%s %s %s  “%s”\n    book:     %s\n", mark, r.ID, r.Computed, r.Quote, r.Book)
		if r.Value != "" {
			fmt.Fprintf(&b, "    computed: %s\n", r.Value)
		}
		if r.Note != "" {
			fmt.Fprintf(&b, "    %s\n", r.Note)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
