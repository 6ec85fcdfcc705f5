package arith_test

import (
	"math"
	"strings"
	"testing"

	"cnnbook/cnnlib/arith"
)

// countConv moves a kernel of k taps, d apart, over start+i+end cells and counts
// the positions, one by one, at which every tap meets a cell.
func countConv(i, k, s, d, start, end int) int {
	n := 0
	for pos := 0; ; pos += s {
		for tap := range k {
			if pos+tap*d >= start+i+end {
				return n
			}
		}
		n++
	}
}

func TestConvOutEqualsCountedPositions(t *testing.T) {
	for i := 1; i <= 12; i++ {
		for k := 1; k <= 5; k++ {
			for s := 1; s <= 4; s++ {
				for d := 1; d <= 3; d++ {
					e := (k-1)*d + 1
					for _, c := range []struct {
						padding    arith.Padding
						start, end int // the zeros this padding stands for
					}{
						{arith.Valid, 0, 0},
						{arith.Same, (e - 1) / 2, e / 2},
						{arith.Full, e - 1, e - 1},
						{arith.Explicit, 3, 1},
						{arith.Explicit, 0, 7},
					} {
						conv := arith.Conv{In: i, Kernel: k, Stride: s, Dilation: d, Padding: c.padding}
						if c.padding == arith.Explicit {
							conv.Start, conv.End = c.start, c.end
						}
						want := countConv(i, k, s, d, c.start, c.end)
						got, err := conv.Out()
						if want == 0 {
							if err == nil {
								t.Errorf("%+v: no position fits, Out() = %d without an error", conv, got)
							}
							continue
						}
						if err != nil || got != want {
							t.Errorf("%+v: Out() = %d, %v; counted %d", conv, got, err, want)
						}
					}
				}
			}
		}
	}
}

func FuzzConvOut(f *testing.F) {
	for _, v := range arith.Settings() {
		f.Add(v.In, v.Kernel, v.Stride, v.Dilation, v.Padding, v.Padding)
	}
	f.Fuzz(func(t *testing.T, i, k, s, d, start, end int) {
		conv := arith.Conv{In: i, Kernel: k, Stride: s, Dilation: d, Padding: arith.Explicit, Start: start, End: end}
		got, err := conv.Out()
		if i < 1 || k < 1 || s < 0 || d < 0 || start < 0 || end < 0 {
			if err == nil {
				t.Fatalf("%+v: Out() = %d, want an error", conv, got)
			}
			return
		}
		const many = 1000 // counting one by one takes too long above this
		if max(i, k, s, d, start, end) > many {
			if err == nil && got < 1 {
				t.Fatalf("%+v: Out() = %d without an error", conv, got)
			}
			return
		}
		want := countConv(i, k, max(s, 1), max(d, 1), start, end)
		if (want == 0) != (err != nil) || got != want {
			t.Fatalf("%+v: Out() = %d, %v; counted %d", conv, got, err, want)
		}
	})
}

// A transposed size is right if the convolution takes it back to where it came from.
func TestTransposedSizeUndoesConvSize(t *testing.T) {
	for i := 1; i <= 8; i++ {
		for k := 1; k <= 5; k++ {
			for s := 1; s <= 4; s++ {
				for p := 0; p <= 2; p++ {
					for a := 0; a < s; a++ {
						o, err := arith.TransposedSize(i, k, s, p, a)
						if err != nil {
							continue // nothing left after cutting 2p cells: its message has its own test
						}
						if back, err := arith.ConvSize(o, k, s, p); err != nil && o+2*p >= k || err == nil && back != i {
							t.Errorf("i=%d k=%d s=%d p=%d a=%d: o=%d, and the convolution of that is %d, %v", i, k, s, p, a, o, back, err)
						}
					}
				}
			}
		}
	}
}

