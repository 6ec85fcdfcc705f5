package ref

import (
	"fmt"
	"math"
)

// Softmax returns e^x_i / Σ e^x_j along the last axis of x. The largest of each row
// is subtracted first: that changes no result, and no power overflows.
func Softmax(x Array) (Array, error) {
	c, err := x.channels("input")
	if err != nil {
		return Array{}, err
	}
	y := NewArray(x.Shape...)
	for start := 0; start < len(x.Data); start += c {
		in, out := x.Data[start:start+c], y.Data[start:start+c]
		largest := in[0]
		for _, v := range in {
			largest = max(largest, v)
		}
		sum := 0.0
		for i, v := range in {
			out[i] = math.Exp(v - largest)
			sum += out[i]
		}
		for i := range out {
			out[i] /= sum
		}
	}
	return y, nil
}

// SoftmaxGrad is the chain rule for Softmax: from the derivatives grad of some
// scalar by the result to those by x, y_i·(g_i - Σ g_j·y_j).
func SoftmaxGrad(x, grad Array) (Array, error) {
	y, err := Softmax(x)
	if err != nil {
		return Array{}, err
	}
	if len(grad.Data) != len(x.Data) {
		return Array{}, fmt.Errorf("ref: a gradient of %d numbers for an input of %d", len(grad.Data), len(x.Data))
	}
	c := x.Shape[len(x.Shape)-1]
	dx := NewArray(x.Shape...)
	for start := 0; start < len(x.Data); start += c {
		mean := 0.0 // of the gradients, weighted with the probabilities
		for i := start; i < start+c; i++ {
			mean += float64(grad.Data[i] * y.Data[i])
		}
		for i := start; i < start+c; i++ {
			dx.Data[i] = y.Data[i] * (grad.Data[i] - mean)
		}
	}
	return dx, nil
}
