package arith

import "fmt"

// Conv describes a convolution along one axis. Zero Stride and Dilation mean 1.
type Conv struct {
	In       int     // i: cells of the input
	Kernel   int     // k: taps of the kernel
	Stride   int     // s: cells the kernel moves at a time; 0 means 1
	Dilation int     // d: distance of neighbouring taps; 0 means 1
	Padding  Padding // Valid, Same, Full or Explicit
	// Start and End are the zeros before and after the input. They belong to
	// Padding: Explicit and must be 0 otherwise.
	Start, End int
}

// Effective returns the number of cells the kernel spans; see EffectiveKernel.
func (c Conv) Effective() (int, error) { return EffectiveKernel(c.Kernel, c.Dilation) }

// Pads returns the zeros before and after the input.
func (c Conv) Pads() (start, end int, err error) {
	k, err := c.Effective()
	if err != nil {
		return 0, 0, err
	}
	if c.Padding != Explicit && (c.Start != 0 || c.End != 0) {
		return 0, 0, fmt.Errorf("arith: padding %d and %d given with Padding %v: use Padding Explicit, or give none", c.Start, c.End, c.Padding)
	}
	switch c.Padding {
	case Valid:
		return 0, 0, nil
	case Same:
		start, end = HalfPadding(k)
		return start, end, nil
	case Full:
		return k - 1, k - 1, nil
	case Explicit:
		if err := atLeast("padding before the input", c.Start, 0); err != nil {
			return 0, 0, err
		}
		if err := atLeast("padding after the input", c.End, 0); err != nil {
			return 0, 0, err
		}
		return c.Start, c.End, nil
	}
	return 0, 0, fmt.Errorf("arith: %v is none of Valid, Same, Full, Explicit", c.Padding)
}

// Out returns the number of positions of the kernel, which is the size of the
// output: o = floor((i + start + end - k) / s) + 1 with k the effective kernel
// (arXiv:1603.07285, Relationship 6 and §5.1; the chapter's 5.18 and 5.19).
// It is an error if the kernel is larger than the padded input.
func (c Conv) Out() (int, error) {
	start, end, err := c.Pads()
	if err != nil {
		return 0, err
	}
	k, err := c.Effective()
	if err != nil {
		return 0, err
	}
	s := orOne(c.Stride)
	free, err := room(c.In, k, s, start, end)
	if err != nil {
		return 0, err
	}
	return free/s + 1, nil
}

// ConvSize returns o = floor((i + 2p - k) / s) + 1, the size of a convolution of
// input i, kernel k, stride s and p zeros on both sides. s = 0 means 1.
func ConvSize(i, k, s, p int) (int, error) {
	return Conv{In: i, Kernel: k, Stride: s, Padding: Explicit, Start: p, End: p}.Out()
}

// TransposedSize returns o = (i-1)s + k - 2p + a, the size of a transposed
// convolution. It undoes ConvSize: several inputs of a convolution with stride s
// give the same output, and a, the output padding, says which one is meant, so
// 0 <= a < s (arXiv:1603.07285, Relationship 14). s = 0 means 1. For a dilated
// kernel pass its effective size.
func TransposedSize(i, k, s, p, a int) (int, error) {
	s = orOne(s)
	for _, c := range []struct {
		name       string
		value, min int
	}{{"input", i, 1}, {"kernel", k, 1}, {"stride", s, 1}, {"padding", p, 0}, {"output padding", a, 0}} {
		if err := atLeast(c.name, c.value, c.min); err != nil {
			return 0, err
		}
	}
	if a >= s {
		return 0, fmt.Errorf("arith: output padding %d is not below the stride %d: use 0 to %d", a, s, s-1)
	}
	moved, ok := mul(i-1, s)
	whole, ok2 := add(moved, k)
	whole, ok3 := add(whole, a)
	twice, ok4 := mul(2, p)
	if !ok || !ok2 || !ok3 || !ok4 {
		return 0, fmt.Errorf("arith: input %d, kernel %d, stride %d, padding %d give a size that an int cannot hold", i, k, s, p)
	}
	if whole <= twice {
		return 0, fmt.Errorf("arith: padding %d on both sides leaves nothing of %d cells: use at most %d", p, whole, (whole-1)/2)
	}
	return whole - twice, nil
}

// PoolSize returns floor((i + 2p - k) / s) + 1, the number of windows of a
// pooling whose window k never leaves the padded input. Here s = 0 means k:
// windows that do not overlap. Cells at the end that fill no window are lost.
func PoolSize(i, k, s, p int) (int, error) {
	return ConvSize(i, k, poolStride(s, k), p)
}

// PoolSizeCeil returns ceil((i + 2p - k) / s) + 1: one window more than PoolSize
// where cells at the end are left over; that last window is cut off by the edge.
// It is not counted if it would start behind the input (PyTorch's rule for
// ceil_mode). s = 0 means k.
func PoolSizeCeil(i, k, s, p int) (int, error) {
	o, err := PoolSize(i, k, s, p)
	if err != nil {
		return 0, err
	}
	s = poolStride(s, k)
	free := i + 2*p - k                // PoolSize has checked that this does not overflow
	if free%s != 0 && o <= (i+p-1)/s { // the next window starts at o*s-p, which must be inside: at most i-1
		o++
	}
	return o, nil
}

func poolStride(s, k int) int {
	if s == 0 {
		return k
	}
	return s
}

// room returns how far a kernel of k cells can move in the padded input.
func room(i, k, s, start, end int) (int, error) {
	if err := atLeast("input", i, 1); err != nil {
		return 0, err
	}
	if err := atLeast("stride", s, 1); err != nil {
		return 0, err
	}
	padded, ok := add(i, start)
	padded, ok2 := add(padded, end)
	if !ok || !ok2 {
		return 0, fmt.Errorf("arith: input %d with padding %d and %d is larger than an int can count", i, start, end)
	}
	if padded < k {
		return 0, fmt.Errorf("arith: kernel of %d cells does not fit into %d (input %d, padding %d and %d): use a smaller kernel or more padding", k, padded, i, start, end)
	}
	return padded - k, nil
}
