package checkpoint

import "fmt"

// ConvToTorch turns the kernels of a convolution along one to three axes,
// [K… Cin/groups Cout], into the order of PyTorch's Conv1d, Conv2d and Conv3d.weight,
// [Cout Cin/groups K…]. Both libraries cross-correlate, so no kernel is turned. Biases
// [Cout] need no change.
//
// The kernels of DepthwiseConv2D, [KH KW 1 C·Multiplier], so become kernels of a Conv2d with
// groups=C; the kernels of ConvTranspose2D, [KH KW Cout/groups Cin], the
// ConvTranspose2d.weight [Cin Cout/groups KH KW].
func ConvToTorch(kernel Tensor) (Tensor, error) {
	axes, err := convAxes(kernel)
	if err != nil {
		return Tensor{}, err
	}
	order := []int{axes + 1, axes}
	for axis := range axes {
		order = append(order, axis)
	}
	return kernel.permuted(len(order), order...)
}

// ConvFromTorch is the inverse of ConvToTorch.
func ConvFromTorch(weight Tensor) (Tensor, error) {
	axes, err := convAxes(weight)
	if err != nil {
		return Tensor{}, err
	}
	var order []int
	for axis := range axes {
		order = append(order, 2+axis)
	}
	order = append(order, 1, 0)
	return weight.permuted(len(order), order...)
}

// convAxes returns how many axes the convolution with these kernels has.
func convAxes(kernel Tensor) (int, error) {
	axes := len(kernel.Shape) - 2
	if axes < 1 || axes > 3 {
		return 0, fmt.Errorf("checkpoint: tensor %.60q has shape %v, want 3, 4 or 5 axes: one to three of the kernel, and two of channels", kernel.Name, kernel.Shape)
	}
	return axes, nil
}

// DenseToTorch turns the weights of a Dense layer, [in out], into the order of
// PyTorch's Linear.weight, [out in]. For a Dense layer right after a Flatten of an
// image use FlattenedToTorch. Biases [out] need no change.
func DenseToTorch(weights Tensor) (Tensor, error) { return weights.permuted(2, 1, 0) }

// DenseFromTorch is the inverse of DenseToTorch.
func DenseFromTorch(weight Tensor) (Tensor, error) { return weight.permuted(2, 1, 0) }

// FlattenedToTorch turns the weights [H·W·C out] of a Dense layer behind a Flatten
// of [H W C] into a Linear.weight [out C·H·W]. The two libraries flatten in
// different orders: here the channel changes fastest, in PyTorch the column. Such
// a layer is a convolution whose kernel covers the whole image, so its weights
// move as in ConvToTorch.
func FlattenedToTorch(weights Tensor, h, w, c int) (Tensor, error) {
	n, ok := product([]int{h, w, c})
	if !ok || len(weights.Shape) != 2 || weights.Shape[0] != n {
		return Tensor{}, fmt.Errorf("checkpoint: tensor %.60q has shape %v, want [H·W·C out] with H W C = %d %d %d: give the shape that went into Flatten", weights.Name, weights.Shape, h, w, c)
	}
	out := weights.Shape[1]
	kernel := Tensor{weights.Name, []int{h, w, c, out}, weights.Data}
	t, err := ConvToTorch(kernel)
	if err != nil {
		return Tensor{}, err
	}
	t.Shape = []int{out, n}
	return t, nil
}

// FlattenedFromTorch is the inverse of FlattenedToTorch.
func FlattenedFromTorch(weight Tensor, h, w, c int) (Tensor, error) {
	n, ok := product([]int{h, w, c})
	if !ok || len(weight.Shape) != 2 || weight.Shape[1] != n {
		return Tensor{}, fmt.Errorf("checkpoint: tensor %.60q has shape %v, want [out C·H·W] with C H W = %d %d %d: give the shape that went into Flatten", weight.Name, weight.Shape, c, h, w)
	}
	out := weight.Shape[0]
	t, err := ConvFromTorch(Tensor{weight.Name, []int{out, c, h, w}, weight.Data})
	if err != nil {
		return Tensor{}, err
	}
	t.Shape = []int{n, out}
	return t, nil
}

// permuted returns a copy of the tensor whose axis i is the old axis axes[i].
func (t Tensor) permuted(rank int, axes ...int) (Tensor, error) {
	e, _, err := t.check()
	if err != nil {
		return Tensor{}, fmt.Errorf("checkpoint: %w", err)
	}
	if len(t.Shape) != rank {
		return Tensor{}, fmt.Errorf("checkpoint: tensor %.60q has shape %v, want %d axes", t.Name, t.Shape, rank)
	}
	shape := make([]int, rank)
	for i, axis := range axes {
		shape[i] = t.Shape[axis]
	}
	return Tensor{t.Name, shape, e.permute(t.Data, t.Shape, axes)}, nil
}

// permute copies in, of the given shape, so that axis i of the result is axis
// axes[i] of in.
func permute[T any](in []T, shape, axes []int) []T {
	strides := make([]int, len(shape)) // how far apart neighbours along an axis lie
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = step
		step *= shape[i]
	}
	out := make([]T, len(in))
	index := make([]int, len(axes)) // in the result
	from := 0
	for to := range out {
		out[to] = in[from]
		for i := len(axes) - 1; i >= 0; i-- { // count up, the last axis fastest
			index[i]++
			from += strides[axes[i]]
			if index[i] < shape[axes[i]] {
				break
			}
			from -= index[i] * strides[axes[i]]
			index[i] = 0
		}
	}
	return out
}
