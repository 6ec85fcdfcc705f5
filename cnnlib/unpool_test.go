package cnnlib_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
)

// Section 5.17.2: the largest values go back to where they were.
func ExampleSwitches() {
	show(cnnlib.Switches{Pool: cnnlib.MaxPool2D{Window: 2}}, [][]float64{{1, 1, 2, 4}, {5, 6, 7, 8}, {3, 2, 1, 0}, {1, 2, 3, 4}})
	// Output:
	// [0 0 0 0]
	// [0 6 0 8]
	// [3 0 0 0]
	// [0 0 0 4]
}

// An autoencoder: two poolings, a convolution between the halves, two unpoolings.
func ExampleSwitches_nested() {
	net := cnnlib.Switches{Pool: cnnlib.MaxPool2D{Window: 2}, Inside: cnnlib.Switches{
		Pool: cnnlib.MaxPool2D{Window: 2}, Inside: cnnlib.Conv2D{Channels: 8, Kernel: 3, Padding: cnnlib.Same},
	}}
	in := cnnlib.Shape{28, 28, 8}
	fmt.Println(net.OutShape(in))
	fmt.Println(net.Params(in), net.MACs(in)) // 3·3·8·8+8, and 3·3·8·8 on 7·7 cells
	// Output:
	// [N 28 28 8] <nil>
	// 584 28224
}

func ExampleMaxPool2D_WithIndices() {
	backend, err := openGo()
	if err != nil {
		fmt.Println(err)
		return
	}
	results, err := graph.CallOnceN(backend, func(x *graph.Node) []*graph.Node {
		y, indices := cnnlib.MaxPool2D{Window: 2}.WithIndices(x)
		half := graph.MulScalar(y, 0.5) // whatever is done with the pooled values
		return []*graph.Node{y, indices, lower.MaxUnpool(half, indices, 2, 4)}
	}, [][][][]float32{{{{1}, {1}, {2}, {4}}, {{5}, {6}, {7}, {8}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range results {
		fmt.Println(r.Value())
	}
	// Output:
	// [[[[6] [8]]]]
	// [[[[5] [7]]]]
	// [[[[0] [0] [0] [0]] [[0] [3] [0] [4]]]]
}

// Of equal values the first by rows is recorded, and padding never is, not even
// against -∞.
func TestIndices(t *testing.T) {
	inf := float32(math.Inf(-1))
	padded := cnnlib.MaxPool2D{Window: 2, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: 1, Left: 1, Bottom: 1, Right: 1}}
	for _, c := range []struct {
		pool cnnlib.MaxPool2D
		x    [][][][]float32
		want [][][][]int32
	}{
		{cnnlib.MaxPool2D{Window: 2}, [][][][]float32{{{{0}, {7}}, {{7}, {0}}}}, [][][][]int32{{{{1}}}}},
		{cnnlib.MaxPool2D{Window: 2}, [][][][]float32{{{{inf}, {inf}}, {{inf}, {inf}}}}, [][][][]int32{{{{0}}}}},
		{padded, [][][][]float32{{{{-1}, {-2}}, {{-3}, {-4}}}}, [][][][]int32{{{{0}, {1}}, {{2}, {3}}}}},
		{padded, [][][][]float32{{{{inf}, {-2}}, {{-3}, {-4}}}}, [][][][]int32{{{{0}, {1}}, {{2}, {3}}}}},
	} {
		got, err := graph.CallOnce(goBackend(t), func(x *graph.Node) *graph.Node {
			_, indices := c.pool.WithIndices(x)
			return indices
		}, c.x)
		if err != nil || !reflect.DeepEqual(got.Value(), any(c.want)) {
			t.Errorf("%v of %v: %v, %v, want %v", c.pool, c.x, got, err, c.want)
		}
	}
}

// Two windows that overlap take the same value: it comes back twice.
func TestOverlappingUnpoolSums(t *testing.T) {
	got := pooledMatrix(t, cnnlib.Switches{Pool: cnnlib.MaxPool2D{Window: 1, WindowW: 2, Stride: 1}}, [][]float64{{1, 5, 2}})
	if want := [][]float64{{0, 10, 0}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestMaxUnpoolRefusesOtherShapes(t *testing.T) {
	_, err := graph.CallOnce(goBackend(t), func(x *graph.Node) *graph.Node {
		_, indices := cnnlib.MaxPool2D{Window: 2}.WithIndices(x)
		return lower.MaxUnpool(x, indices, 2, 2)
	}, [][][][]float32{{{{0}, {7}}, {{7}, {0}}}})
	if err == nil || !strings.Contains(err.Error(), "as MaxPool2D.WithIndices returns them") {
		t.Errorf("%v: indices of another shape were taken", err)
	}
}

func TestSwitchesRefuse(t *testing.T) {
	picture := cnnlib.Shape{6, 6, 2}
	pool := cnnlib.MaxPool2D{Window: 2}
	for _, c := range []struct {
		layer cnnlib.Layer
		in    cnnlib.Shape
		want  string
	}{
		{cnnlib.Switches{}, picture, "MaxPool2D{}: Window is 0"},
		{cnnlib.Switches{Pool: pool, Inside: cnnlib.Conv2D{Channels: 3, Kernel: 1}}, picture, "Inside makes [N 3 3 3] of the pooled [N 3 3 2], want the same shape"},
		{cnnlib.Sequential{cnnlib.ReLU, cnnlib.Switches{Pool: pool, Inside: cnnlib.Sequential{cnnlib.Conv2D{Channels: 3, Kernel: 4}}}}, picture, "layer 1.0 Conv2D"},
	} {
		checkRefuses(t, c.layer, c.in, c.want)
	}
	if got, want := (cnnlib.Switches{Pool: pool, Inside: cnnlib.ReLU}).String(), "Switches{Pool: MaxPool2D{Window: 2}, Inside: ReLU}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