// countPool counts windows one by one; the last one may hang over the end if ceil is set.
func countPool(i, k, s, p int, ceil bool) int {
	n := 0
	for start := -p; ; start += s {
		fits := start+k <= i+p
		// With ceil, one more window counts if the previous one left cells over and
		// this one starts inside the input.
		hangsOver := ceil && n > 0 && start-s+k < i+p && start < i
		if !fits && !hangsOver {
			return n
		}
		n++
	}
}

func TestPoolSizesEqualCountedWindows(t *testing.T) {
	for i := 1; i <= 14; i++ {
		for k := 1; k <= 5; k++ {
			for s := 1; s <= 6; s++ {
				for p := 0; 2*p <= k; p++ { // more padding than half a window would pool zeros only
					if i+2*p < k {
						continue
					}
					if o, err := arith.PoolSize(i, k, s, p); err != nil || o != countPool(i, k, s, p, false) {
						t.Errorf("PoolSize(%d,%d,%d,%d) = %d, %v; counted %d", i, k, s, p, o, err, countPool(i, k, s, p, false))
					}
					if o, err := arith.PoolSizeCeil(i, k, s, p); err != nil || o != countPool(i, k, s, p, true) {
						t.Errorf("PoolSizeCeil(%d,%d,%d,%d) = %d, %v; counted %d", i, k, s, p, o, err, countPool(i, k, s, p, true))
					}
				}
			}
		}
	}
}

func TestHalfPadding(t *testing.T) {
	for i := 1; i <= 9; i++ {
		for k := 1; k <= 6; k++ {
			start, end := arith.HalfPadding(k)
			o, err := arith.Conv{In: i, Kernel: k, Padding: arith.Explicit, Start: start, End: end}.Out()
			if err != nil || o != i {
				t.Errorf("i=%d k=%d padding %d+%d: o=%d, %v, want the size kept", i, k, start, end, o, err)
			}
		}
	}
}

func TestErrorsNameBothNumbers(t *testing.T) {
	call := func(_ int, err error) error { return err }
	for _, c := range []struct {
		name string
		err  error
		want []string
	}{
		{"kernel too large", call(arith.ConvSize(4, 7, 1, 1)), []string{"arith: ", "7", "6", "input 4"}},
		{"window too large", call(arith.PoolSize(4, 7, 1, 1)), []string{"arith: window of 7 cells does not fit into 6", "smaller window"}},
		{"no input", call(arith.ConvSize(0, 3, 1, 5)), []string{"input 0", "1"}},
		{"negative stride", call(arith.ConvSize(5, 3, -2, 0)), []string{"stride -2", "1"}},
		{"negative padding", call(arith.ConvSize(5, 3, 1, -1)), []string{"-1", "0"}},
		{"pads without Explicit", call(arith.Conv{In: 5, Kernel: 3, Start: 1}.Out()), []string{"1 and 0", "Valid", "Explicit"}},
		{"unknown padding", call(arith.Conv{In: 5, Kernel: 3, Padding: 9}.Out()), []string{"Padding(9)"}},
		{"output padding", call(arith.TransposedSize(2, 3, 2, 0, 2)), []string{"output padding 2", "stride 2"}},
		{"nothing left", call(arith.TransposedSize(1, 2, 1, 1, 0)), []string{"padding 1", "2 cells"}},
		{"groups", call(arith.Weights(20, 40, 25, 3)), []string{"input channels 20", "groups 3"}},
		{"groups of the output", call(arith.Weights(20, 42, 25, 4)), []string{"output channels 42", "groups 4"}},
		{"overflow", call(arith.Weights(math.MaxInt/2, 3, 1, 1)), []string{"more than an int"}},
		{"dilated overflow", call(arith.EffectiveKernel(math.MaxInt, 2)), []string{"more cells than an int"}},
		{"padding overflow", call(arith.ConvSize(5, 3, 1, math.MaxInt/2)), []string{"larger than an int"}},
	} {
		if c.err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(c.err.Error(), w) {
				t.Errorf("%s: %q does not say %q", c.name, c.err, w)
			}
		}
	}
}
