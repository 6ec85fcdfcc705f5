package cnnlib

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Summary writes a table of the network for the input in, one line a layer: its
// index and its literal, shortened if it is long; the shape of its result; its
// trainable parameters, biases included; its MACs for one example; and its receptive
// field. The layers of a Sequential, Parallel or Residual stand below it, moved to the
// right, and are counted there. The last lines add up parameters and MACs, and say
// how much memory the parameters and the results of all layers take as float32.
//
// The receptive field is the number of rows and columns of the input that one value
// of the result depends on (section 5.8 of the book): each layer adds
// (its effective kernel - 1) · the product of the strides before it. At the borders a
// part of it can lie on padding. Of branches it is the largest. "all" is the whole
// input, as behind a Dense; "?" stands behind layers for which it is not computed
// (those that enlarge, and layers from other packages).
//
// It returns the error of OutShape, before anything is written, or that of w.
func Summary(w io.Writer, net Layer, in Shape) error {
	if net == nil {
		return errors.New("cnnlib: the network is nil")
	}
	if _, err := net.OutShape(in); err != nil {
		return err
	}
	t := summary{{"layer", "output", "parameters", "MACs", "receptive field"}, {"input", in.String(), "", "", ""}}
	results := 0
	if chain, ok := net.(Sequential); ok {
		results = t.chain(chain, "", 0, in, firstField(in))
	} else {
		results = t.layer(net, "", 0, in, firstField(in))
	}

	var b strings.Builder
	t.print(&b)
	const bytes, mega = 4, 1e6 // of a float32; of a MB
	fmt.Fprintf(&b, "\n%d parameters, biases included; %d MACs for one example\n", net.Params(in), net.MACs(in))
	fmt.Fprintf(&b, "memory as float32: %.3f MB for the parameters, %.3f MB for the results of one example (1 MB = 10^6 bytes)\n",
		bytes*float64(net.Params(in))/mega, bytes*float64(results)/mega)
	_, err := io.WriteString(w, b.String())
	return err
}

// summary is the table: rows of five columns.
type summary [][5]string

// layer adds the rows of one layer and of the layers inside it. It returns the
// number of values of all their results. The layer must accept in.
func (t *summary) layer(layer Layer, path string, depth int, in Shape, field receptiveField) (results int) {
	out, _ := layer.OutShape(in) // accepted
	row := func(name, params, macs string) {
		name = strings.Repeat("  ", depth) + strings.TrimSpace(path+" "+name)
		*t = append(*t, [5]string{name, out.String(), params, macs, field.through(layer, in).String()})
	}
	switch l := layer.(type) {
	case Sequential:
		row("Sequential", "", "")
		return t.chain(l, path, depth+1, in, field) // its result is that of its last layer
	case Parallel:
		row("Parallel", "", "")
		results = out.Size()
		for i, branch := range l {
			results += t.layer(branch, within(path, i), depth+1, in, field)
		}
		return results
	case Residual:
		name := "Residual"
		if l.Activation != None {
			name += " with " + l.Activation.String()
		}
		row(name, "", "")
		results = out.Size() + t.layer(l.Body, within(path, 0), depth+1, in, field)
		if l.Shortcut != nil {
			results += t.layer(l.Shortcut, within(path, 1), depth+1, in, field)
		}
		return results
	}
	row(short(layer.String()), strconv.Itoa(layer.Params(in)), strconv.Itoa(layer.MACs(in)))
	return out.Size()
}

// chain adds the rows of the layers of a Sequential.
func (t *summary) chain(net Sequential, path string, depth int, in Shape, field receptiveField) (results int) {
	for i, layer := range net {
		results += t.layer(layer, within(path, i), depth, in, field)
		field = field.through(layer, in)
		in, _ = layer.OutShape(in) // accepted
	}
	return results
}

// within returns the path of layer i inside the one with the given path.
func within(path string, i int) string {
	if path == "" {
		return strconv.Itoa(i)
	}
	return path + "." + strconv.Itoa(i)
}

// short cuts a literal that is too long for the table.
func short(literal string) string {
	const most = 56 // a Conv2D with four fields
	runes := []rune(literal)
	if len(runes) <= most {
		return literal
	}
	return string(runes[:most-1]) + "…"
}

// print writes the columns: names and shapes from the left, numbers from the right.
func (t summary) print(b *strings.Builder) {
	var widths [5]int
	for _, row := range t {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for _, r := range t {
		line := fmt.Sprintf("%-*s  %-*s  %*s  %*s  %*s", widths[0], r[0], widths[1], r[1], widths[2], r[2], widths[3], r[3], widths[4], r[4])
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}
