package settings

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// Sections 5.3b and 5.19 stand on one table, arith.Settings. This file runs a row
// Of it, counts it without a formula, and finds its picture in the printed book.

// Named returns the row of arith.Settings for a figure of arXiv:1603.07285,
// such as "2.7".
func Named(figure string) (arith.Setting, error) {
	for _, s := range arith.Settings() {
		if s.Figure == figure {
			return s, nil
		}
	}
	return arith.Setting{}, fmt.Errorf("settings: no setting is drawn as figure %q: use 2.1 to 2.7, 4.1 to 4.7 or 5.1", figure)
}

// Of returns the rows of arith.Settings with one operation.
func Of(op arith.Operation) []arith.Setting {
	return slices.DeleteFunc(arith.Settings(), func(s arith.Setting) bool { return s.Operation != op })
}

// Image is an n×n image of the digits 0 to 3, few enough for sums in the
// head. No two of its rows or columns are equal up to n = 7, so that a row or a
// column read twice or left out shows in the result.
func Image(n int) [][]float64 {
	m := make([][]float64, n)
	for r := range m {
		m[r] = make([]float64, n)
		for c := range m[r] {
			m[r][c] = float64((2*r + 3*c + 2) % 7 / 2)
		}
	}
	return m
}

// Kernel is a k×k kernel of the digits 0 to 2. Turned by 180° it is another
// one, so that a kernel turned by mistake shows in the result.
func Kernel(k int) [][]float64 {
	m := make([][]float64, k)
	for r := range m {
		m[r] = make([]float64, k)
		for c := range m[r] {
			m[r][c] = float64((r + 2*c + r*c + 1) % 3)
		}
	}
	return m
}

// Run runs a setting on the backend with a real layer, cnnlib.Conv2D or
// cnnlib.ConvTranspose2D. image is [In In], kernel [Kernel Kernel]; the result is
// [Out Out]. It is an error if the result has another size than the formula says.
func Run(backend compute.Backend, s arith.Setting, image, kernel [][]float64) ([][]float64, error) {
	pads := cnnlib.Pads{Top: s.Padding, Bottom: s.Padding, Left: s.Padding, Right: s.Padding}
	var layer cnnlib.Layer
	switch s.Operation {
	case arith.Convolution:
		layer = cnnlib.Conv2D{
			Weights: cnnlib.Filter(kernel), NoBias: true,
			Stride: s.Stride, Dilation: s.Dilation, Padding: cnnlib.Explicit, Pads: pads,
		}
	case arith.TransposedConvolution:
		layer = cnnlib.ConvTranspose2D{
			Channels: 1, Kernel: s.Kernel, Init: fixedWeights(slices.Concat(kernel...)), NoBias: true,
			Stride: s.Stride, Dilation: s.Dilation, Padding: cnnlib.Explicit, Pads: pads, OutputPadding: s.Output,
		}
	default:
		return nil, fmt.Errorf("settings: %v given: use Convolution or TransposedConvolution", s.Operation)
	}
	x, err := cnnlib.FromMatrix(image)
	if err != nil {
		return nil, err
	}
	y, err := cnnlib.Run(backend, layer, x)
	if err != nil {
		return nil, err
	}
	result, err := cnnlib.ToMatrix(y, 0)
	if err != nil {
		return nil, err
	}
	o, err := s.Size()
	if err != nil {
		return nil, err
	}
	if len(result) != o || len(result[0]) != o {
		return nil, fmt.Errorf("settings: the backend gives %d×%d for %+v, the formula %d×%d", len(result), len(result[0]), s, o, o)
	}
	return result, nil
}

// fixedWeights is an initializer that gives a layer these weights.
type fixedWeights []float64

func (n fixedWeights) Weights(_ *rand.Rand, _ cnnlib.Fan, w []float64) { copy(w, n) }
func (n fixedWeights) Biases(_ *rand.Rand, _ cnnlib.Fan, b []float64)  { clear(b) }
func (n fixedWeights) String() string                                  { return fmt.Sprint([]float64(n)) }

