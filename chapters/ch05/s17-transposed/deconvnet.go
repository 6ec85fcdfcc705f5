package transposed

import (
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/stat"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
	"cnnbook/cnnlib/train"
)

// deconvNetID is the experiment whose trained network is looked into.
const deconvNetID = "05_17_deconvnet"

// deconvNet is small enough that all of its second feature maps fit in a figure, and
// that its weights (6,000 numbers) can be kept.
var deconvNet = cnnlib.Sequential{
	cnnlib.Conv2D{Channels: 8, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
	cnnlib.Conv2D{Channels: 16, Kernel: 5, Activation: cnnlib.ReLU}, cnnlib.MaxPool2D{Window: 2},
	cnnlib.Flatten{}, cnnlib.Dense{Units: 10},
}

// deconvNetExperiment trains deconvNet on MNIST, and measures how well the strongest
// answer of each map of the second convolution, taken back to the pixels, looks like
// what caused it: with the recorded places, and without.
func deconvNetExperiment() chapters.Experiment {
	arm := chapters.Classify("conv-pool-conv-pool", deconvNet, chapters.MNIST(20_000, 0),
		train.Options{Epochs: 4, Rate: train.Constant(0.05)}, measureProjections)
	arm.Keep = true
	return chapters.Experiment{
		ID:         deconvNetID,
		Question:   "A feature map's strongest answer, taken back to the pixels: does it look like the strokes that caused it, and does that need the recorded places of the pooling?",
		QuestionZH: "把特征图的最强响应反投影回像素：得到的图像是否像引起响应的笔画？这是否离不开池化时记录的位置？",
		Seeds:      3,
		Arms:       []chapters.Arm{arm},
	}
}

// searched is how many test pictures are looked through for strong answers.
const searched = 500

// measureProjections looks at the strongest answer of each map: the correlation of
// its projection with the pixels of its receptive field, as the mean over the maps.
func measureProjections(m *train.Model, _, _, test *data.Images) (map[string]float64, error) {
	found, err := strongestAnswers(m, test)
	if err != nil {
		return nil, err
	}
	var with, without []float64
	for _, p := range found {
		with = append(with, p.likeness(p.pixels))
		without = append(without, p.likeness(p.unplaced))
	}
	return map[string]float64{
		"live maps":                  float64(len(found)),
		"correlation with places":    stat.Mean(with, nil),
		"correlation without places": stat.Mean(without, nil),
	}, nil
}

// projection is the strongest answer of a feature map of the second convolution,
// taken back to the pixels.
type projection struct {
	channel  int // the feature map
	picture  int // in the test set
	row, col int // the cell of the feature map
	answer   float64
	image    [][]float64 // [28][28]
	pixels   [][]float64 // [28][28], unpooled to the recorded places
	unplaced [][]float64 // [28][28], unpooled to the first cell of each window
}

// strongestAnswers returns, for each feature map that answers at all, the projection
// of its largest answer to the first pictures of the set.
func strongestAnswers(m *train.Model, images *data.Images) ([]projection, error) {
	some, err := images.Slice(0, min(searched, images.N))
	if err != nil {
		return nil, err
	}
	maps, err := mapsOf(m, some, 3) // behind the second convolution
	if err != nil {
		return nil, err
	}
	channels := maps.Shape[3]
	best := make([]int, channels) // index of the largest answer
	for c := range best {
		best[c] = c
	}
	for i, v := range maps.Data {
		if c := i % channels; v > maps.Data[best[c]] {
			best[c] = i
		}
	}
	perPicture := len(maps.Data) / maps.Shape[0]
	var found []projection
	for c, at := range best {
		if maps.Data[at] <= 0 {
			continue // the map answers to none of these pictures
		}
		p, err := project(m, some, at/perPicture, c)
		if err != nil {
			return nil, err
		}
		found = append(found, p)
	}
	return found, nil
}

// project takes the largest answer of one feature map of the second convolution to
// one picture back to the pixels (M. Zeiler, R. Fergus, arXiv:1311.2901, §2.1): all
// other answers are set to 0; then, for each layer in turn from the last, values go
// back to the places the pooling took them from, negative ones become 0, and a
// transposed convolution with the layer's own weights, without biases, follows.
func project(m *train.Model, images *data.Images, picture, channel int) (projection, error) {
	p := projection{channel: channel, picture: picture}
	one, err := images.Slice(picture, picture+1)
	if err != nil {
		return p, err
	}
	p.image = one.Plane(0)
	first, err := mapsOf(m, one, 1) // [1 24 24 8]
	if err != nil {
		return p, err
	}
	second, err := mapsOf(m, one, 3) // [1 8 8 16]
	if err != nil {
		return p, err
	}
	weights, err := m.Weights()
	if err != nil {
		return p, err
	}
	w1, w2 := arrayOf(weights["0/weights"]), arrayOf(weights["2/weights"])

	pooled, from2, err := ref.MaxPool(second, halves(second.Shape[1]), halves(second.Shape[2])) // [1 4 4 16]
	if err != nil {
		return p, err
	}
	_, from1, err := ref.MaxPool(first, halves(first.Shape[1]), halves(first.Shape[2]))
	if err != nil {
		return p, err
	}
	keep, at := ref.NewArray(pooled.Shape...), 0
	for i, v := range pooled.Data {
		if i%pooled.Shape[3] == channel && v > p.answer {
			p.answer, at = v, i
		}
	}
	keep.Data[at] = p.answer
	place := from2[at] / second.Shape[3]
	p.row, p.col = place/second.Shape[2], place%second.Shape[2]

	back := func(from2, from1 []int) ([][]float64, error) {
		x, err := takeBack(keep, second.Shape, from2, w2) // [1 12 12 8]
		if err != nil {
			return nil, err
		}
		if x, err = takeBack(x, first.Shape, from1, w1); err != nil { // [1 28 28 1]
			return nil, err
		}
		return x.Plane(0, 0)
	}
	if p.pixels, err = back(from2, from1); err != nil {
		return p, err
	}
	p.unplaced, err = back(firstPlaces(second.Shape), firstPlaces(first.Shape))
	return p, err
}

// takeBack goes back through a pooling and the convolution before it.
func takeBack(x ref.Array, shape []int, from []int, weights ref.Array) (ref.Array, error) {
	u, err := ref.Unpool(shape, from, x)
	if err != nil {
		return ref.Array{}, err
	}
	for i, v := range u.Data {
		u.Data[i] = max(v, 0)
	}
	return ref.Transposed(u, weights, nil, ref.TransposedOptions{})
}

// firstPlaces are those of the top left cells of the 2×2 windows on [1 H W C], in
// the order of ref.MaxPool.
func firstPlaces(shape []int) []int {
	var places []int
	for row := 0; row+1 < shape[1]; row += 2 {
		for col := 0; col+1 < shape[2]; col += 2 {
			for c := range shape[3] {
				places = append(places, (row*shape[2]+col)*shape[3]+c)
			}
		}
	}
	return places
}

// halves are the windows of a 2×2 pooling on one axis.
func halves(in int) []ref.Bin {
	var bins []ref.Bin
	for i := 0; i+1 < in; i += 2 {
		bins = append(bins, ref.Bin{From: i, To: i + 2})
	}
	return bins
}

// field returns the first cell and the size of the receptive field of a cell of the
// second convolution's maps, on one axis.
func field(cell int) (first, size int) {
	f, err := arith.Field{}.Through(arith.Conv{Kernel: 5}, arith.Pool{Window: 2}, arith.Conv{Kernel: 5})
	if err != nil {
		panic(err) // constants
	}
	return f.First(cell), f.Size
}

// cut returns the receptive field of the answer.
func (p projection) cut(plane [][]float64) [][]float64 {
	top, size := field(p.row)
	left, _ := field(p.col)
	var out [][]float64
	for _, row := range plane[top : top+size] {
		out = append(out, slices.Clone(row[left:left+size]))
	}
	return out
}

// likeness is the correlation of a projection with the picture inside the receptive
// field.
func (p projection) likeness(plane [][]float64) float64 {
	return stat.Correlation(flat(p.cut(plane)), flat(p.cut(p.image)), nil)
}

// mapsOf runs the first n layers on the backend and returns what they make.
func mapsOf(m *train.Model, images *data.Images, n int) (ref.Array, error) {
	t, err := m.Maps(images, n)
	if err != nil {
		return ref.Array{}, fmt.Errorf("transposed: the feature maps behind layer %d: %w", n, err)
	}
	return arrayOf(t), nil
}

// arrayOf copies a float32 tensor.
func arrayOf(t *tensors.Tensor) ref.Array {
	a := ref.NewArray(t.Shape().Dimensions...)
	for i, v := range tensors.MustCopyFlatData[float32](t) {
		a.Data[i] = float64(v)
	}
	return a
}
