package arith_test

import (
	"fmt"
	"slices"
	"testing"

	"cnnbook/cnnlib/arith"
)

// The checkerboard of section 5.20: a kernel of 3 with stride 2 adds one and two
// inputs in turn, in a plane one, two and four. A kernel of 4 adds two everywhere
// but at the border.
func ExampleTransposed() {
	for _, k := range []int{3, 4} {
		t := arith.Transposed{In: 4, Kernel: k, Stride: 2}
		fmt.Println(t.Out())
		fmt.Println(t.Contributions())
		fmt.Println(t.Interior())
	}
	// Output:
	// 9 <nil>
	// [1 1 2 1 2 1 2 1 1] <nil>
	// 1 2 <nil>
	// 10 <nil>
	// [1 1 2 2 2 2 2 2 1 1] <nil>
	// 2 2 <nil>
}

// Section 5.5.3: windows of ceil(14/4) = 4 cells, floor(14/4) = 3 apart, lose the
// last cell of 14.
func ExamplePool() {
	p := arith.Pool{In: 14, Window: 4, Stride: 3}
	fmt.Println(p.Out())
	fmt.Println(p.Visits())
	fmt.Println(p.Lost())
	// Output:
	// 4 <nil>
	// [1 1 1 2 1 1 2 1 1 2 1 1 1 0] <nil>
	// 1 <nil>
}

// A kernel of 3 over 4 cells visits a corner of the picture once and the middle
// four times (section 5.12).
func ExampleOuter() {
	visits, err := arith.Conv{In: 4, Kernel: 3}.Visits()
	fmt.Println(visits, err)
	fmt.Println(arith.Outer(visits, visits))
	// Output:
	// [1 2 2 1] <nil>
	// [[1 2 2 1] [2 4 4 2] [2 4 4 2] [1 2 2 1]] <nil>
}

// Pool against windows laid one by one.
func FuzzPool(f *testing.F) {
	f.Add(uint8(14), uint8(4), uint8(3), uint8(0), uint8(0), false)
	f.Add(uint8(13), uint8(3), uint8(2), uint8(1), uint8(1), true)
	f.Add(uint8(5), uint8(2), uint8(4), uint8(1), uint8(0), true)
	f.Fuzz(func(t *testing.T, in, window, stride, start, end uint8, ceil bool) {
		p := arith.Pool{In: int(in), Window: int(window), Stride: int(stride), Padding: arith.Explicit, Start: int(start), End: int(end), Ceil: ceil}
		o, err := p.Out()
		if err != nil {
			if in > 0 && window > 0 && start < window && end < window && int(in)+int(start)+int(end) >= int(window) {
				t.Fatalf("%+v refused: %v", p, err)
			}
			return
		}
		s := int(stride)
		if s == 0 {
			s = int(window)
		}
		count, visits := 0, make([]int, in)
		for first := -int(start); ; first += s {
			whole := first+int(window) <= int(in)+int(end)
			// In ceil mode one window may reach over the edge, if it begins before
			// it and its predecessor did not end there already.
			partly := ceil && first < int(in) && first-s+int(window) < int(in)+int(end)
			if !whole && !partly {
				break
			}
			count++
			for x := max(first, 0); x < min(first+int(window), int(in)); x++ {
				visits[x]++
			}
		}
		if count != o {
			t.Fatalf("%+v: %d windows, counted %d", p, o, count)
		}
		got, err := p.Visits()
		if err != nil || !slices.Equal(got, visits) {
			t.Fatalf("%+v: visits %v, %v, counted %v", p, got, err, visits)
		}
		lost := 0
		for _, n := range visits {
			if n == 0 {
				lost++
			}
		}
		if got, err := p.Lost(); err != nil || got != lost {
			t.Fatalf("%+v: %d cells lost, %v, counted %d", p, got, err, lost)
		}
	})
}

// Transposed against kernels laid into the result one by one, and against the
// convolution that it transposes.
func FuzzTransposed(f *testing.F) {
	f.Add(uint8(2), uint8(4), uint8(3), uint8(1), uint8(0), uint8(0), uint8(0)) // section 5.17.2: 2 → 7
	f.Add(uint8(4), uint8(3), uint8(2), uint8(1), uint8(1), uint8(1), uint8(1))
	f.Add(uint8(5), uint8(3), uint8(4), uint8(2), uint8(5), uint8(0), uint8(2))
	f.Fuzz(func(t *testing.T, in, kernel, stride, dilation, start, end, output uint8) {
		c := arith.Transposed{In: int(in), Kernel: int(kernel), Stride: int(stride), Dilation: int(dilation), Padding: arith.Explicit, Start: int(start), End: int(end), Output: int(output)}
		o, err := c.Out()
		s, d := max(int(stride), 1), max(int(dilation), 1)
		if err != nil {
			if in > 0 && kernel > 0 && int(output) < s && (int(in)-1)*s+(int(kernel)-1)*d+1+int(output) > int(start)+int(end) {
				t.Fatalf("%+v refused: %v", c, err)
			}
			return
		}
		sums := make([]int, o)
		for i := range int(in) {
			for tap := range int(kernel) {
				if at := i*s + tap*d - int(start); at >= 0 && at < o {
					sums[at]++
				}
			}
		}
		got, err := c.Contributions()
		if err != nil || !slices.Equal(got, sums) {
			t.Fatalf("%+v: contributions %v, %v, counted %v", c, got, err, sums)
		}
		// The convolution takes the result back to the input.
		back, err := arith.Conv{In: o, Kernel: int(kernel), Stride: int(stride), Dilation: int(dilation), Padding: arith.Explicit, Start: int(start), End: int(end)}.Out()
		if err != nil || back != int(in) {
			t.Fatalf("%+v gives %d, the convolution gives %d from it, %v, want %d", c, o, back, err, in)
		}
		// Far from the borders the counts lie between the two numbers of Interior.
		fewest, most, err := c.Interior()
		if err != nil {
			t.Fatal(err)
		}
		span := (int(kernel)-1)*d + 1
		for at := max(span-int(start), 0); at < min(o, (int(in)-1)*s+1-int(start)); at++ {
			if sums[at] < fewest || sums[at] > most {
				t.Fatalf("%+v: %d inputs at cell %d, want %d to %d", c, sums[at], at, fewest, most)
			}
		}
		direct, err := c.Direct()
		if err != nil {
			if span-1 >= int(start) && span-1+int(output) >= int(end) {
				t.Fatalf("%+v has no direct convolution: %v", c, err)
			}
			return
		}
		if got, err := direct.Out(); err != nil || got != o {
			t.Fatalf("%+v: the direct convolution gives %d, %v, want %d", c, got, err, o)
		}
	})
}

func TestFLOPs(t *testing.T) {
	// The first layer of AlexNet (section 5.14): 105,415,200 MACs without biases
	// (290,400 outputs · 363 weights), and one addition for each output.
	macs, err := arith.MACs(3, 96, 121, 1, 55*55)
	if err != nil || macs != 290_400*363 {
		t.Errorf("%d MACs, %v", macs, err)
	}
	if flops, err := arith.FLOPs(3, 96, 121, 1, 55*55); err != nil || flops != 2*macs {
		t.Errorf("%d FLOPs, %v, want %d", flops, err, 2*macs)
	}
	if n, err := arith.BiasAdditions(96, 55*55); err != nil || n != 290_400 {
		t.Errorf("%d additions, %v, want 290,400", n, err)
	}
	if n, err := arith.Overlap(4, 3); err != nil || n != 1 { // section 5.17.2
		t.Errorf("overlap %d, %v, want 1", n, err)
	}
}
