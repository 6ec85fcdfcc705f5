package ref

import "fmt"

// LocallyConnected is CrossCorrelate with a kernel of its own at every position:
// x is [N H W Cin], kernels [OH OW KH KW Cin Cout], bias nil or OH·OW·Cout numbers
// [OH OW Cout], the result [N OH OW Cout]. Dilation and Groups must be 0 or 1.
// (Y. Taigman et al. 2014, "DeepFace", §2.2; section 5.27 of the book.)
func LocallyConnected(x, kernels Array, bias []float64, o Options) (Array, error) {
	l, err := newLocal(x, kernels, o)
	if err != nil {
		return Array{}, err
	}
	if bias != nil && len(bias) != l.biases() {
		return Array{}, fmt.Errorf("ref: %d biases for %d output values: give one each, or nil", len(bias), l.biases())
	}
	return products(l.each).sum(x, kernels, bias, l.out), nil
}

// LocallyConnectedGrad returns the derivatives of a scalar L by x, by the kernels
// and by the biases, from those by the cells of the result of LocallyConnected.
func LocallyConnectedGrad(x, kernels, grad Array, o Options) (dx, dkernels Array, dbias []float64, err error) {
	l, err := newLocal(x, kernels, o)
	if err != nil {
		return Array{}, Array{}, nil, err
	}
	return products(l.each).gradient(x, kernels, grad, l.out, l.biases())
}

// local is the walk of a locally connected layer.
type local struct {
	x, kernels Array
	o          Options
	out        []int // shape of the result
}

func newLocal(x, kernels Array, o Options) (l local, err error) {
	if o, err = o.filled(); err != nil {
		return l, err
	}
	if max(o.Dilation, o.DilationW) != 1 || o.Groups != 1 {
		return l, fmt.Errorf("ref: dilation %d and groups %d of kernels that are not shared: use 1", max(o.Dilation, o.DilationW), o.Groups)
	}
	if err := x.check("input", 4); err != nil {
		return l, err
	}
	if err := kernels.check("block of kernels", 6); err != nil {
		return l, err
	}
	k := kernels.Shape
	if k[4] != x.Shape[3] {
		return l, fmt.Errorf("ref: the kernels have %d channels, the input has %d", k[4], x.Shape[3])
	}
	oh, err := positions("height", x.Shape[1], k[2], o.Stride, 1, o.Top, o.Bottom)
	if err != nil {
		return l, err
	}
	ow, err := positions("width", x.Shape[2], k[3], o.StrideW, 1, o.Left, o.Right)
	if err != nil {
		return l, err
	}
	if k[0] != oh || k[1] != ow {
		return l, fmt.Errorf("ref: %d×%d kernels for %d×%d positions", k[0], k[1], oh, ow)
	}
	return local{x: x, kernels: kernels, o: o, out: []int{x.Shape[0], oh, ow, k[5]}}, nil
}

// biases returns their number.
func (l local) biases() int { return l.out[1] * l.out[2] * l.out[3] }

// each is the walk. Products with padding are zero and left out.
func (l local) each(f func(xi, ki, oi int)) {
	out := Array{Shape: l.out} // for its Index only
	for n := range l.out[0] {
		for at := range cells(l.kernels.Shape) {
			row, col, i, j, ch, o := at[0], at[1], at[2], at[3], at[4], at[5]
			r, c := row*l.o.Stride+i-l.o.Top, col*l.o.StrideW+j-l.o.Left
			if r < 0 || r >= l.x.Shape[1] || c < 0 || c >= l.x.Shape[2] {
				continue
			}
			f(l.x.Index(n, r, c, ch), l.kernels.Index(at...), out.Index(n, row, col, o))
		}
	}
}
