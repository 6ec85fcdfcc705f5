package cnnlib

import (
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/lower"
)

// Padding says how many zeros stand around the input. The zero value is Valid.
type Padding = arith.Padding

// The paddings; see package arith for their numbers of zeros.
const (
	Valid    = arith.Valid    // no zeros
	Same     = arith.Same     // (k-1)/2 before and k/2 after the input: keeps the size at stride 1
	Full     = arith.Full     // k-1 on each side
	Explicit = arith.Explicit // as given in the layer's field Pads
)

// convolution is what the convolution layers share: a kernel that moves over the
// axes of an image [axes... C] and gives [axes... channels]. The layers translate
// their fields into it, zeros replaced by what they mean.
type convolution struct {
	layer  Layer        // for messages
	wrong  error        // a setting that is wrong whatever the input
	names  []string     // of the axes, for messages
	axes   []arith.Conv // geometry of each axis; outShape and at set In
	groups int

	channels   int
	noBias     bool
	activation Activation
	init       Initializer

	// What to start from, in the order of the variables; nil means drawn by init.
	// check compares it with the input channels per group.
	weights, biases []float64
	check           func(channelsPerGroup int) error
}

// number is a setting with the name of its field.
type number struct {
	field string
	value int
}

// positive returns an error that names the first number below 1.
func positive(numbers ...number) error {
	for _, n := range numbers {
		if n.value < 1 {
			return fmt.Errorf("%s is %d, want at least 1", n.field, n.value)
		}
	}
	return nil
}

// checkedProduct returns the product of numbers that are not negative, or an error if an
// int cannot hold it.
func checkedProduct(factors ...int) (int, error) {
	p := 1
	for _, f := range factors {
		if f != 0 && p > math.MaxInt/f {
			return 0, fmt.Errorf("the product of %v is more than an int can count", factors)
		}
		p *= f
	}
	return p, nil
}

// reason returns the text of an error of package arith without its prefix.
func reason(err error) string { return strings.TrimPrefix(err.Error(), "arith: ") }

// outShape returns the size on each axis, and channels.
func (c convolution) outShape(in Shape) (Shape, error) {
	if c.wrong != nil {
		return nil, refuse(c.layer, in, "%v", c.wrong)
	}
	rank := len(c.axes)
	if len(in) != rank+1 {
		return nil, refuse(c.layer, in, "the input has %d axes beside N, want %d: %s, channels", len(in), rank+1, strings.Join(c.names, ", "))
	}
	if !c.activation.known() {
		return nil, refuse(c.layer, in, "%v is none of %v", c.activation, activationNames)
	}
	out := make(Shape, 0, rank+1)
	for i, axis := range c.at(in) {
		o, err := axis.Out()
		if err != nil {
			return nil, refuse(c.layer, in, "%s: %s", c.names[i], reason(err))
		}
		out = append(out, o)
	}
	taps, err := c.taps()
	if err != nil {
		return nil, refuse(c.layer, in, "%v", err)
	}
	positions, err := checkedProduct(out...)
	if err != nil {
		return nil, refuse(c.layer, in, "%v", err)
	}
	if _, err := arith.MACs(in[rank], c.channels, taps, c.groups, positions); err != nil {
		return nil, refuse(c.layer, in, "%s", reason(err))
	}
	if c.check != nil {
		if err := c.check(in[rank] / c.groups); err != nil {
			return nil, refuse(c.layer, in, "%v", err)
		}
	}
	return append(out, c.channels), nil
}

// at returns the geometry for an input of the right number of axes.
func (c convolution) at(in Shape) []arith.Conv {
	axes := make([]arith.Conv, len(c.axes))
	for i, axis := range c.axes {
		axis.In = in[i]
		axes[i] = axis
	}
	return axes
}

// kernel returns the sizes of the kernel on the axes.
func (c convolution) kernel() []int {
	sizes := make([]int, len(c.axes))
	for i, axis := range c.axes {
		sizes[i] = axis.Kernel
	}
	return sizes
}

// taps returns the number of cells of the kernel.
func (c convolution) taps() (int, error) { return checkedProduct(c.kernel()...) }

// params returns taps·(C/groups)·channels, plus channels unless noBias.
func (c convolution) params(in Shape) int {
	if _, err := c.outShape(in); err != nil {
		return 0
	}
	taps, _ := c.taps() // OutShape has checked it, and the counts below
	count := arith.Params
	if c.noBias {
		count = arith.Weights
	}
	n, _ := count(in[len(in)-1], c.channels, taps, c.groups)
	return n
}

// macs returns taps·(C/groups)·channels times the positions.
func (c convolution) macs(in Shape) int {
	out, err := c.outShape(in)
	if err != nil {
		return 0
	}
	taps, _ := c.taps() // outShape has checked it, and the counts below
	positions, _ := checkedProduct(out[:len(out)-1]...)
	n, _ := arith.MACs(in[len(in)-1], c.channels, taps, c.groups, positions)
	return n
}

// fan returns the connections of one neuron.
func (c convolution) fan(in Shape) Fan {
	taps, _ := c.taps() // outShape has checked it
	return Fan{In: taps * in[len(in)-1] / c.groups, Out: taps * c.channels / c.groups}
}

// kernelNode returns the variable "weights" [kernel... C/groups channels] for x.
func (c convolution) kernelNode(s *model.Scope, x *graph.Node) *graph.Node {
	in := shapeOf(x.Shape())
	dims := append(c.kernel(), in[len(in)-1]/c.groups, c.channels)
	return weights(s, x.Graph(), shapes.Make(x.DType(), dims...), c.weights, c.init, c.fan(in))
}

// build convolves x [N axes... C] and returns [N axes... channels].
func (c convolution) build(s *model.Scope, x *graph.Node) *graph.Node {
	in := shapeOf(x.Shape())
	if _, err := c.outShape(in); err != nil {
		panic(err)
	}
	y := lower.Convolve(x, c.kernelNode(s, x), c.at(in), c.groups)
	return c.finish(s, y, c.fan(in))
}

// finish adds the variable "biases" [channels] to y [N axes... channels], unless
// noBias, and applies the activation.
func (c convolution) finish(s *model.Scope, y *graph.Node, fan Fan) *graph.Node {
	if !c.noBias {
		b := biases(s, y.Graph(), shapes.Make(y.DType(), c.channels), c.biases, c.init, fan) // [channels]
		y = graph.Add(y, graph.ExpandLeftToRank(b, y.Rank()))
	}
	return c.activation.Build(s, y)
}

// padding adds Padding, and Pads if they are given.
func (f *fields) padding(p Padding, pads interface{ given() (string, bool) }) {
	if p != Valid {
		f.add("Padding", p.String())
	}
	if text, ok := pads.given(); ok {
		f.add("Pads", text)
	}
}

// result adds what is done with the sums.
func (f *fields) result(noBias bool, a Activation, init Initializer) {
	if noBias {
		f.add("NoBias", "true")
	}
	if a != None {
		f.add("Activation", a.String())
	}
	if init != nil {
		f.add("Init", init.String())
	}
}
