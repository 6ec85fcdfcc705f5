package layers

import (
	"fmt"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/nets"
	"cnnbook/plots"
)

// The section has two networks, that of its text and that of its picture, and calls their
// layers CONV, RELU, POOL and FC.

// textNet returns the network of the text and the shape of its input.
func textNet() (cnnlib.Sequential, cnnlib.Shape) {
	n := nets.CIFAR()
	return n.Net.(cnnlib.Sequential), n.In
}

// pictureNet returns the network that the section's picture shows, from its column heads:
// three times CONV RELU CONV RELU POOL, then FC, with ten maps a layer. The picture gives
// no sizes; its source (Stanford CS231n) has 3×3 kernels that keep the size.
func pictureNet() cnnlib.Sequential {
	var net cnnlib.Sequential
	for range 3 {
		for range 2 {
			net = append(net, cnnlib.Conv2D{Channels: 10, Kernel: 3, Padding: cnnlib.Same}, cnnlib.ReLU)
		}
		net = append(net, cnnlib.MaxPool2D{Window: 2})
	}
	return append(net, cnnlib.Flatten{}, cnnlib.Dense{Units: 10})
}

// word is the section's name for a kind of layer.
type word struct {
	Name string
	Kind plots.Kind
}

// wordFor returns the section's name for a layer. Flatten, which only says that the axes
// become one, is not a layer of the book and has none.
func wordFor(layer cnnlib.Layer) (w word, ok bool) {
	switch layer.(type) {
	case cnnlib.Conv2D:
		return word{"CONV", plots.Convolution}, true
	case cnnlib.Activation:
		return word{"RELU", plots.Activation}, true
	case cnnlib.MaxPool2D:
		return word{"POOL", plots.Pooling}, true
	case cnnlib.Dense:
		return word{"FC", plots.Dense}, true
	}
	return word{}, false
}

// kinds counts the layers of a network by their names, which are in the order of the
// network.
func kinds(net cnnlib.Sequential) (names []string, count map[string]int) {
	count = map[string]int{}
	for _, layer := range net {
		w, ok := wordFor(layer)
		if !ok {
			continue
		}
		if count[w.Name]++; count[w.Name] == 1 {
			names = append(names, w.Name)
		}
	}
	return names, count
}

// textShapes runs the text's network on the backend, one layer more each time, and returns
// the shapes behind the layers that the section names.
func textShapes(backend compute.Backend) (names []string, shapes []cnnlib.Shape) {
	net, in := textNet()
	for i, layer := range net {
		if w, ok := wordFor(layer); ok {
			names = append(names, w.Name)
			shapes = append(shapes, shapeBehind(backend, net[:i+1], in))
		}
	}
	return names, shapes
}

// shapeBehind runs a network on the backend and returns the shape of its result.
func shapeBehind(backend compute.Backend, net cnnlib.Layer, in cnnlib.Shape) cnnlib.Shape {
	return chapters.Must(cnnlib.Run(backend, net, counted(in))).Shape().Dimensions[1:]
}

// counted is an input of the given shape with the numbers 0 to 4 in it, again and again.
func counted(shape cnnlib.Shape) *tensors.Tensor {
	x := make([]float32, shape.Size())
	for i := range x {
		x[i] = float32(i % 5)
	}
	return tensors.FromFlatDataAndDimensions(x, append([]int{1}, shape...)...)
}

// formatShape writes a shape as the book does: 16·16·12.
func formatShape(s cnnlib.Shape) string {
	parts := make([]string, len(s))
	for i, n := range s {
		parts[i] = fmt.Sprint(n)
	}
	return strings.Join(parts, "·")
}
