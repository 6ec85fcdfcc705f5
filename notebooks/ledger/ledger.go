// Package ledger has the word of the cell that recomputes what the book says. It is apart
// from package engine, because it links what computes claims.
package ledger

import (
	"os"

	"cnnbook/chapters"
	"cnnbook/notebooks/cell"
	"cnnbook/notebooks/engine"
)

// Show recomputes every statement of the section on the backend of this machine and prints
// the ledger: what the book says, what comes out, and the verdict. An error ends the cell
// with one line.
//
//	ledger.Show(pooling.Section())
func Show(section chapters.Section) {
	results := cell.Must(chapters.CheckClaims([]chapters.Section{section}, engine.Backend()))
	cell.OK(chapters.WriteClaims(os.Stdout, results))
}
