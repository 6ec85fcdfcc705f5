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
