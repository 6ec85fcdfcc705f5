package jupyter

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"gonum.org/v1/gonum/stat"
)

//go:embed bench_cells.py
var benchCellsPy string

// CellBench are the times of cells that call cnnlib on the chosen backend, and of
// plain ones, which need only arith and plots.
type CellBench struct {
	CellTimes
	Plain CellTimes `json:"plain"`
}

// CellTimes are the wall times of one kind of cell, from execute_request to idle.
type CellTimes struct {
	Cells   int       `json:"cells"`
	MedianS float64   `json:"median_s"`
	MinS    float64   `json:"min_s"`
	MaxS    float64   `json:"max_s"`
	GoalS   float64   `json:"goal_s"` // what the median should not exceed
	Seconds []float64 `json:"seconds"`
}

// cellsOfAKind is how many different cells of each kind are timed. Every one has
// its own numbers, so that none is found in the build cache.
const cellsOfAKind = 20

// BenchCells times cells in a fresh kernel. It measures and does not judge.
func BenchCells(ctx context.Context, out io.Writer) (CellBench, error) {
	e, err := Setup(ctx, SetupOptions{Quick: true, Out: out})
	if err != nil {
		return CellBench{}, err
	}
	cells := map[string][]string{}
	for i := range cellsOfAKind {
		cells["xla"] = append(cells["xla"], xlaCell(i))
		cells["plain"] = append(cells["plain"], plainCell(i))
	}
	input, err := json.Marshal(map[string]any{"kinds": cells})
	if err != nil {
		return CellBench{}, err
	}
	c := e.command(ctx, e.Notebooks(), nil, e.Python(), "-c", benchCellsPy, KernelName)
	var stdout bytes.Buffer
	c.Stdin, c.Stdout = bytes.NewReader(input), &stdout
	if err := c.run("the cells could not be timed"); err != nil {
		return CellBench{}, err
	}
	var times map[string][]float64
	if err := json.Unmarshal(stdout.Bytes(), &times); err != nil {
		return CellBench{}, fmt.Errorf("bench: bench_cells.py said %q: %w", stdout.String(), err)
	}
	return CellBench{summary(times["xla"], 1.0), summary(times["plain"], 0.5)}, nil
}

func summary(seconds []float64, goal float64) CellTimes {
	sorted := slices.Sorted(slices.Values(seconds))
	return CellTimes{
		Cells: len(sorted), Seconds: seconds, GoalS: goal,
		MedianS: stat.Quantile(0.5, stat.Empirical, sorted, nil), MinS: sorted[0], MaxS: sorted[len(sorted)-1],
	}
}

// xlaCell convolves an image with a 3×3 filter on the backend of the cells.
func xlaCell(i int) string {
	return fmt.Sprintf(`import (
	"fmt"

	"cnnbook/cnnlib"
	"cnnbook/notebooks/engine"
)

%%%%
conv := cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter([][]float64{{%d, 0, -1}, {1, 0, -1}, {1, 0, -1}})}
fmt.Println(engine.Plane(conv, [][]float64{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 8, 7, 6}, {5, 4, 3, %d}}))`, i+1, i)
}

// plainCell computes a size and draws a matrix.
func plainCell(i int) string {
	return fmt.Sprintf(`import (
	"fmt"

	"cnnbook/cnnlib/arith"
	"cnnbook/plots"
)

%%%%
fmt.Println(arith.ConvSize(28, 3, 1, 0))
plots.Show(plots.Matrix{Values: [][]float64{{1, 0, -1}, {%d, 0, -1}, {1, 0, -1}}}.Picture())`, i+1)
}

// WriteCellBench prints the times as a table, or as JSON.
func WriteCellBench(w io.Writer, b CellBench, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(b)
	}
	var err error
	for _, kind := range []struct {
		says  string
		times CellTimes
	}{{"cnnlib on the backend", b.CellTimes}, {"arith and plots only", b.Plain}} {
		t := kind.times
		_, e := fmt.Fprintf(w, "%-22s %d cells: median %.2f s (%.2f to %.2f), goal %.1f s\n", kind.says, t.Cells, t.MedianS, t.MinS, t.MaxS, t.GoalS)
		err = errors.Join(err, e)
	}
	return err
}
