package ref

// CrossCorrelate cross-correlates a batch of images with many kernels at once:
// x is [N H W Cin], kernel [KH KW Cin/groups Cout], bias nil or Cout numbers, the
// result [N OH OW Cout]. Out channel o belongs to group o·groups/Cout and sees
// only the in channels of that group; the products of all those channels are
// summed. It is an error if the shapes do not fit each other.
func CrossCorrelate(x, kernel Array, bias []float64, o Options) (Array, error) {
	n, err := o.plane(x)
	if err != nil {
		return Array{}, err
	}
	return CrossCorrelateN(x, kernel, bias, n)
}

// CrossCorrelateGrad is the chain rule for CrossCorrelate. grad [N OH OW Cout]
// holds, for each cell of the result, the derivative of some scalar L by that
// cell; returned are the derivatives of L by x [N H W Cin], by the kernel
// [KH KW Cin/groups Cout] and by the biases [Cout]. Since a cell of the result is
// a sum of x·kernel, each product passes grad·kernel to its x and grad·x to its
// kernel value.
func CrossCorrelateGrad(x, kernel, grad Array, o Options) (dx, dkernel Array, dbias []float64, err error) {
	n, err := o.plane(x)
	if err != nil {
		return Array{}, Array{}, nil, err
	}
	return CrossCorrelateNGrad(x, kernel, grad, n)
}

// plane returns the options for the images x [N H W C], once both are checked.
func (o Options) plane(x Array) (OptionsN, error) {
	o, err := o.filled()
	if err != nil {
		return OptionsN{}, err
	}
	if err := x.check("input", 4); err != nil {
		return OptionsN{}, err
	}
	return OptionsN{Strides: []int{o.Stride, o.StrideW}, Dilations: []int{o.Dilation, o.DilationW}, Groups: o.Groups, Pads: [][2]int{{o.Top, o.Bottom}, {o.Left, o.Right}}}, nil
}
