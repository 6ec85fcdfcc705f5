package ref

import (
	"cmp"
	"fmt"
)

// Options says how the kernel moves. The zero value moves it one cell at a time
// over the bare input.
type Options struct {
	Stride    int // rows from one position to the next, and columns unless StrideW is set; 0 means 1
	StrideW   int // columns; 0 means the same as Stride
	Dilation  int // rows from one tap to the next, and columns unless DilationW is set; 0 means 1
	DilationW int // columns; 0 means the same as Dilation
	Groups    int // blocks of channels that do not see each other; 0 means 1

	Top, Bottom, Left, Right int // rows and columns of zeros around the input
}

// filled replaces zeros by what they mean and refuses what means nothing.
func (o Options) filled() (Options, error) {
	if err := fill(&o.Stride, &o.Dilation, &o.Groups); err != nil {
		return o, err
	}
	o.StrideW, o.DilationW = cmp.Or(o.StrideW, o.Stride), cmp.Or(o.DilationW, o.Dilation)
	if o.StrideW < 1 || o.DilationW < 1 {
		return o, fmt.Errorf("ref: stride %d and dilation %d of the columns: want at least 1, or 0 for those of the rows", o.StrideW, o.DilationW)
	}
	for _, side := range []struct {
		name  string
		cells int
	}{{"top", o.Top}, {"bottom", o.Bottom}, {"left", o.Left}, {"right", o.Right}} {
		if side.cells < 0 {
			return o, fmt.Errorf("ref: %s padding %d is below 0", side.name, side.cells)
		}
	}
	return o, nil
}

// filled replaces zeros by what they mean and refuses what means nothing.
func (o OptionsN) filled() (OptionsN, error) {
	if err := fill(&o.Stride, &o.Dilation, &o.Groups); err != nil {
		return o, err
	}
	for _, list := range [][]int{o.Strides, o.Dilations} {
		for axis, n := range list {
			if n < 1 {
				return o, fmt.Errorf("ref: stride or dilation %d of axis %d is below 1", n, axis)
			}
		}
	}
	for axis, pad := range o.Pads {
		if min(pad[0], pad[1]) < 0 {
			return o, fmt.Errorf("ref: padding %d and %d of axis %d: want 0 or more", pad[0], pad[1], axis)
		}
	}
	return o, nil
}

// fill turns 0 into 1.
func fill(stride, dilation, groups *int) error {
	for _, field := range []struct {
		name  string
		value *int
	}{{"stride", stride}, {"dilation", dilation}, {"groups", groups}} {
		if *field.value == 0 {
			*field.value = 1
		}
		if *field.value < 1 {
			return fmt.Errorf("ref: %s %d is below 1", field.name, *field.value)
		}
	}
	return nil
}

// positions counts, one by one, the places where a kernel of k taps fits.
func positions(axis string, in, k, stride, dilation, start, end int) (int, error) {
	n, span := 0, (k-1)*dilation+1
	for first := 0; first+span <= start+in+end; first += stride {
		n++
	}
	if n == 0 {
		return 0, fmt.Errorf("ref: kernel %s %d does not fit into %d (input %d, padding %d and %d): use a smaller kernel or more padding",
			axis, span, start+in+end, in, start, end)
	}
	return n, nil
}
