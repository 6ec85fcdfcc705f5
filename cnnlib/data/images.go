package data

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
)

// The values of a pixel, 0 to 255, become numbers from 0 to 1 when they are
// divided by one of these. Training chooses; this package keeps the bytes.
const (
	PixelMax       = 255 // the usual divisor: 255 becomes 1
	NielsenDivisor = 256 // of mnist.pkl.gz, the file behind section 5.23: 255 becomes 0.99609375
)

// Images is a labelled set of pictures of one size, 8 bits a channel.
type Images struct {
	N, H, W, C int     // pictures, rows, columns, channels
	Pixels     []uint8 // [N H W C], the last axis running fastest; for MNIST 0 is paper, 255 is ink
	Labels     []uint8 // [N]
}

// Plane returns the first channel of picture i as an [H][W] matrix, each value
// divided by PixelMax, so from 0 to 1. It panics, as an index expression does, if
// there is no picture i.
func (m *Images) Plane(i int) [][]float64 {
	pixels := m.one(i)
	plane := make([][]float64, m.H)
	for r := range plane {
		plane[r] = make([]float64, m.W)
		for c := range plane[r] {
			plane[r][c] = float64(pixels[(r*m.W+c)*m.C]) / PixelMax
		}
	}
	return plane
}

// First returns the first picture of each label, as Plane gives it.
func (m *Images) First(labels ...uint8) ([][][]float64, error) {
	planes := make([][][]float64, len(labels))
	for i, label := range labels {
		at := slices.Index(m.Labels, label)
		if at < 0 {
			return nil, fmt.Errorf("data: none of the %d pictures has the label %d", m.N, label)
		}
		planes[i] = m.Plane(at)
	}
	return planes, nil
}

// Image returns picture i for drawing: the first channel as grey if there are
// fewer than three, otherwise red, green and blue from the first three. It panics,
// as an index expression does, if there is no picture i.
func (m *Images) Image(i int) image.Image {
	pixels := m.one(i)
	bounds := image.Rect(0, 0, m.W, m.H)
	if m.C < 3 {
		grey := image.NewGray(bounds)
		for p := range m.H * m.W {
			grey.Pix[p] = pixels[p*m.C]
		}
		return grey
	}
	rgb := image.NewNRGBA(bounds)
	for p := range m.H * m.W {
		v := pixels[p*m.C:]
		rgb.SetNRGBA(p%m.W, p/m.W, color.NRGBA{R: v[0], G: v[1], B: v[2], A: 255})
	}
	return rgb
}

// one returns the pixels [H W C] of a picture.
func (m *Images) one(i int) []uint8 {
	size := m.H * m.W * m.C
	return m.Pixels[i*size : (i+1)*size]
}

// Slice returns the pictures from, from+1, ..., to-1. They are not copied: a
// change of one set is a change of the other.
func (m *Images) Slice(from, to int) (*Images, error) {
	if from < 0 || to < from || to > m.N {
		return nil, fmt.Errorf("data: pictures %d to %d of %d: want 0 <= from <= to <= %d", from, to, m.N, m.N)
	}
	part := m.slice(from, to)
	return &part, nil
}

func (m *Images) slice(from, to int) Images {
	size := m.H * m.W * m.C
	return Images{N: to - from, H: m.H, W: m.W, C: m.C,
		Pixels: m.Pixels[from*size : to*size : to*size], Labels: m.Labels[from:to:to]}
}

// Take returns copies of the pictures with these indices, in this order; an index
// may come more than once. With [Permutation] it shuffles.
func (m *Images) Take(indices []int32) (*Images, error) {
	for _, i := range indices {
		if i < 0 || int(i) >= m.N {
			return nil, fmt.Errorf("data: picture %d of %d: want indices from 0 to %d", i, m.N, m.N-1)
		}
	}
	return m.take(indices), nil
}

func (m *Images) take(indices []int32) *Images {
	size := m.H * m.W * m.C
	t := &Images{N: len(indices), H: m.H, W: m.W, C: m.C,
		Pixels: make([]uint8, 0, len(indices)*size), Labels: make([]uint8, 0, len(indices))}
	for _, i := range indices {
		t.Pixels = append(t.Pixels, m.one(int(i))...)
		t.Labels = append(t.Labels, m.Labels[i])
	}
	return t
}

// Shuffled returns a copy of the set in the order of [Permutation] with this seed
// and epoch 0.
func (m *Images) Shuffled(seed uint64) *Images { return m.take(Permutation(m.N, seed, 0)) }

// Class returns copies of the pictures with one label, in their order; there may
// be none.
func (m *Images) Class(label uint8) *Images {
	var indices []int32
	for i, l := range m.Labels {
		if l == label {
			indices = append(indices, int32(i))
		}
	}
	return m.take(indices)
}

// Counts returns how often each label occurs, from 0 to the largest there is.
func (m *Images) Counts() []int {
	var counts []int
	for _, l := range m.Labels {
		for len(counts) <= int(l) {
			counts = append(counts, 0)
		}
		counts[l]++
	}
	return counts
}

// Stats returns the mean and the standard deviation of each channel over all
// pictures, of pixels divided by PixelMax: what inputs are normalised with. The
// deviation is that of the set itself (divided by the number of pixels, not by one
// less). A set without pictures has NaN, 0/0.
func (m *Images) Stats() (mean, deviation []float64) {
	counts := make([][256]int, m.C) // of each value, so that nothing is rounded before the last step
	for i := 0; i < len(m.Pixels); i += m.C {
		for c, v := range m.Pixels[i : i+m.C] {
			counts[c][v]++
		}
	}
	for _, count := range counts {
		n, sum := 0, 0
		for v, k := range count {
			n += k
			sum += v * k
		}
		average := float64(sum) / float64(n)
		squares := 0.0
		for v, k := range count {
			d := float64(v) - average
			squares += float64(float64(k) * float64(d*d)) // the same on every machine: not fused
		}
		mean = append(mean, average/PixelMax)
		deviation = append(deviation, math.Sqrt(squares/float64(n))/PixelMax)
	}
	return mean, deviation
}
