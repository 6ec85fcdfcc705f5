package ref

import "fmt"

// Options says how the kernel moves. The zero value moves it one cell at a time
// over the bare input.
type Options struct {
	Stride   int // cells from one position to the next, both axes; 0 means 1
	Dilation int // cells from one tap to the next, both axes; 0 means 1
	Groups   int // blocks of channels that do not see each other; 0 means 1

	Top, Bottom, Left, Right int // rows and columns of zeros around the input
}

// filled replaces zeros by what they mean and refuses what means nothing.
func (o Options) filled() (Options, error) {
	for _, field := range []struct {
		name       string
		value      *int
		zero, from int // what zero means, and the smallest number allowed
	}{
		{"stride", &o.Stride, 1, 1}, {"dilation", &o.Dilation, 1, 1}, {"groups", &o.Groups, 1, 1},
		{"top padding", &o.Top, 0, 0}, {"bottom padding", &o.Bottom, 0, 0},
		{"left padding", &o.Left, 0, 0}, {"right padding", &o.Right, 0, 0},
	} {
		if *field.value == 0 {
			*field.value = field.zero
		}
		if *field.value < field.from {
			return o, fmt.Errorf("ref: %s %d is below %d", field.name, *field.value, field.from)
		}
	}
	return o, nil
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
