package ref

import "fmt"

// Unpool puts every value of y back to the place it came from, as MaxPool returned
// it, in an array of zeros of the given shape (M. Zeiler and R. Fergus,
// arXiv:1311.2901, §2.1; section 5.17.2 of the book). Values that came from the
// same place, as with windows that overlap, are summed.
func Unpool(shape []int, from []int, y Array) (Array, error) {
	if len(from) != len(y.Data) {
		return Array{}, fmt.Errorf("ref: %d places for %d numbers", len(from), len(y.Data))
	}
	out := NewArray(shape...)
	for i, v := range y.Data {
		if from[i] < 0 || from[i] >= len(out.Data) {
			return Array{}, fmt.Errorf("ref: place %d is outside the shape %v", from[i], shape)
		}
		out.Data[from[i]] += v
	}
	return out, nil
}

// UnpoolGrad is the chain rule for Unpool: each value of y gets the gradient of the
// place it was put to. shape is that of y.
func UnpoolGrad(shape []int, from []int, grad Array) (Array, error) {
	dy := NewArray(shape...)
	if len(from) != len(dy.Data) {
		return Array{}, fmt.Errorf("ref: %d places for %d numbers", len(from), len(dy.Data))
	}
	for i, place := range from {
		if place < 0 || place >= len(grad.Data) {
			return Array{}, fmt.Errorf("ref: place %d is outside the shape %v", place, grad.Shape)
		}
		dy.Data[i] = grad.Data[place]
	}
	return dy, nil
}
