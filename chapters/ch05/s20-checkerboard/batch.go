package checkerboard

import "github.com/gomlx/gomlx/core/tensors"

// batchOf returns numbers as a float32 tensor.
func batchOf(values []float64, dims ...int) *tensors.Tensor {
	narrow := make([]float32, len(values))
	for i, v := range values {
		narrow[i] = float32(v)
	}
	return tensors.FromFlatDataAndDimensions(narrow, dims...)
}

// firstChannels returns the first channel of every picture of a float32 tensor [N H W C].
func firstChannels(t *tensors.Tensor) (planes [][][]float64, err error) {
	dims := t.Shape().Dimensions
	h, w, c := dims[1], dims[2], dims[3]
	err = t.ConstFlatData(func(flat any) {
		values := flat.([]float32)
		for n := range dims[0] {
			plane := make([][]float64, h)
			for i := range plane {
				for j := range w {
					plane[i] = append(plane[i], float64(values[((n*h+i)*w+j)*c]))
				}
			}
			planes = append(planes, plane)
		}
	})
	return planes, err
}

// planesOf returns pictures of one channel, given row by row, as matrices [h][w].
func planesOf(pictures [][]float32, h, w int) [][][]float64 {
	planes := make([][][]float64, len(pictures))
	for n, values := range pictures {
		planes[n] = make([][]float64, h)
		for i := range planes[n] {
			for _, v := range values[i*w : (i+1)*w] {
				planes[n][i] = append(planes[n][i], float64(v))
			}
		}
	}
	return planes
}
