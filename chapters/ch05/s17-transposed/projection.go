package transposed

import (
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/stat"

	"cnnbook/chapters/grid"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
	"cnnbook/cnnlib/train"
)

// searchLimit is how many pictures are looked through for strong answers.
const searchLimit = 500

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
	some, err := images.Slice(0, min(searchLimit, images.N))
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
	var answers []projection
	for c, at := range best {
		if maps.Data[at] <= 0 {
			continue // the map answers to none of these pictures
		}
		p, err := project(m, some, at/perPicture, c)
		if err != nil {
			return nil, err
		}
		answers = append(answers, p)
	}
	return answers, nil
}

// project takes the largest answer of one feature map of the second convolution to one
// picture back to the pixels (M. Zeiler, R. Fergus, arXiv:1311.2901, §2.1). All other
// answers are set to 0. Then, layer by layer from the last, values go back to the places
// that the pooling took them from, negative ones become 0, and a transposed convolution
// follows, with the layer's own weights and without biases.
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

	pooled, from2, err := ref.MaxPool(second, pairs(second.Shape[1]), pairs(second.Shape[2])) // [1 4 4 16]
	if err != nil {
		return p, err
	}
	_, from1, err := ref.MaxPool(first, pairs(first.Shape[1]), pairs(first.Shape[2]))
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
		x, err := unpoolAndTranspose(keep, second.Shape, from2, w2) // [1 12 12 8]
		if err != nil {
			return nil, err
		}
		if x, err = unpoolAndTranspose(x, first.Shape, from1, w1); err != nil { // [1 28 28 1]
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

// unpoolAndTranspose goes back through a pooling, a ReLU and the convolution before it.
func unpoolAndTranspose(x ref.Array, shape []int, from []int, weights ref.Array) (ref.Array, error) {
	u, err := ref.Unpool(shape, from, x)
	if err != nil {
		return ref.Array{}, err
	}
	for i, v := range u.Data {
		u.Data[i] = max(v, 0)
	}
	return ref.Transposed(u, weights, nil, ref.TransposedOptions{})
}

// firstPlaces returns the places of the top left cells of the 2×2 windows on [1 H W C],
// in the order of ref.MaxPool.
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

// pairs returns the windows of a 2×2 pooling on one axis of in cells.
func pairs(in int) []ref.Bin {
	var bins []ref.Bin
	for i := 0; i+1 < in; i += 2 {
		bins = append(bins, ref.Bin{From: i, To: i + 2})
	}
	return bins
}

// receptiveField returns the first cell and the size of the receptive field of a cell of the
// second convolution's maps, on one axis.
func receptiveField(cell int) (first, size int) {
	f, err := arith.Field{}.Through(arith.Conv{Kernel: 5}, arith.Pool{Window: 2}, arith.Conv{Kernel: 5})
	if err != nil {
		panic(err) // constants
	}
	return f.First(cell), f.Size
}

// cut returns the receptive field of the answer.
func (p projection) cut(plane [][]float64) [][]float64 {
	top, size := receptiveField(p.row)
	left, _ := receptiveField(p.col)
	var out [][]float64
	for _, row := range plane[top : top+size] {
		out = append(out, slices.Clone(row[left:left+size]))
	}
	return out
}

// likeness is the correlation of a projection with the picture inside the receptive
// field.
func (p projection) likeness(plane [][]float64) float64 {
	return stat.Correlation(grid.Flat(p.cut(plane)), grid.Flat(p.cut(p.image)), nil)
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
