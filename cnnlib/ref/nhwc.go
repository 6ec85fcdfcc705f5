package ref

import "fmt"

// CrossCorrelate cross-correlates a batch of images with many kernels at once:
// x is [N H W Cin], kernel [KH KW Cin/groups Cout], bias nil or Cout numbers, the
// result [N OH OW Cout]. Out channel o belongs to group o·groups/Cout and sees
// only the in channels of that group; the products of all those channels are
// summed. It is an error if the shapes do not fit each other.
func CrossCorrelate(x, kernel Array, bias []float64, o Options) (Array, error) {
	v, err := newVisit(x, kernel, o)
	if err != nil {
		return Array{}, err
	}
	if bias != nil && len(bias) != v.cout {
		return Array{}, fmt.Errorf("ref: %d biases for %d output channels: give one each, or nil", len(bias), v.cout)
	}
	out := NewArray(v.n, v.oh, v.ow, v.cout) // [N OH OW Cout]
	v.each(func(xi, ki, oi int) {
		out.Data[oi] += float64(x.Data[xi] * kernel.Data[ki])
	})
	if bias != nil {
		for i := range out.Data {
			out.Data[i] += bias[i%v.cout] // Cout runs fastest
		}
	}
	return out, nil
}

// CrossCorrelateGrad is the chain rule for CrossCorrelate. grad [N OH OW Cout]
// holds, for each cell of the result, the derivative of some scalar L by that
// cell; returned are the derivatives of L by x [N H W Cin], by the kernel
// [KH KW Cin/groups Cout] and by the biases [Cout]. Since a cell of the result is
// a sum of x·kernel, each product passes grad·kernel to its x and grad·x to its
// kernel value.
func CrossCorrelateGrad(x, kernel, grad Array, o Options) (dx, dkernel Array, dbias []float64, err error) {
	v, err := newVisit(x, kernel, o)
	if err != nil {
		return Array{}, Array{}, nil, err
	}
	if err := grad.check("gradient", 4); err != nil {
		return Array{}, Array{}, nil, err
	}
	if want := [4]int{v.n, v.oh, v.ow, v.cout}; [4]int(grad.Shape) != want {
		return Array{}, Array{}, nil, fmt.Errorf("ref: the gradient has shape %v, the result has %v", grad.Shape, want)
	}
	dx = NewArray(x.Shape...)           // [N H W Cin]
	dkernel = NewArray(kernel.Shape...) // [KH KW Cin/groups Cout]
	dbias = make([]float64, v.cout)     // [Cout]
	v.each(func(xi, ki, oi int) {
		dx.Data[xi] += float64(grad.Data[oi] * kernel.Data[ki])
		dkernel.Data[ki] += float64(grad.Data[oi] * x.Data[xi])
	})
	for i, g := range grad.Data {
		dbias[i%v.cout] += g
	}
	return dx, dkernel, dbias, nil
}

// visit walks over every product of a convolution. The result and both gradients
// are sums over the same products, so the walk is written once.
type visit struct {
	x, kernel       Array
	o               Options
	n, oh, ow, cout int
	cinPerGroup     int
}

func newVisit(x, kernel Array, o Options) (v visit, err error) {
	if o, err = o.filled(); err != nil {
		return v, err
	}
	if err := x.check("input", 4); err != nil {
		return v, err
	}
	if err := kernel.check("kernel", 4); err != nil {
		return v, err
	}
	h, w, cin := x.Shape[1], x.Shape[2], x.Shape[3]
	kh, kw, cinPerGroup, cout := kernel.Shape[0], kernel.Shape[1], kernel.Shape[2], kernel.Shape[3]
	if cinPerGroup*o.Groups != cin {
		return v, fmt.Errorf("ref: the kernel has %d channels and there are %d groups, the input has %d channels, not %d", cinPerGroup, o.Groups, cin, cinPerGroup*o.Groups)
	}
	if cout%o.Groups != 0 {
		return v, fmt.Errorf("ref: output channels %d not divisible by groups %d", cout, o.Groups)
	}
	oh, err := positions("height", h, kh, o.Stride, o.Dilation, o.Top, o.Bottom)
	if err != nil {
		return v, err
	}
	ow, err := positions("width", w, kw, o.Stride, o.Dilation, o.Left, o.Right)
	if err != nil {
		return v, err
	}
	return visit{x: x, kernel: kernel, o: o, n: x.Shape[0], oh: oh, ow: ow, cout: cout, cinPerGroup: cinPerGroup}, nil
}

// each calls f with the places, in the Data of the input, the kernel and the
// result, of every product input·kernel that is summed into that cell of the
// result. Products with padding are zero and left out.
func (v visit) each(f func(xi, ki, oi int)) {
	h, w := v.x.Shape[1], v.x.Shape[2]
	out := Array{Shape: []int{v.n, v.oh, v.ow, v.cout}} // for its Index only
	for n := range v.n {
		for row := range v.oh {
			for col := range v.ow {
				for o := range v.cout {
					group := o * v.o.Groups / v.cout
					for i := range v.kernel.Shape[0] {
						for j := range v.kernel.Shape[1] {
							r := row*v.o.Stride + i*v.o.Dilation - v.o.Top
							c := col*v.o.Stride + j*v.o.Dilation - v.o.Left
							if r < 0 || r >= h || c < 0 || c >= w {
								continue // padding: a zero
							}
							for ch := range v.cinPerGroup {
								f(v.x.Index(n, r, c, group*v.cinPerGroup+ch), v.kernel.Index(i, j, ch, o), out.Index(n, row, col, o))
							}
						}
					}
				}
			}
		}
	}
}
