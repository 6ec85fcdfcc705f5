package cnnlib

import (
	"fmt"
	"slices"
	"strings"
)

// Shape is the shape of one example, without the batch axis: rows, columns and
// channels [H W C] of an image, [n] of a vector. The channels come last.
type Shape []int

// String prints the shape with the batch axis as N: [N 12 12 20].
func (s Shape) String() string {
	var b strings.Builder
	b.WriteString("[N")
	for _, d := range s {
		fmt.Fprintf(&b, " %d", d)
	}
	b.WriteString("]")
	return b.String()
}

// Size returns the number of values of one example.
func (s Shape) Size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Equal reports whether both shapes are the same.
func (s Shape) Equal(t Shape) bool { return slices.Equal(s, t) }

// fits returns out, the result of a layer for the input in, or refuses the input if one of
// the two has a size below 1 or more values than an int can count.
func fits(layer Layer, in, out Shape) (Shape, error) {
	for i, shape := range []Shape{in, out} {
		what := [...]string{"the input", "the result"}[i]
		for _, d := range shape {
			if d < 1 {
				return nil, refuse(layer, in, "%s has a size of %d, want at least 1", what, d)
			}
		}
		if _, err := checkedProduct(shape...); err != nil {
			return nil, refuse(layer, in, "%s is too large: %v", what, err)
		}
	}
	return out, nil
}

// times returns a·b for a of at least 0 and b of at least 1, or -1 if an int cannot hold it.
func times(a, b int) int {
	if p, err := checkedProduct(max(a, 0), b); err == nil {
		return p
	}
	return -1
}
