package ref

import (
	"fmt"
	"slices"
)

// Array is a block of numbers, the last axis running fastest. Images are
// [N H W C], kernels [KH KW Cin/groups Cout].
type Array struct {
	Shape []int
	Data  []float64
}

// NewArray returns an array of zeros. It panics, as make does, if a size is negative.
func NewArray(shape ...int) Array {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return Array{Shape: slices.Clone(shape), Data: make([]float64, n)}
}

// FromPlane returns the matrix as one image of one channel, [1 H W 1].
func FromPlane(m [][]float64) (Array, error) {
	h, w, err := size("plane", m)
	if err != nil {
		return Array{}, err
	}
	a := NewArray(1, h, w, 1)
	for r, row := range m {
		copy(a.Data[r*w:], row)
	}
	return a, nil
}

// Index returns where the cell stands in Data. It panics, as a slice does, if an
// index is outside the shape.
func (a Array) Index(index ...int) int {
	if len(index) != len(a.Shape) {
		panic(fmt.Sprintf("ref: %d indices for an array of %d axes", len(index), len(a.Shape)))
	}
	at := 0
	for axis, i := range index {
		if i < 0 || i >= a.Shape[axis] {
			panic(fmt.Sprintf("ref: index %v is outside the shape %v", index, a.Shape))
		}
		at = at*a.Shape[axis] + i
	}
	return at
}

// At returns one cell.
func (a Array) At(index ...int) float64 { return a.Data[a.Index(index...)] }

// Set writes one cell.
func (a Array) Set(value float64, index ...int) { a.Data[a.Index(index...)] = value }

// Plane returns channel c of image n of an [N H W C] array as an [H W] matrix.
func (a Array) Plane(n, c int) ([][]float64, error) {
	if err := a.check("array", 4); err != nil {
		return nil, err
	}
	if n < 0 || n >= a.Shape[0] || c < 0 || c >= a.Shape[3] {
		return nil, fmt.Errorf("ref: image %d, channel %d of an array of %d images and %d channels", n, c, a.Shape[0], a.Shape[3])
	}
	m := matrix(a.Shape[1], a.Shape[2]) // [H W]
	for r := range m {
		for q := range m[r] {
			m[r][q] = a.At(n, r, q, c)
		}
	}
	return m, nil
}

// check refuses an array with another number of axes, an empty axis, or more or
// fewer numbers than its shape says.
func (a Array) check(name string, axes int) error {
	if len(a.Shape) != axes {
		return fmt.Errorf("ref: the %s has shape %v, want %d axes", name, a.Shape, axes)
	}
	n := 1
	for _, d := range a.Shape {
		if d < 1 {
			return fmt.Errorf("ref: the %s has shape %v, want at least 1 on every axis", name, a.Shape)
		}
		n *= d
	}
	if n != len(a.Data) {
		return fmt.Errorf("ref: the %s has %d numbers, its shape %v wants %d", name, len(a.Data), a.Shape, n)
	}
	return nil
}
