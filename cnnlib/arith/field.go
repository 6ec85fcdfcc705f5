package arith

import (
	"fmt"
	"strings"
)

// Field says which cells of the input of a network the cells of a result depend on,
// along one axis: their receptive fields. All of them have the same size, and
// neighbouring ones lie the same number of cells apart. (A. Araujo, W. Norris and
// J. Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill
// 2019, doi:10.23915/distill.00021.)
//
// The zero value is the input itself, where each cell depends on itself only.
// Start there and call Through for the layers in turn.
type Field struct {
	Size  int // cells from the first to the last one of a field; 0 means 1
	Jump  int // cells from one field to the next: the product of the strides; 0 means 1
	Start int // first cell of the field of cell 0; negative if padding lies in it
}

// Sliding is what moves over an axis in equal steps: a Conv or a Pool.
type Sliding interface {
	// slides returns the cells it spans, its stride, and the padding before the input.
	slides() (cells, stride, start int, err error)
}

func (c Conv) slides() (cells, stride, start int, err error) {
	if cells, err = c.Effective(); err != nil {
		return 0, 0, 0, err
	}
	if start, _, err = c.Pads(); err != nil {
		return 0, 0, 0, err
	}
	return cells, orOne(c.Stride), start, nil
}

func (p Pool) slides() (cells, stride, start int, err error) {
	if start, _, err = p.Pads(); err != nil {
		return 0, 0, 0, err
	}
	return p.Window, p.stride(), start, nil
}

// Through returns the fields of what layers make of a result with fields f. The
// layer's In is not looked at. With k cells, stride s and p cells of padding before
// the input, Size grows by (k-1)·Jump, Start falls by p·Jump, Jump is multiplied
// by s. So a layer that moves by 1 and has one cell (1×1, an activation, a
// normalization with fixed numbers) changes nothing.
//
// A kernel with dilation can leave cells between the first and the last one out.
func (f Field) Through(layers ...Sliding) (Field, error) {
	f, err := f.plain()
	if err != nil {
		return Field{}, err
	}
	for i, layer := range layers {
		if f, err = f.through(layer); err != nil {
			if len(layers) > 1 {
				err = fmt.Errorf("arith: layer %d: %s", i, strings.TrimPrefix(err.Error(), "arith: "))
			}
			return Field{}, err
		}
	}
	return f, nil
}

func (f Field) through(layer Sliding) (Field, error) {
	k, s, p, err := layer.slides()
	if err != nil {
		return Field{}, err
	}
	if err := atLeast("stride", s, 1); err != nil {
		return Field{}, err
	}
	grown, ok := mul(k-1, f.Jump)
	size, ok2 := add(f.Size, grown)
	back, ok3 := mul(p, f.Jump)
	jump, ok4 := mul(f.Jump, s)
	if !ok || !ok2 || !ok3 || !ok4 || f.Start < back-maxInt {
		return Field{}, fmt.Errorf("arith: %d cells with stride %d and padding %d, over fields of %d cells that are %d apart, are more than an int can count", k, s, p, f.Size, f.Jump)
	}
	return Field{Size: size, Jump: jump, Start: f.Start - back}, nil
}

// plain writes out the zeros that mean 1.
func (f Field) plain() (Field, error) {
	f.Size, f.Jump = orOne(f.Size), orOne(f.Jump)
	if err := atLeast("field", f.Size, 1); err != nil {
		return Field{}, err
	}
	return f, atLeast("jump", f.Jump, 1)
}

// First returns the first cell of the input that cell o of the result depends on.
// Negative cells, and those from the size of the input on, are padding.
func (f Field) First(o int) int { return f.Start + o*orOne(f.Jump) }

// Last returns the last cell of the input that cell o of the result depends on; see
// First.
func (f Field) Last(o int) int { return f.First(o) + orOne(f.Size) - 1 }

// Centre returns the middle of the field of cell o. It ends in .5, between two
// cells, if the size is even.
func (f Field) Centre(o int) float64 {
	return float64(f.First(o)) + float64(orOne(f.Size)-1)/2
}
