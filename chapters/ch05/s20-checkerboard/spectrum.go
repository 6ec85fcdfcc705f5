package checkerboard

import (
	"fmt"

	"gonum.org/v1/gonum/dsp/fourier"

	"cnnbook/chapters/grid"
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
	power := grid.Zeros(h, w)
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

// meanSpectrum returns the mean of the spectra of pictures of one size.
func meanSpectrum(pictures [][][]float64) ([][]float64, error) {
	spectra := make([][][]float64, len(pictures))
	for i, p := range pictures {
		var err error
		if spectra[i], err = Spectrum(p); err != nil {
			return nil, err
		}
	}
	return grid.Mean(spectra), nil
}

// frequencies is a set of the entries [u][v] of a spectrum.
type frequencies func(u, v int) bool

// allFrequencies holds every entry, and allButMean every entry but that of the mean.
func allFrequencies(int, int) bool { return true }
func allButMean(u, v int) bool     { return u+v > 0 }

// periodTwo returns frequency ½ on at least one axis, in a spectrum of h×w.
func periodTwo(h, w int) frequencies {
	return func(u, v int) bool { return u == h/2 || v == w/2 }
}

// periodFour returns frequency ¼ on at least one axis, in a spectrum of n×n.
func periodFour(n int) frequencies {
	return func(u, v int) bool { return u%(n/2) == n/4 || v%(n/2) == n/4 }
}

// shareOf returns the share that the power at some frequencies has of the power at all
// given ones; 0 if there is none.
func shareOf(power [][]float64, some, all frequencies) float64 {
	part, whole := 0.0, 0.0
	for u, row := range power {
		for v, p := range row {
			if !all(u, v) {
				continue
			}
			whole += p
			if some(u, v) {
				part += p
			}
		}
	}
	if whole == 0 {
		return 0
	}
	return part / whole
}

// varyingShare returns the share of the power, that of the mean left out, with period 2.
func varyingShare(power [][]float64) float64 {
	return shareOf(power, periodTwo(len(power), len(power[0])), allButMean)
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
	return shareOf(power, periodTwo(h, w), allFrequencies), nil
}

// roundingShare bounds what rounding puts at frequency ½: sums of up to 36 products
// in float32 are off by about 36·2⁻²⁴ of their size, squared 5e-12; the rest is room
// for sums that are small beside their products.
const roundingShare = 1e-9
