package arith_test

import (
	"fmt"

	"cnnbook/cnnlib/arith"
)

// Section 5.2: a 6×6 image under a 3×3 filter gives a 4×4 result.
func ExampleConvSize() {
	o, err := arith.ConvSize(6, 3, 1, 0)
	fmt.Println(o, err)
	// Output: 4 <nil>
}

// One number changes at a time: input i, kernel k, stride s, padding p. The last
// row is the even kernel whose half padding does not keep the size.
func ExampleConvSize_table() {
	fmt.Println("i  k  s  p  o")
	for _, c := range [][4]int{
		{6, 3, 1, 0}, {5, 3, 1, 0}, {5, 3, 1, 1}, {5, 3, 1, 2}, {5, 3, 2, 0}, {5, 3, 2, 1}, {6, 3, 2, 1}, {5, 4, 1, 2},
	} {
		o, err := arith.ConvSize(c[0], c[1], c[2], c[3])
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d  %d  %d  %d  %d\n", c[0], c[1], c[2], c[3], o)
	}
	// Output:
	// i  k  s  p  o
	// 6  3  1  0  4
	// 5  3  1  0  3
	// 5  3  1  1  5
	// 5  3  1  2  7
	// 5  3  2  0  2
	// 5  3  2  1  3
	// 6  3  2  1  3
	// 5  4  1  2  6
}

// Section 5.18: the three kinds of convolution of one input, here with a dilated
// kernel too.
func ExampleConv_Out() {
	for _, p := range []arith.Padding{arith.Full, arith.Same, arith.Valid} {
		plain, err := arith.Conv{In: 7, Kernel: 3, Padding: p}.Out()
		dilated, err2 := arith.Conv{In: 7, Kernel: 3, Dilation: 2, Padding: p}.Out()
		fmt.Println(p, plain, err, dilated, err2)
	}
	// Output:
	// Full 9 <nil> 11 <nil>
	// Same 7 <nil> 7 <nil>
	// Valid 5 <nil> 3 <nil>
}

// Section 5.3.2: nine weights with dilation 2 see as far as a 5×5 kernel.
func ExampleEffectiveKernel() {
	fmt.Println(arith.EffectiveKernel(3, 2))
	// Output: 5 <nil>
}

func ExampleHalfPadding() {
	for _, k := range []int{3, 4, 5} {
		start, end := arith.HalfPadding(k)
		fmt.Println(k, start, end)
	}
	// Output:
	// 3 1 1
	// 4 1 2
	// 5 2 2
}

// Section 5.17.2: a 2×2 input, kernel 4 and stride 3 give 7×7.
func ExampleTransposedSize() {
	fmt.Println(arith.TransposedSize(2, 4, 3, 0, 0))
	// Output: 7 <nil>
}

// Section 5.5: the overlapping pools of AlexNet, window 3 and stride 2.
func ExamplePoolSize() {
	size := 55
	for range 3 {
		next, err := arith.PoolSize(size, 3, 2, 0)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(size, "→", next)
		size = next
	}
	// Output:
	// 55 → 27
	// 27 → 13
	// 13 → 6
}

// Section 5.27: 142 → 71 needs the last window, which hangs over the edge.
func ExamplePoolSizeCeil() {
	floor, err := arith.PoolSize(142, 3, 2, 0)
	ceil, err2 := arith.PoolSizeCeil(142, 3, 2, 0)
	fmt.Println(floor, err, ceil, err2)
	// Output: 70 <nil> 71 <nil>
}

// Section 5.14: AlexNet's first layer, 96 kernels of 11×11 over 3 channels.
func ExampleParams() {
	weights, err := arith.Weights(3, 96, 11*11, 1)
	params, err2 := arith.Params(3, 96, 11*11, 1)
	fmt.Println(weights, err, params, err2)
	// Output: 34848 <nil> 34944 <nil>
}

func ExampleMACs() {
	fmt.Println(arith.MACs(3, 96, 11*11, 1, 55*55))
	// Output: 105415200 <nil>
}

// The drawings of arXiv:1603.07285 that the book leaves out.
func ExampleSettings() {
	for _, s := range arith.Settings() {
		if s.Book == "" {
			fmt.Println(s.Figure, s.Name)
		}
	}
	// Output:
	// 4.5 no_padding_strides_transposed
	// 4.6 padding_strides_transposed
	// 4.7 padding_strides_odd_transposed
}

// Figure 2.7: 6 cells with a zero on each side; the last zero is never read.
func ExampleConv_PaddedVisits() {
	fmt.Println(arith.Conv{In: 6, Kernel: 3, Stride: 2, Padding: arith.Same}.PaddedVisits())
	// Output: [1 1 2 1 2 1 1 0] <nil>
}

// The convolution leaves the last cell over; the output padding brings it back.
func ExampleSetting_Transpose() {
	s := arith.Setting{In: 6, Kernel: 3, Stride: 2, Padding: 1}
	t, err := s.Transpose()
	fmt.Println(t.In, "→", t.Out, "with output padding", t.Output, err)
	fmt.Println(t.Size())
	// Output:
	// 3 → 6 with output padding 1 <nil>
	// 6 <nil>
}

// Section 5.19: what the relationships say of an input of 5 under a kernel of 3
// with padding 1. Number 3, half padding, needs no look at k.
func ExampleRelationships() {
	s := arith.Setting{In: 5, Kernel: 3, Padding: 1}
	for _, r := range arith.Relationships() {
		if o, err := r.Size(s); err == nil {
			fmt.Println(r.Number, r.Formula, "→", o)
		}
	}
	// Output:
	// 2 o = (i - k) + 2p + 1 → 5
	// 3 o = i + 2⌊k/2⌋ - (k - 1) = i → 5
	// 6 o = ⌊(i + 2p - k) / s⌋ + 1 → 5
	// 15 o = ⌊(i + 2p - k - (k - 1)(d - 1)) / s⌋ + 1 → 5
}
