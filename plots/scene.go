package plots

import (
	"fmt"
	"strings"

	"cnnbook/cnnlib/arith"
)

// scene is one setting of a convolution, pooling or transposed convolution along
// one axis, as it is drawn: which cells stand in a row, and which of them each
// output cell reads. A transposed convolution is drawn as the equivalent direct
// one, with zeros between and around the input's cells.
type scene struct {
	arith.Setting
	cells    []int // of the padded input: the input's cell, or −1 for a zero
	stride   int   // of the kernel over cells
	dilation int
	out      int
	between  int // zeros between neighbouring cells of the input
	before   int // zeros around
	after    int
}

// maxScene keeps a picture of squares at a size that can be read.
const maxScene = 40

func newScene(s arith.Setting) (scene, error) {
	c := scene{Setting: s, stride: max(s.Stride, 1), dilation: max(s.Dilation, 1)}
	var err error
	if c.out, err = s.Size(); err != nil {
		return c, fmt.Errorf("plots: %w", err)
	}
	c.before, c.after = s.Padding, s.Padding
	switch s.Operation {
	case arith.Pooling:
		if s.Stride == 0 {
			c.stride = s.Kernel
		}
	case arith.TransposedConvolution:
		t := arith.Transposed{In: s.In, Kernel: s.Kernel, Stride: s.Stride, Dilation: s.Dilation, Padding: arith.Explicit, Start: s.Padding, End: s.Padding, Output: s.Output}
		if _, err := t.Direct(); err != nil { // a padding above k−1
			return c, fmt.Errorf("plots: %w", err)
		}
		if c.before, c.after, err = t.EquivalentPads(); err != nil {
			return c, fmt.Errorf("plots: %w", err)
		}
		c.between, c.stride = c.stride-1, 1
	}
	for range c.before {
		c.cells = append(c.cells, -1)
	}
	for i := range s.In {
		for range min(i, 1) * c.between {
			c.cells = append(c.cells, -1)
		}
		c.cells = append(c.cells, i)
	}
	for range c.after {
		c.cells = append(c.cells, -1)
	}
	if n := max(len(c.cells), c.out); n > maxScene {
		return c, fmt.Errorf("plots: a setting with %d cells a side: at most %d can be drawn", n, maxScene)
	}
	if want := (len(c.cells)-c.span())/c.stride + 1; want != c.out {
		return c, fmt.Errorf("plots: the drawing has %d output cells a side, the formula gives %d", want, c.out)
	}
	return c, nil
}

// span is how many cells the kernel spans.
func (c scene) span() int { return (c.Kernel-1)*c.dilation + 1 }

// reads reports whether output cell o reads a cell of the padded input.
func (c scene) reads(o, cell int) bool {
	d := cell - o*c.stride
	return d >= 0 && d < c.span() && d%c.dilation == 0
}

// unread returns which rows of the padded input no output cell reads.
func (c scene) unread() []bool {
	free := make([]bool, len(c.cells))
	for cell := range c.cells {
		free[cell] = true
		for o := range c.out {
			if c.reads(o, cell) {
				free[cell] = false
			}
		}
	}
	return free
}

// never is how many cells of the plane no output cell reads: of the input, and
// with the zeros.
func (c scene) never() (input, all int) {
	readInput, read := 0, 0
	for cell, free := range c.unread() {
		if free {
			continue
		}
		read++
		if c.cells[cell] >= 0 {
			readInput++
		}
	}
	return c.In*c.In - readInput*readInput, len(c.cells)*len(c.cells) - read*read
}

// formula writes the setting: "i=5 k=3 s=2 p=1 → o=3".
func (c scene) formula() string {
	prime := ""
	if c.Operation == arith.TransposedConvolution {
		prime = "'"
	}
	s := fmt.Sprintf("i%s=%d k=%d s=%d p=%d", prime, c.In, c.Kernel, max(c.Setting.Stride, 1), c.Padding)
	if c.Operation == arith.Pooling {
		s = fmt.Sprintf("i=%d k=%d s=%d p=%d", c.In, c.Kernel, c.stride, c.Padding)
	}
	if c.dilation > 1 {
		s += fmt.Sprintf(" d=%d", c.dilation)
	}
	if c.Output > 0 {
		s += fmt.Sprintf(" a=%d", c.Output)
	}
	return s + fmt.Sprintf(" → o%s=%d", prime, c.out)
}

// zeros says what zeros stand around and between the input's cells.
func (c scene) zeros() string {
	var parts []string
	if c.between > 0 {
		parts = append(parts, fmt.Sprintf("%d between", c.between))
	}
	switch {
	case c.before == c.after && c.before > 0:
		parts = append(parts, fmt.Sprintf("%d around", c.before))
	case c.before != c.after:
		parts = append(parts, fmt.Sprintf("%d before, %d after", c.before, c.after))
	}
	if len(parts) == 0 {
		return "no zeros"
	}
	return "zeros: " + strings.Join(parts, ", ")
}
