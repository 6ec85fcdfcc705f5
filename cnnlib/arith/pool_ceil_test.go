package arith_test

import (
	"testing"

	"cnnbook/cnnlib/arith"
)

// PyTorch's rule: floor((i + pads - k + s - 1)/s) + 1 windows, less the last if it begins
// behind the input; none is an error. So a window may be larger than the input.
func TestPoolCeilIsPyTorchs(t *testing.T) {
	for in := 1; in <= 9; in++ {
		for window := 1; window <= 9; window++ {
			for stride := 1; stride <= 9; stride++ {
				for start := range window {
					for end := range window {
						want := 0
						if free := in + start + end - window + stride - 1; free >= 0 {
							want = free/stride + 1
							if (want-1)*stride >= in+start {
								want--
							}
						}
						p := arith.Pool{In: in, Window: window, Stride: stride, Padding: arith.Explicit, Start: start, End: end, Ceil: true}
						got, err := p.Out()
						if (err == nil) != (want > 0) || got != want {
							t.Fatalf("%+v: %d windows, %v, want %d", p, got, err, want)
						}
						if covered, err := p.Covered(); want > 0 && (err != nil || covered < 1 || covered > in) {
							t.Fatalf("%+v: covers %d cells, %v", p, covered, err)
						}
					}
				}
			}
		}
	}
}

// Output padding may reach up to the stride or the dilation, whichever is larger.
func TestOutputPaddingBelowTheDilation(t *testing.T) {
	for stride := 1; stride <= 4; stride++ {
		for dilation := 1; dilation <= 4; dilation++ {
			for a := range 6 {
				p := arith.Transposed{In: 3, Kernel: 2, Stride: stride, Dilation: dilation, Output: a}
				got, err := p.Out()
				if allowed := a < max(stride, dilation); (err == nil) != allowed || allowed && got != 2*stride+dilation+1+a {
					t.Errorf("%+v: %d, %v", p, got, err)
				}
			}
		}
	}
}
