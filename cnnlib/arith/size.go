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
	return c.Padding.zeros(k, c.Start, c.End)
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
	free, err := room("kernel", c.In, k, s, start, end)
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

// room returns how far a kernel or window of k cells can move in the padded input.
// what names it in the error.
func room(what string, i, k, s, start, end int) (int, error) {
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
		return 0, fmt.Errorf("arith: %[1]s of %[2]d cells does not fit into %[3]d (input %[4]d, padding %[5]d and %[6]d): use a smaller %[1]s or more padding", what, k, padded, i, start, end)
	}
	return padded - k, nil
}
