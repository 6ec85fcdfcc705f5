package chapters

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/internal/atomicfile"
)

// ErrClaims is returned where a computed verdict is not the reviewed one.
var ErrClaims = errors.New("claims: a computed verdict is not the reviewed one: see the lines that begin with ✗")

// ClaimsOptions say how [ClaimsCommand] reports.
type ClaimsOptions struct {
	JSON   bool   // JSON instead of text
	Errata string // file to write the errata to; "" writes none
}

// ClaimsCommand is `cnnbook claims`: the ledger of the sections.
func ClaimsCommand(w io.Writer, all []Section, ids []string, backend compute.Backend, o ClaimsOptions) error {
	sections, err := Select(all, ids)
	if err != nil {
		return err
	}
	results, err := CheckClaims(sections, backend)
	if err != nil {
		return err
	}
	if o.JSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		err = enc.Encode(results)
	} else {
		err = WriteClaims(w, results)
	}
	if err == nil && o.Errata != "" {
		if len(ids) > 0 {
			return errors.New("claims: --errata writes the errata of the whole chapter: name no sections with it")
		}
		err = atomicfile.Write(o.Errata, []byte(Errata(sections, results)), 0o644)
	}
	if err != nil {
		return err
	}
	for _, r := range results {
		if !r.OK() {
			return ErrClaims
		}
	}
	return nil
}

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
