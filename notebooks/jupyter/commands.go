package jupyter

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// SetupCommand is `cnnbook setup`.
func SetupCommand(ctx context.Context, o SetupOptions, user bool) error {
	e, err := Setup(ctx, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "The environment in %s is complete.\n", e.Folder)
	if !user {
		return nil
	}
	dir, err := RegisterForUser()
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "The kernel \"Go (cnnbook)\" is registered for your own Jupyter and VS Code in %s.\nDelete that folder to remove it.\n", dir)
	return nil
}

// DoctorCommand is `cnnbook doctor`.
func DoctorCommand(ctx context.Context, w io.Writer, asJSON bool) error {
	r, err := Doctor(ctx)
	if err != nil {
		return err
	}
	return WriteReport(w, r, asJSON)
}

// RunCommand is `cnnbook notebooks run`.
func RunCommand(ctx context.Context, w io.Writer, o RunOptions, sections []string, asJSON bool) error {
	o.Sections = sections
	results, err := Run(ctx, o)
	if asJSON && results != nil {
		if err := json.NewEncoder(w).Encode(results); err != nil {
			return err
		}
	}
	if !asJSON {
		for _, r := range results {
			fmt.Fprintf(w, "%s %s (%d cells) → %s\n", mark(r.OK), r.Notebook, r.Cells, r.Copy)
		}
	}
	return err
}

// BenchCommand is `cnnbook bench cells`.
func BenchCommand(ctx context.Context, w, progress io.Writer, asJSON bool) error {
	times, err := BenchCells(ctx, progress)
	if err != nil {
		return err
	}
	return WriteCellBench(w, times, asJSON)
}
