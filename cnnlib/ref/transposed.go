package ref

import (
	"cmp"
	"fmt"
	"slices"
)

// TransposedOptions describe the convolution that is transposed. The zero value is
// that of Options.
type TransposedOptions struct {
	Options     // the padding is cut off the result; Options adds it to the input
	Output  int // rows added at the bottom, and columns on the right unless OutputW is set; below Stride or below Dilation, whichever is larger
	OutputW int // columns added on the right; 0 means the same as Output, -1 means none
}

// Transposed takes images the way back that a convolution goes forth, by scatter:
// each cell of x [N H W Cin] stamps the kernel [KH KW Cout/groups Cin], times its
// value, on the result [N OH OW Cout], Stride cells apart; stamps that overlap are
// summed. OH = (H-1)·Stride + (KH-1)·Dilation + 1 - Top - Bottom + Output, likewise
// OW. The kernel has the shape that it has in the convolution from Cout channels to
// Cin. bias is nil or Cout numbers. (arXiv:1603.07285, chapter 4; sections 5.3.3,
// 5.17 and 5.20 of the book.)
func Transposed(x, kernel Array, bias []float64, o TransposedOptions) (Array, error) {
	s, err := newStamp(x, kernel, o)
	if err != nil {
		return Array{}, err
	}
	if err := checkBias(bias, s.out); err != nil {
		return Array{}, err
	}
	return products(s.each).sum(x, kernel, bias, s.out), nil
}

// TransposedGrad returns the derivatives of a scalar L by x, by the kernel and by
// the biases, from those by the cells of the result of Transposed.
func TransposedGrad(x, kernel, grad Array, o TransposedOptions) (dx, dkernel Array, dbias []float64, err error) {
	s, err := newStamp(x, kernel, o)
	if err != nil {
		return Array{}, Array{}, nil, err
	}
	return products(s.each).gradient(x, kernel, grad, s.out, s.out[3])
}

// TransposedByInsertion computes what Transposed does as an ordinary convolution:
// Stride-1 zeros are put between neighbouring cells and as many around them as the
// kernel reaches; the kernel, turned by 180°, moves over that with stride 1; last,
// the padding is cut off.
func TransposedByInsertion(x, kernel Array, bias []float64, o TransposedOptions) (Array, error) {
	s, err := newStamp(x, kernel, o)
	if err != nil {
		return Array{}, err
	}
	o, n, h, w, cin := s.o, x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]
	kh, kw, perGroup := kernel.Shape[0], kernel.Shape[1], kernel.Shape[2]
	around := [2]int{(kh - 1) * o.Dilation, (kw - 1) * o.DilationW}

	inserted := NewArray(n, (h-1)*o.Stride+1+2*around[0]+o.Output, (w-1)*o.StrideW+1+2*around[1]+o.OutputW, cin)
	for at := range cells(x.Shape) {
		inserted.Set(x.At(at...), at[0], around[0]+at[1]*o.Stride, around[1]+at[2]*o.StrideW, at[3])
	}
	turned := NewArray(kh, kw, cin/o.Groups, perGroup*o.Groups) // [KH KW Cin/groups Cout]
	for at := range cells(kernel.Shape) {
		group := at[3] * o.Groups / cin
		turned.Set(kernel.At(at...), kh-1-at[0], kw-1-at[1], at[3]%(cin/o.Groups), group*perGroup+at[2])
	}
	whole, err := CrossCorrelate(inserted, turned, bias, Options{Dilation: o.Dilation, DilationW: o.DilationW, Groups: o.Groups})
	if err != nil {
		return Array{}, err
	}
	result := NewArray(s.out...)
	for at := range cells(result.Shape) {
		result.Set(whole.At(at[0], at[1]+o.Top, at[2]+o.Left, at[3]), at...)
	}
	return result, nil
}

// stamp is the walk of a transposed convolution.
type stamp struct {
	x, kernel Array
	o         TransposedOptions
	out       []int // shape of the result
}

func newStamp(x, kernel Array, o TransposedOptions) (s stamp, err error) {
	if o.Options, err = o.filled(); err != nil {
		return s, err
	}
	o.OutputW = cmp.Or(o.OutputW, o.Output)
	if o.OutputW == -1 {
		o.OutputW = 0
	}
	strides, dilations, output := [2]int{o.Stride, o.StrideW}, [2]int{o.Dilation, o.DilationW}, [2]int{o.Output, o.OutputW}
	for i, a := range output {
		if a < 0 || a >= max(strides[i], dilations[i]) {
			return s, fmt.Errorf("ref: output padding %d with stride %d and dilation %d: use 0 to %d", a, strides[i], dilations[i], max(strides[i], dilations[i])-1)
		}
	}
	if err := x.check("input", 4); err != nil {
		return s, err
	}
	if err := kernel.check("kernel", 4); err != nil {
		return s, err
	}
	if x.Shape[3] != kernel.Shape[3] {
		return s, fmt.Errorf("ref: the kernel takes %d channels, the input has %d", kernel.Shape[3], x.Shape[3])
	}
	if x.Shape[3]%o.Groups != 0 {
		return s, fmt.Errorf("ref: input channels %d not divisible by groups %d", x.Shape[3], o.Groups)
	}
	out := []int{x.Shape[0], 0, 0, kernel.Shape[2] * o.Groups}
	for i, cut := range []int{o.Top + o.Bottom, o.Left + o.Right} {
		whole := (x.Shape[1+i]-1)*strides[i] + (kernel.Shape[i]-1)*dilations[i] + 1 + output[i]
		if out[1+i] = whole - cut; out[1+i] < 1 {
			return s, fmt.Errorf("ref: padding of %d cells leaves nothing of the %s %d", cut, axisNames[2][i], whole)
		}
	}
	return stamp{x: x, kernel: kernel, o: o, out: out}, nil
}

// each is the walk. What falls on the padding is left out.
func (s stamp) each(f func(xi, ki, oi int)) {
	out := Array{Shape: s.out} // for its Index only
	cin, perGroup := s.x.Shape[3], s.kernel.Shape[2]
	for at := range cells(s.x.Shape) {
		n, row, col, ch := at[0], at[1], at[2], at[3]
		group := ch * s.o.Groups / cin
		for tap := range cells(s.kernel.Shape[:3]) {
			r := row*s.o.Stride + tap[0]*s.o.Dilation - s.o.Top
			c := col*s.o.StrideW + tap[1]*s.o.DilationW - s.o.Left
			if r < 0 || r >= s.out[1] || c < 0 || c >= s.out[2] {
				continue
			}
			f(s.x.Index(at...), s.kernel.Index(append(slices.Clone(tap), ch)...), out.Index(n, r, c, group*perGroup+tap[2]))
		}
	}
}
