package checkerboard

import (
	"fmt"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Spectrum returns the power of a picture [H W] by frequency: the squared size of
// its 2-D discrete Fourier transform, [H W], divided by (H·W)², so that the power of
// a constant c is c² and all powers add up to the mean square. Entry [u][v] belongs to
// u/H cycles a row and v/W cycles a column; entry [H/2] is frequency ½, a change of
// sign from each cell to the next.
func Spectrum(m [][]float64) ([][]float64, error) {
	h := len(m)
	if h == 0 || len(m[0]) == 0 {
		return nil, fmt.Errorf("checkerboard: a spectrum of nothing: give at least one cell")
	}
	w := len(m[0])
	f := make([][]complex128, h)
	across, down := fourier.NewCmplxFFT(w), fourier.NewCmplxFFT(h)
	for i, row := range m {
		if len(row) != w {
			return nil, fmt.Errorf("checkerboard: row %d has %d cells, the first has %d", i, len(row), w)
		}
		f[i] = make([]complex128, w)
		for j, v := range row {
			f[i][j] = complex(v, 0)
		}
		across.Coefficients(f[i], f[i])
	}
	column, area := make([]complex128, h), float64(h*w)
	power := make([][]float64, h)
	for u := range power {
		power[u] = make([]float64, w)
	}
	for v := range w {
		for u := range h {
			column[u] = f[u][v]
		}
		down.Coefficients(column, column)
		for u, c := range column {
			power[u][v] = (real(c)*real(c) + imag(c)*imag(c)) / area / area
		}
	}
	return power, nil
}

// shareAt adds the powers for which at is true and divides by all, which are those
// for which of is true.
func shareAt(power [][]float64, at, of func(u, v int) bool) float64 {
	part, all := 0.0, 0.0
	for u, row := range power {
		for v, p := range row {
			if !of(u, v) {
				continue
			}
			all += p
			if at(u, v) {
				part += p
			}
		}
	}
	if all == 0 {
		return 0
	}
	return part / all
}

// FlatShare measures what a network makes of an even area. It returns the share of
// the power, that of the mean included, at frequency ½ on at least one axis (period
// 2): 0 for an even result, ½ for cells that are 0 and 1 in turn. Leave the border out
// first; both sides must be even numbers, or frequency ½ does not exist.
func FlatShare(m [][]float64) (float64, error) {
	power, err := Spectrum(m)
	if err != nil {
		return 0, err
	}
	h, w := len(power), len(power[0])
	if h%2+w%2 > 0 {
		return 0, fmt.Errorf("checkerboard: a picture of %d×%d has no frequency ½: want even sides", h, w)
	}
	return shareAt(power, func(u, v int) bool { return u == h/2 || v == w/2 }, func(int, int) bool { return true }), nil
}

// withoutBorder returns the matrix without border cells on each side.
func withoutBorder(m [][]float64, border int) [][]float64 {
	var out [][]float64
	for _, row := range m[border : len(m)-border] {
		out = append(out, row[border:len(row)-border])
	}
	return out
}
