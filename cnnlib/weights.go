package cnnlib

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Weights are given kernels: Weights[o][i] is the matrix [KH][KW] that output
// channel o lays over input channel i of its group. nil means that the layer
// draws its own.
//
// Inside a graph the same numbers have the order [KH KW Cin/groups Cout].
type Weights [][][][]float64

// Filter returns the weights of one filter for an input of one channel, or, with
// several matrices, of one filter with a matrix for each input channel.
func Filter(planes ...[][]float64) Weights { return Weights{planes} }

// Filters returns the weights of several filters for an input of one channel: one
// output channel for each matrix.
func Filters(kernels ...[][]float64) Weights {
	w := make(Weights, len(kernels))
	for o, k := range kernels {
		w[o] = [][][]float64{k}
	}
	return w
}

// size returns output channels, input channels per group, rows and columns, or an
// error if the matrices are not all of one size.
func (w Weights) size() (out, in, h, wd int, err error) {
	if len(w) == 0 || len(w[0]) == 0 || len(w[0][0]) == 0 || len(w[0][0][0]) == 0 {
		return 0, 0, 0, 0, fmt.Errorf("the weights are empty: give at least one matrix with one number")
	}
	out, in, h, wd = len(w), len(w[0]), len(w[0][0]), len(w[0][0][0])
	for o, filter := range w {
		if len(filter) != in {
			return 0, 0, 0, 0, fmt.Errorf("filter %d of the weights has %d matrices, filter 0 has %d", o, len(filter), in)
		}
		for i, plane := range filter {
			if len(plane) != h {
				return 0, 0, 0, 0, fmt.Errorf("matrix %d of filter %d of the weights has %d rows, the first has %d", i, o, len(plane), h)
			}
			for r, row := range plane {
				if len(row) != wd {
					return 0, 0, 0, 0, fmt.Errorf("row %d of matrix %d of filter %d of the weights has %d numbers, the first has %d", r, i, o, len(row), wd)
				}
			}
		}
	}
	return out, in, h, wd, nil
}

// kernel replaces the sizes of a kernel that are not set by the weights' sizes: the
// columns too if neither is set.
func (w Weights) kernel(rows, columns int) (int, int) {
	if w == nil {
		return rows, columns
	}
	_, _, h, wd, err := w.size()
	if err != nil {
		return rows, columns // the layer is refused for it
	}
	if rows == 0 && columns == 0 {
		columns = wd
	}
	return cmp.Or(rows, h), columns
}

// given is what a layer starts from in place of random numbers, and what its settings say
// about the sizes.
type given struct {
	weights         Weights
	biases          []float64
	noBias          bool
	kernel, kernelW int
	channels        int // of the result
}

// check compares the given weights and biases with the settings: the number of
// filters and of matrices in each, which messages call by the two names ("Channels is 3").
func (g given) check(filters int, filtersName string, matrices int, matricesName string) error {
	if g.weights != nil {
		out, in, h, w, err := g.weights.size()
		if err != nil {
			return err
		}
		if out != filters {
			return fmt.Errorf("the weights hold %d filters, %s %d", out, filtersName, filters)
		}
		if h != g.kernel || w != g.kernelW {
			return fmt.Errorf("the weights are %d×%d, the kernel is %d×%d", h, w, g.kernel, g.kernelW)
		}
		if in != matrices {
			return fmt.Errorf("each filter of the weights has %d matrices for %d %s", in, matrices, matricesName)
		}
	}
	if g.biases != nil && g.noBias {
		return fmt.Errorf("%d biases given with NoBias: leave one of them out", len(g.biases))
	}
	if g.biases != nil && len(g.biases) != g.channels {
		return fmt.Errorf("%d biases given for %d output channels", len(g.biases), g.channels)
	}
	return nil
}

// given adds weights and biases, if there are any.
func (f *fields) given(w Weights, biases []float64) {
	if w != nil {
		f.add("Weights", w.String())
	}
	f.biases(biases)
}

// biases adds biases, if there are any.
func (f *fields) biases(b []float64) {
	if b != nil {
		f.add("Biases", "[]float64{"+numbers(b)+"}")
	}
}

// matrix adds a matrix with that number of columns, if there is one; only its sizes, as a
// comment, if it has more than 75 numbers.
func (f *fields) matrix(name string, m [][]float64, columns int) {
	switch {
	case m == nil:
	case len(m)*columns > printed:
		f.add(name, fmt.Sprintf("[][]float64{ /* %d×%d */ }", len(m), columns))
	default:
		f.add(name, matrixLiteral(m))
	}
}

// flat returns the numbers in the order [KH KW Cin/groups Cout].
func (w Weights) flat() []float64 {
	out, in, h, wd, err := w.size()
	if err != nil {
		panic(err)
	}
	flat := make([]float64, 0, h*wd*in*out)
	for r := range h {
		for c := range wd {
			for i := range in {
				for o := range out {
					flat = append(flat, w[o][i][r][c])
				}
			}
		}
	}
	return flat
}

// printed is the largest number of weights that String writes out: three 5×5
// filters. More would hide the rest of a message.
const printed = 75

// String returns the call or the literal that makes the weights; only the sizes,
// as a comment, if there are more than 75 numbers.
func (w Weights) String() string {
	out, in, h, wd, err := w.size()
	if err == nil && out*in*h*wd > printed {
		return fmt.Sprintf("Weights{ /* %d filters of %d %d×%d */ }", out, in, h, wd)
	}
	if err == nil && out == 1 {
		return "Filter(" + list(w[0], matrixLiteral) + ")"
	}
	if err == nil && in == 1 {
		return "Filters(" + list(w, func(f [][][]float64) string { return matrixLiteral(f[0]) }) + ")"
	}
	return "Weights{" + list(w, func(f [][][]float64) string { return "{" + list(f, braced) + "}" }) + "}"
}

func matrixLiteral(m [][]float64) string { return "[][]float64" + braced(m) }

func braced(m [][]float64) string {
	return "{" + list(m, func(row []float64) string { return "{" + numbers(row) + "}" }) + "}"
}

func numbers(row []float64) string {
	return list(row, func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) })
}

func list[T any](items []T, literal func(T) string) string {
	parts := make([]string, len(items))
	for i, item := range items {
		parts[i] = literal(item)
	}
	return strings.Join(parts, ", ")
}
