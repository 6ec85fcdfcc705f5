package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gomlx/compute"
	"github.com/spf13/cobra"

	"cnnbook/chapters"
	"cnnbook/internal/atomicfile"
	"cnnbook/internal/cobracmd"
)

// ErrClaims is the error of `cnnbook claims` if a computed verdict is not the reviewed one.
var ErrClaims = errors.New("claims: a computed verdict is not the reviewed one: see the lines that begin with ✗")

// ledger says how the claims of a chapter are reported.
type ledger struct {
	all    []chapters.Section
	asJSON bool
	errata string // file to write the errata to; "" writes none
}

func claims(w io.Writer, sections []chapters.Section, with With) *cobra.Command {
	l, engine := ledger{all: sections}, ""
	cmd := cobracmd.New("claims [SECTION...]", "Recompute the book's numbers and compare", nil,
		func(ctx context.Context, ids []string) error {
			return with(ctx, engine, func(b compute.Backend) error { return l.write(w, b, ids) })
		})
	engineFlag(cmd, &engine)
	cmd.Flags().StringVar(&l.errata, "errata", "", "also write the errata of all sections to this `file`")
	return cobracmd.JSON(cmd, &l.asJSON)
}

// write recomputes the claims of the sections with the ids, or of all, and reports them.
func (l ledger) write(w io.Writer, backend compute.Backend, ids []string) error {
	sections, err := chapters.Select(l.all, ids)
	if err != nil {
		return err
	}
	results, err := chapters.CheckClaims(sections, backend)
	if err != nil {
		return err
	}
	if l.asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		err = enc.Encode(results)
	} else {
		err = chapters.WriteClaims(w, results)
		if err == nil && len(ids) > 0 {
			err = writeOwed(w, sections)
		} else {
			owed(w, "claims", chapters.Unwritten(sections, func(s chapters.Section) int { return len(s.Claims) }))
		}
	}
	if err == nil && l.errata != "" {
		if len(ids) > 0 {
			return errors.New("claims: --errata writes the errata of the whole chapter: name no sections with it")
		}
		err = atomicfile.Write(l.errata, []byte(chapters.Errata(sections, results)), 0o644)
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

// writeOwed says what sections that were asked for have not yet.
func writeOwed(w io.Writer, sections []chapters.Section) error {
	for _, s := range sections {
		if owed := s.Owes(); len(owed) > 0 {
			if _, err := fmt.Fprintf(w, "Section %s owes %s.\n", s.ID, strings.Join(owed, ", ")); err != nil {
				return err
			}
		}
	}
	return nil
}
