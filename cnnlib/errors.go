package cnnlib

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ShapeError says why a layer cannot take an input.
type ShapeError struct {
	Path   []int  // indices from the outermost Sequential inwards; empty for a layer on its own
	Layer  string // the layer's literal
	Reason string // the rule, with both numbers
	Input  Shape  // what the layer was given
}

// Error returns one line, for example
//
//	cnnlib: layer 2 Conv2D{Channels: 40, Kernel: 5, Groups: 3}: input channels 20 not divisible by groups 3 (input [N 12 12 20])
func (e *ShapeError) Error() string {
	var b strings.Builder
	b.WriteString("cnnlib: ")
	for i, index := range e.Path {
		if i == 0 {
			b.WriteString("layer ")
		} else {
			b.WriteString(".")
		}
		b.WriteString(strconv.Itoa(index))
	}
	if len(e.Path) > 0 {
		b.WriteString(" ")
	}
	fmt.Fprintf(&b, "%s: %s (input %v)", e.Layer, e.Reason, e.Input)
	return b.String()
}

// refuse makes the error of a layer that cannot take the input.
func refuse(layer Layer, in Shape, format string, args ...any) error {
	return &ShapeError{Layer: layer.String(), Reason: fmt.Sprintf(format, args...), Input: in}
}

// at puts the index of a layer in front of the path of its error.
func at(index int, err error) error {
	var e *ShapeError
	if !errors.As(err, &e) {
		return fmt.Errorf("cnnlib: layer %d: %w", index, err)
	}
	inner := *e
	inner.Path = append([]int{index}, e.Path...)
	return &inner
}
