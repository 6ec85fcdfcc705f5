package lower

import "github.com/gomlx/gomlx/core/graph"

// winograd are the matrices that give m neighbouring results of a correlation with k taps by
// n = m+k-1 multiplications: output·((kernel·g) ⊙ (input·d)) (S. Winograd 1980, "Arithmetic
// complexity of computations"; A. Lavin, S. Gray 2016, arXiv:1509.09308).
type winograd struct {
	m, n   int
	input  [][]float64 // [n n]
	kernel [][]float64 // [n k]
	output [][]float64 // [m n]
}

// winogradPoints are where the polynomials are evaluated, beside infinity, which is the
// last: small numbers that floats hold exactly, in the order that B. Barabasz et al. 2020
// (arXiv:1803.10986) found to lose the fewest digits. Of all sevens with 0, -1, 1 and fractions
// from 1/4 to 4 these lose the fewest.
var winogradPoints = []float64{0, -1, 1, 0.5, -2, -0.5, 2}

// winogradExact tells whether m results of k taps lose few enough digits, and whether there
// are points for them. With k = 3 and both axes alike, rounding errors grow four times with 4
// results, eleven times with 6 (8 channels), which is more than package parity allows.
func winogradExact(m, k int) bool { return m <= 4 && m+k-2 <= len(winogradPoints) }

// winogradOf returns the matrices for m results and k taps.
//
// A correlation is the transpose of a product of polynomials, which is found from its
// values at n points (A. Toom 1963, S. Cook 1966).
func winogradOf(m, k int) winograd {
	n := m + k - 1
	points := winogradPoints[:n-1]
	w := winograd{m: m, n: n}
	for j, p := range points {
		scale := 1.0
		others := []float64{1} // Π (x - q) over the other points, lowest power first
		for i, q := range points {
			if i != j {
				scale *= p - q
				others = timesLinear(others, q)
			}
		}
		w.input = append(w.input, append(others, 0))
		row := powers(p, k)
		for i := range row {
			row[i] /= scale
		}
		w.kernel = append(w.kernel, row)
	}
	all := []float64{1}
	for _, q := range points {
		all = timesLinear(all, q)
	}
	w.input = append(w.input, all)
	last := make([]float64, k)
	last[k-1] = 1
	w.kernel = append(w.kernel, last)
	w.output = make([][]float64, m)
	for i := range w.output {
		for _, p := range points {
			w.output[i] = append(w.output[i], powers(p, m)[i])
		}
		w.output[i] = append(w.output[i], 0)
	}
	w.output[m-1][n-1] = 1
	return w
}

// powers returns 1, p, p² … of the number n.
func powers(p float64, n int) []float64 {
	list := make([]float64, n)
	list[0] = 1
	for i := 1; i < n; i++ {
		list[i] = list[i-1] * p
	}
	return list
}

// timesLinear multiplies a polynomial, lowest power first, by x - q.
func timesLinear(a []float64, q float64) []float64 {
	product := make([]float64, len(a)+1)
	for i, v := range a {
		product[i+1] += v
		product[i] -= q * v
	}
	return product
}

// transpose returns the matrix with rows for columns.
func transpose(a [][]float64) [][]float64 {
	list := make([][]float64, len(a[0]))
	for _, row := range a {
		for j, v := range row {
			list[j] = append(list[j], v)
		}
	}
	return list
}

// multiplied returns a·x for x [columns of a, any].
func multiplied(a [][]float64, x *graph.Node) *graph.Node {
	return graph.Dot(graph.ConstAs(x, a), x).MatMul()
}

// multipliedEach returns a·x[i] for each of the first axis of x [first columns of a, any].
func multipliedEach(a [][]float64, x *graph.Node) *graph.Node {
	same := make([][][]float64, x.Shape().Dimensions[0])
	for i := range same {
		same[i] = a
	}
	return graph.DotGeneral(graph.ConstAs(x, same), []int{2}, []int{0}, x, []int{1}, []int{0})
}
