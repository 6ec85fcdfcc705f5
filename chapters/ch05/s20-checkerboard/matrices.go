package checkerboard

import (
	"fmt"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
)

// The weights a, b, c and d in the matrices of 5.20.2. Each is ten times the one
// before, so that the decimal digits of a sum tell how often each weight is in it;
// they begin with 2, so that half of a weight is one digit too.
const weightA, weightB, weightC, weightD = 2, 20, 200, 2000

// weightSymbols writes a sum of the weights a, b, c and d: 22 is "a+b", 10 is "b/2", 0 is
// "·".
func weightSymbols(v float64) string {
	var terms []string
	halves := int(v)
	for _, name := range []string{"a", "b", "c", "d"} {
		switch n := halves % 10; {
		case n == 1:
			terms = append(terms, name+"/2")
		case n == 2:
			terms = append(terms, name)
		case n > 0 && n%2 == 0:
			terms = append(terms, fmt.Sprint(n/2, name))
		case n > 0:
			terms = append(terms, fmt.Sprint(n, name, "/2"))
		}
		halves /= 10
	}
	if len(terms) == 0 {
		return "·"
	}
	return strings.Join(terms, "+")
}

// symbolCells writes a matrix of the weights a, b, c and d in symbols.
func symbolCells(m [][]float64) [][]string {
	out := make([][]string, len(m))
	for i, row := range m {
		for _, v := range row {
			out[i] = append(out[i], weightSymbols(v))
		}
	}
	return out
}

// weightMatrix writes a matrix of the weights a, b, c and d: [a c ·; · b ·].
func weightMatrix(m [][]float64) string {
	rows := make([]string, len(m))
	for i, row := range symbolCells(m) {
		rows[i] = strings.Join(row, " ")
	}
	return "[" + strings.Join(rows, "; ") + "]"
}

// weightSums adds up the rows of a matrix of a, b, c and d.
func weightSums(m [][]float64) []string {
	sums := make([]string, len(m))
	for i, row := range m {
		total := 0.0
		for _, v := range row {
			total += v
		}
		sums[i] = weightSymbols(total)
	}
	return sums
}

// MatrixOf returns a linear layer that takes [1 n 1] to [h m …] as a matrix [m][n]:
// the first row of the result for the unit vectors, which the backend computes in
// one batch.
func MatrixOf(backend compute.Backend, layer cnnlib.Layer, n int) ([][]float64, error) {
	units := make([]float64, n*n)
	for i := range n {
		units[i*n+i] = 1
	}
	y, err := cnnlib.Run(backend, layer, batchOf(units, n, 1, n, 1)) // [n h m c]
	if err != nil {
		return nil, err
	}
	planes, err := firstChannels(y) // [n][h][m]
	if err != nil {
		return nil, err
	}
	columns := make([][]float64, n)
	for i, plane := range planes {
		columns[i] = plane[0]
	}
	return grid.Transposed(columns), nil
}

// rowConvolution lays (a b c) over a row of cells without padding.
func rowConvolution(a, b, c float64) cnnlib.Conv2D {
	return cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter([][]float64{{a, b, c}})}
}

// rowStamps is a transposed convolution of a row of cells with stride 2, left and right of
// whose result some cells are cut off.
func rowStamps(left, right int, kernel ...float64) cnnlib.ConvTranspose2D {
	return cnnlib.ConvTranspose2D{Stride: 2, NoBias: true, Weights: cnnlib.Filter([][]float64{kernel}),
		Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Left: left, Right: right}}
}

// deconvolution is the transposed convolution with size 3 and stride 2 whose matrix
// has the rows (a c) and (b): y[2i] = b·x[i], y[2i+1] = a·x[i] + c·x[i+1]. Like
// nearestConvolution and midpointConvolution it begins with y[1], as the book's matrices
// do.
func deconvolution(a, b, c float64) cnnlib.Layer { return rowStamps(2, 1, c, b, a) }

// sizeFour is the transposed convolution with size 4 and stride 2 whose matrix has the
// rows (a c) and (b d) away from the border.
func sizeFour(a, b, c, d float64) cnnlib.Layer { return rowStamps(2, 2, c, d, a, b) }

// nearestConvolution repeats every cell, then convolves.
func nearestConvolution(a, b, c float64) cnnlib.Layer {
	return cnnlib.Sequential{cnnlib.Upsample{Factor: 2}, rowConvolution(a, b, c)}
}

// midpointConvolution puts the mean of two neighbours between them, then convolves.
// That interpolation is itself a transposed convolution, of size 3 with stride 2 and
// the weights ½, 1, ½: the stride does not divide the size, and the rows have equal sums
// all the same.
func midpointConvolution(a, b, c float64) cnnlib.Layer {
	return cnnlib.Sequential{rowStamps(1, 1, 0.5, 1, 0.5), rowConvolution(a, b, c)}
}

// matrixRows returns the first rows of a layer's matrix.
func matrixRows(backend compute.Backend, layer cnnlib.Layer, columns, rows int) [][]float64 {
	m := chapters.Must(MatrixOf(backend, layer, columns))
	if len(m) < rows {
		panic(chapters.Failure(fmt.Errorf("checkerboard: the matrix of %v for %d cells has %d rows, want %d", layer, columns, len(m), rows)))
	}
	return m[:rows]
}

// deconvolutionMoved returns the matrix of the deconvolution moved down by a number of
// rows, or up if the number is negative: what comes in at the border are the rows above
// and below those that the book prints.
func deconvolutionMoved(backend compute.Backend, columns, rows, down int) [][]float64 {
	// One cell more on each side gives two rows more on each side.
	m := chapters.Must(MatrixOf(backend, deconvolution(weightA, weightB, weightC), columns+2))
	var out [][]float64
	for i := range rows {
		out = append(out, m[2-down+i][1:1+columns])
	}
	return out
}

// lastRowOnTop moves the rows down by one; the last comes in at the top.
func lastRowOnTop(m [][]float64) [][]float64 {
	return append([][]float64{m[len(m)-1]}, m[:len(m)-1]...)
}

// matrixOfRing returns the matrix of a layer on n cells whose row goes round: the rows of
// the middle one of three copies, with the columns of the copies added up. The rows
// begin with y[1], as they do without copies.
func matrixOfRing(backend compute.Backend, layer cnnlib.Layer, n int) [][]float64 {
	m := chapters.Must(MatrixOf(backend, layer, 3*n))
	out := grid.Zeros(2*n, n)
	for i := range out {
		for j, v := range m[2*n+i] {
			out[i][j%n] += v
		}
	}
	return out
}
