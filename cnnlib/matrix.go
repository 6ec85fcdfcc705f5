package cnnlib

import (
	"errors"
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
)

// FromMatrix returns one image as a float32 tensor [1 H W C], one matrix for each
// channel. All matrices must have the same size.
func FromMatrix(channels ...[][]float64) (*tensors.Tensor, error) {
	if len(channels) == 0 || len(channels[0]) == 0 || len(channels[0][0]) == 0 {
		return nil, errors.New("cnnlib: the image is empty: give at least one matrix with one number")
	}
	h, w, c := len(channels[0]), len(channels[0][0]), len(channels)
	for i, m := range channels {
		if len(m) != h {
			return nil, fmt.Errorf("cnnlib: matrix %d has %d rows, matrix 0 has %d: all channels must have the same size", i, len(m), h)
		}
		for r, row := range m {
			if len(row) != w {
				return nil, fmt.Errorf("cnnlib: row %d of matrix %d has %d numbers, the first row has %d: all rows must have the same length", r, i, len(row), w)
			}
		}
	}
	flat := make([]float64, 0, h*w*c)
	for row := range h {
		for col := range w {
			for _, m := range channels {
				flat = append(flat, m[row][col])
			}
		}
	}
	return tensorOf(flat, dtypes.Float32, 1, h, w, c), nil
}

// ToMatrix returns one channel of a tensor [1 H W C], float32 or float64, as a
// matrix [H][W]. Channels count from 0.
func ToMatrix(t *tensors.Tensor, channel int) ([][]float64, error) {
	if err := checkInput(t); err != nil {
		return nil, err
	}
	dims := t.Shape().Dimensions
	if len(dims) != 4 || dims[0] != 1 {
		return nil, fmt.Errorf("cnnlib: the tensor has shape %v, want [1 H W C]: one image", dims)
	}
	if channel < 0 || channel >= dims[3] {
		return nil, fmt.Errorf("cnnlib: channel %d of a tensor with %d channels, counted from 0", channel, dims[3])
	}
	var flat []float64
	err := t.ConstFlatData(func(data any) { flat = toFloat64(data) })
	if err != nil {
		return nil, fmt.Errorf("cnnlib: %w", err)
	}
	m := make([][]float64, dims[1])
	for row := range m {
		m[row] = make([]float64, dims[2])
		for col := range m[row] {
			m[row][col] = flat[(row*dims[2]+col)*dims[3]+channel]
		}
	}
	return m, nil
}

// toFloat64 copies the data of a float32 or float64 tensor.
func toFloat64(data any) []float64 {
	switch data := data.(type) {
	case []float64:
		return append([]float64{}, data...)
	case []float32:
		wide := make([]float64, len(data))
		for i, v := range data {
			wide[i] = float64(v)
		}
		return wide
	}
	panic(fmt.Sprintf("cnnlib: tensor of %T", data)) // checkInput has refused all others
}