// refSetting computes a setting with the float64 loops of package ref: the oracle
// for Run.
func refSetting(s arith.Setting, image, kernel [][]float64) ([][]float64, error) {
	o := ref.Options{Stride: s.Stride, Dilation: s.Dilation, Top: s.Padding, Bottom: s.Padding, Left: s.Padding, Right: s.Padding}
	if s.Operation == arith.Convolution {
		return ref.CrossCorrelate2D(image, kernel, o)
	}
	x, err := ref.FromPlane(image)
	if err != nil {
		return nil, err
	}
	k := ref.Array{Shape: []int{s.Kernel, s.Kernel, 1, 1}, Data: slices.Concat(kernel...)}
	y, err := ref.Transposed(x, k, nil, ref.TransposedOptions{Options: o, Output: s.Output})
	if err != nil {
		return nil, err
	}
	return y.Plane(0, 0)
}

// Count returns the size of a setting without a formula: it lays down the
// kernel, place after place, and counts. 0 means that it fits nowhere.
func Count(s arith.Setting) int {
	taps := make([]int, s.Kernel)
	for t := range taps {
		taps[t] = t * max(s.Dilation, 1)
	}
	span := taps[len(taps)-1] + 1
	stride := max(s.Stride, 1)
	if s.Operation == arith.TransposedConvolution {
		// Every input cell stamps the kernel; the cells up to the last stamp and the
		// output padding are there, and the padding is cut off on both sides.
		last := 0
		for i := range s.In {
			last = max(last, i*stride+span)
		}
		return max(0, last+s.Output-2*s.Padding)
	}
	positions := 0
	for at := 0; at+span <= s.In+2*s.Padding; at += stride {
		positions++
	}
	return positions
}

// NeverRead counts the cells of the drawn plane, padding and inserted zeros
// included, that the kernel reads at no position; image counts those of them that
// are cells of the input itself.
func NeverRead(s arith.Setting) (all, image int, err error) {
	direct, err := s.Direct()
	if err != nil {
		return 0, 0, err
	}
	visits, err := direct.PaddedVisits()
	if err != nil {
		return 0, 0, err
	}
	bare, err := direct.Visits()
	if err != nil {
		return 0, 0, err
	}
	return unread(visits), unread(bare), nil
}

// unread counts the cells of a plane that nothing reads, from the visits of one of
// its two equal axes: a cell is read where both its row and its column are.
func unread(visits []int) int {
	read := 0
	for _, n := range visits {
		if n > 0 {
			read++
		}
	}
	return len(visits)*len(visits) - read*read
}

// Drawing is a picture of a convolution in the printed book, as one can count it:
// the cells on a side of the blue plane, of the plane with the dashed cells, and
// Of the green plane.
type Drawing struct {
	Page            int    // Of the PDF
	Under           string // its caption: "01" in section 5.3b, "Figure 2.1" in 5.18 and 5.19; "" has none
	In, Padded, Out int
}

// Drawings are the pictures of sections 5.3b, 5.18 and 5.19 that show a setting of
// arith.Settings, in the order of the book.
var Drawings = []Drawing{
	{9, "01", 4, 4, 2},
	{10, "03", 5, 7, 5},
	{10, "04", 5, 9, 7},
	{11, "08", 7, 7, 5},
	{11, "11", 6, 8, 3},
	{12, "12", 7, 7, 3},
	{12, "", 5, 7, 5}, // the picture of 03 once more, behind the last caption
	{29, "5.18, full", 2, 6, 4},
	{32, "Figure 2.1", 4, 4, 2},
	{32, "Figure 2.2", 5, 9, 6},
	{32, "Figure 2.3", 5, 7, 5},
	{32, "Figure 2.4", 5, 9, 7},
	{33, "Figure 2.5", 5, 5, 2},
	{33, "Figure 2.6", 5, 7, 3},
	{34, "Figure 2.7", 6, 8, 3},
	{35, "Figure 2.5", 5, 5, 2},
	{35, "Figure 2.6", 5, 7, 3},
	{35, "Figure 2.7", 6, 8, 3},
}

// Drawn returns the pictures that fit a setting: input, padded input and output
// have its sizes.
func Drawn(s arith.Setting) ([]Drawing, error) {
	direct, err := s.Direct()
	if err != nil {
		return nil, err
	}
	start, end, err := direct.Pads()
	if err != nil {
		return nil, err
	}
	o, err := s.Size()
	if err != nil {
		return nil, err
	}
	var fit []Drawing
	for _, d := range Drawings {
		if d.In == direct.In && d.Padded == start+direct.In+end && d.Out == o {
			fit = append(fit, d)
		}
	}
	return fit, nil
}
