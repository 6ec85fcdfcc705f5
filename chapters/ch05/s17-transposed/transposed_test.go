package transposed

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/ref"
	"cnnbook/internal/purego"
)

// TestViewsAgree: the four views and the library's layer give the same integers,
// also for oblong pictures and kernels, and for kernels smaller than the stride.
func TestViewsAgree(t *testing.T) {
	backend := purego.Open(t)
	r := rand.New(rand.NewPCG(17, 0))
	for _, c := range [][5]int{{2, 2, 4, 4, 3}, {3, 2, 2, 3, 1}, {1, 3, 3, 1, 2}, {2, 3, 1, 2, 3}, {3, 3, 5, 5, 2}} {
		x, kernel, stride := grid.RandomIntegers(r, c[0], c[1]), grid.RandomIntegers(r, c[2], c[3]), c[4]
		views, err := Views(backend, x, kernel, stride)
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		want := stamps(x, kernel, stride)
		for _, v := range views {
			if !ref.EqualWithin(v.Result, want, 0) { // integers below 2²⁴ are exact in float32
				t.Errorf("%v: %s gives %v, want %v", c, v.Name, v.Result, want)
			}
		}
		layer, err := transposeLayer(backend, cnnlib.ConvTranspose2D{Stride: stride}, x, kernel)
		if err != nil || !ref.EqualWithin(layer, want, 0) {
			t.Errorf("%v: the layer gives %v, %v, want %v", c, layer, err, want)
		}
	}
}

func TestViewsRefuse(t *testing.T) {
	if _, err := Views(nil, turnImage, turnKernel, 0); err == nil {
		t.Error("Views takes stride 0")
	}
	if _, err := Views(nil, nil, turnKernel, 1); err == nil {
		t.Error("Views takes an empty picture")
	}
}

// TestProjection: taking an answer back on the backend, by the library's layers,
// gives what project computes; and nothing falls outside the receptive field.
func TestProjection(t *testing.T) {
	backend := purego.Open(t)
	m, err := Trained(backend, deconvNetID, "conv-pool-conv-pool")
	if err != nil {
		t.Fatal(err)
	}
	test, err := data.MNISTTest()
	if err != nil {
		t.Fatal(err)
	}
	const picture, channel = 3, 5
	p, err := project(m, test, picture, channel)
	if err != nil {
		t.Fatal(err)
	}
	if p.answer <= 0 {
		t.Fatalf("map %d does not answer to picture %d: choose another", channel, picture)
	}

	top, size := field(p.row)
	left, _ := field(p.col)
	outside := grid.Zeros(len(p.pixels), len(p.pixels[0]))
	for i, row := range p.pixels {
		for j, v := range row {
			if i < top || i >= top+size || j < left || j >= left+size {
				outside[i][j] = v
			}
		}
	}
	if blanks(outside) != len(flat(outside)) {
		t.Errorf("the projection reaches out of the receptive field: %v", outside)
	}

	one, err := test.Slice(picture, picture+1)
	if err != nil {
		t.Fatal(err)
	}
	got, err := projectOnBackend(backend, m.Maps, m.Weights, one, p)
	if err != nil {
		t.Fatal(err)
	}
	// One answer stamps each of the 8 first maps once: a product. A pixel then sums at
	// most 25·8 of these times a weight. A sum of n products in float32 is off by at most
	// (n+2)·2⁻²⁴ times the sum of their sizes.
	weights, err := m.Weights()
	if err != nil {
		t.Fatal(err)
	}
	const terms = 25 * 8
	sizes := terms * p.answer * largestOf(arrayOf(weights["0/weights"]).Data) * largestOf(arrayOf(weights["2/weights"]).Data)
	if bound := (terms + 2) * math.Pow(2, -24) * sizes; !ref.EqualWithin(got, p.pixels, bound) {
		t.Errorf("on the backend the projection is %v, want %v", got, p.pixels)
	}
}

func largestOf(values []float64) (largest float64) {
	for _, v := range values {
		largest = max(largest, math.Abs(v))
	}
	return largest
}

// projectOnBackend takes the answer of p back by MaxUnpool and ConvTranspose2D.
func projectOnBackend(b compute.Backend, maps func(*data.Images, int) (*tensors.Tensor, error), weights func() (map[string]*tensors.Tensor, error), one *data.Images, p projection) ([][]float64, error) {
	first, err := maps(one, 1)
	if err != nil {
		return nil, err
	}
	second, err := maps(one, 3)
	if err != nil {
		return nil, err
	}
	w, err := weights()
	if err != nil {
		return nil, err
	}
	dims := second.Shape().Dimensions
	mask := make([]float32, dims[1]*dims[2]*dims[3])
	mask[(p.row*dims[2]+p.col)*dims[3]+p.channel] = 1
	layers := [2]cnnlib.ConvTranspose2D{
		{Channels: 8, Kernel: 5, NoBias: true, Init: kernelValues(arrayOf(w["2/weights"]).Data)},
		{Channels: 1, Kernel: 5, NoBias: true, Init: kernelValues(arrayOf(w["0/weights"]).Data)},
	}
	var y *tensors.Tensor
	err = lower.Guard("projecting", func() (err error) {
		y, err = model.CallOnce(b, model.NewStore(), func(s *model.Scope, first, second, mask *graph.Node) *graph.Node {
			_, places1 := cnnlib.MaxPool2D{Window: 2}.WithIndices(first)
			_, places2 := cnnlib.MaxPool2D{Window: 2}.WithIndices(second)
			kept, _ := cnnlib.MaxPool2D{Window: 2}.WithIndices(graph.Mul(second, mask))
			x := graph.Max(lower.MaxUnpool(kept, places2, dims[1], dims[2]), graph.ScalarZero(kept.Graph(), kept.DType()))
			x = layers[0].Build(s.In("back2"), x)
			x = graph.Max(lower.MaxUnpool(x, places1, 24, 24), graph.ScalarZero(x.Graph(), x.DType()))
			return layers[1].Build(s.In("back1"), x)
		}, first, second, tensors.FromFlatDataAndDimensions(mask, 1, dims[1], dims[2], dims[3]))
		return err
	})
	if err != nil {
		return nil, err
	}
	return cnnlib.ToMatrix(y, 0)
}

// kernelValues starts a layer from these weights.
type kernelValues []float64

func (k kernelValues) Weights(_ *rand.Rand, _ cnnlib.Fan, w []float64) { copy(w, k) }
func (kernelValues) Biases(*rand.Rand, cnnlib.Fan, []float64)          {}
func (kernelValues) String() string                                    { return "kernelValues" }

func ExampleViews() {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		fmt.Println(err)
		return
	}
	views, err := Views(backend, [][]float64{{1, 2}}, [][]float64{{3, 4, 5}}, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range views {
		fmt.Println(v.Result, v.Name)
	}
	// Output:
	// [[3 4 11 8 10]] scatter
	// [[3 4 11 8 10]] zeros inserted, kernel turned
	// [[3 4 11 8 10]] matrix Cᵀ
	// [[3 4 11 8 10]] gradient of a convolution
}

func ExampleStampSetting() {
	_, formula, err := StampSetting(4, 3, 0)
	fmt.Println(formula, err)
	_, _, err = StampSetting(1, 1, 2)
	fmt.Println(err != nil)
	// Output:
	// o = (i − 1)·s + k − 2p = (2 − 1)·3 + 4 − 2·0 = 7 <nil>
	// true
}
