package transposed

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/chapters/grid"
	"cnnbook/chapters/sectiontest"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/ref"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/purego"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E05", "E59")
}

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
		layer, err := cnnlib.RunPlane(backend, cnnlib.ConvTranspose2D{Stride: stride, NoBias: true, Weights: cnnlib.Filter(kernel)}, x)
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
	m, err := Trained(backend, experimentID, armName)
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

	top, size := receptiveField(p.row)
	left, _ := receptiveField(p.col)
	outside := grid.Zeros(len(p.pixels), len(p.pixels[0]))
	for i, row := range p.pixels {
		for j, v := range row {
			if i < top || i >= top+size || j < left || j >= left+size {
				outside[i][j] = v
			}
		}
	}
	if countZeros(outside) != len(grid.Flat(outside)) {
		t.Errorf("the projection reaches out of the receptive field: %v", outside)
	}

	one, err := test.Slice(picture, picture+1)
	if err != nil {
		t.Fatal(err)
	}
	got, err := projectOnBackend(backend, m, one, p)
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
func projectOnBackend(backend compute.Backend, m *train.Model, one *data.Images, p projection) ([][]float64, error) {
	first, err := m.Maps(one, 1)
	if err != nil {
		return nil, err
	}
	second, err := m.Maps(one, 3)
	if err != nil {
		return nil, err
	}
	w, err := m.Weights()
	if err != nil {
		return nil, err
	}
	dims := second.Shape().Dimensions
	mask := make([]float32, dims[1]*dims[2]*dims[3])
	mask[(p.row*dims[2]+p.col)*dims[3]+p.channel] = 1
	layers := [2]cnnlib.ConvTranspose2D{
		{NoBias: true, Weights: weightsOf(w["2/weights"])},
		{NoBias: true, Weights: weightsOf(w["0/weights"])},
	}
	var y *tensors.Tensor
	err = lower.Guard("projecting", func() (err error) {
		y, err = model.CallOnce(backend, model.NewStore(), func(s *model.Scope, first, second, mask *graph.Node) *graph.Node {
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

// weightsOf are the kernels of a variable [K K Cout Cin] as a ConvTranspose2D takes them.
func weightsOf(t *tensors.Tensor) cnnlib.Weights {
	a := arrayOf(t)
	rows, columns, outs, ins := a.Shape[0], a.Shape[1], a.Shape[2], a.Shape[3]
	w := make(cnnlib.Weights, ins)
	for c := range w {
		for o := range outs {
			kernel := grid.Zeros(rows, columns)
			for i := range kernel {
				for j := range kernel[i] {
					kernel[i][j] = a.Data[((i*columns+j)*outs+o)*ins+c]
				}
			}
			w[c] = append(w[c], kernel)
		}
	}
	return w
}
