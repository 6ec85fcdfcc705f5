package train

import (
	"fmt"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
)

// How many pictures the network sees at once when it is used. Larger batches leave the
// cache of a core; on a backend that cannot take several batches in one call (predictor) they
// save calls. To compile such a call takes up to a second, so that it is for many
// pictures, or if a reader has set the batch.
const (
	usedBatch  = 50
	aloneBatch = 500
	callFrom   = 1000
)

// outputs returns the results of the network for every picture.
func (m *Model) outputs(images *data.Images) ([][]float32, error) {
	width, err := m.width()
	if err != nil {
		return nil, err
	}
	flat, err := resultsOf[float32](m, images, asNumbers)
	if err != nil {
		return nil, err
	}
	all := make([][]float32, images.N)
	for i := range all {
		all[i] = flat[i*width : (i+1)*width : (i+1)*width]
	}
	return all, nil
}

// width is how many numbers the network gives for a picture.
func (m *Model) width() (int, error) {
	out, err := m.Net.OutShape(m.In)
	return out.Size(), err
}

// batch is how many pictures the network sees at once in a call of many.
func (m *Model) batch() (int, error) {
	if m.Batch < 0 {
		return 0, fmt.Errorf("train: Batch is %d, want at least 1, or 0 for %d", m.Batch, usedBatch)
	}
	if m.Batch == 0 {
		return usedBatch, nil
	}
	return m.Batch, nil
}

// resultsOf returns what the network gives for every picture, one after the other: float32
// numbers, or uint8 classes.
func resultsOf[T result](m *Model, images *data.Images, output outputKind) ([]T, error) {
	if err := m.accepts(images); err != nil {
		return nil, err
	}
	batch, err := m.batch()
	if err != nil {
		return nil, err
	}
	if !m.compiles() || images.N < callFrom && (m.Batch == 0 || images.N <= batch) {
		if m.Batch == 0 {
			batch = aloneBatch
		}
		return alone[T](m, images, output, batch)
	}
	p, err := m.predictor(batch, output, fromGo)
	if err != nil {
		return nil, err
	}
	var all []T
	size, room := m.In.Size(), p.room()
	places := make([]int32, room)
	for i := range places {
		places[i] = int32(i)
	}
	for first := 0; first < images.N; first += room {
		n := min(room, images.N-first)
		pixels := images.Pixels[first*size : (first+n)*size]
		if n < room { // calls are of one size; what stands behind the last picture is not used
			pixels = append(make([]uint8, 0, room*size), pixels...)[:room*size]
		}
		x := tensors.FromFlatDataAndDimensions(pixels, append([]int{room}, m.In...)...)
		if all, err = predict(p, x, places[:n], all); err != nil {
			return nil, err
		}
		if err := x.FinalizeAll(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// alone gives the pictures to the network in calls of one batch each.
func alone[T result](m *Model, images *data.Images, output outputKind, batch int) ([]T, error) {
	var all []T
	size := m.In.Size()
	exec := m.alone[output]
	for first := 0; first < images.N; first += batch {
		n := min(batch, images.N-first)
		x := tensors.FromFlatDataAndDimensions(images.Pixels[first*size:(first+n)*size], append([]int{n}, m.In...)...)
		err := m.call(exec, func(flat any) { all = append(all, flat.([]T)...) }, x)
		if err != nil {
			return nil, err
		}
		if err := x.FinalizeAll(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// call runs a graph with one result and hands that on, flat. The result is freed, and so
// are the inputs but for x: otherwise their memory waits for the garbage collector.
func (m *Model) call(exec *model.Exec, take func(flat any), x *tensors.Tensor, inputs ...*tensors.Tensor) error {
	return lower.Guard("running "+m.Net.String(), func() error {
		all := []any{x}
		for _, input := range inputs {
			all = append(all, input)
		}
		results, err := exec.Call(all...)
		if err != nil {
			return err
		}
		if err := results[0].ConstFlatData(take); err != nil {
			return err
		}
		for _, t := range append(results, inputs...) {
			if err := t.FinalizeAll(); err != nil {
				return err
			}
		}
		return nil
	})
}
