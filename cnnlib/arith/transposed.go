package arith

import "fmt"

// Transposed describes a transposed convolution along one axis: the map that
// takes the output size of a convolution back to an input size of it. Kernel,
// Stride, Dilation and padding belong to that convolution, so padding makes
// the result smaller. Zero Stride and Dilation mean 1.
//
// There are two ways to compute it, with the same result. Each input cell adds
// the whole kernel to the output, Stride cells after the previous one, and the
// padding is cut off. Or Stride-1 zeros are put between neighbouring input cells,
// and a kernel turned around moves over that with stride 1; see Direct
// (arXiv:1603.07285, chapter 4; the book's 5.17.2).
type Transposed struct {
	In       int     // i: cells of the input
	Kernel   int     // k: taps of the kernel
	Stride   int     // s: cells between the results of neighbouring inputs; 0 means 1
	Dilation int     // d: distance of neighbouring taps; 0 means 1
	Padding  Padding // Valid, Same, Full or Explicit: what is cut off
	// Start and End are the cells cut off before and after the result. They
	// belong to Padding: Explicit and must be 0 otherwise.
	Start, End int
	// Output is the output padding a, from 0 to below Stride or below Dilation, whichever is
	// larger (PyTorch's rule): cells added at the end of the result. A convolution with
	// stride s takes s different sizes to the same one; a says which of them is meant.
	Output int
}

// Effective returns the number of cells the kernel spans; see EffectiveKernel.
func (t Transposed) Effective() (int, error) { return EffectiveKernel(t.Kernel, t.Dilation) }

// Pads returns the cells cut off before and after the result: the padding of the
// convolution that is transposed.
func (t Transposed) Pads() (start, end int, err error) {
	k, err := t.Effective()
	if err != nil {
		return 0, 0, err
	}
	return t.Padding.zeros(k, t.Start, t.End)
}

// Out returns the size of the result, o = (i-1)s + k - start - end + a with k the
// effective kernel (arXiv:1603.07285, Relationship 14). It is an error if the
// padding leaves nothing.
func (t Transposed) Out() (int, error) {
	whole, err := t.whole()
	if err != nil {
		return 0, err
	}
	start, end, err := t.Pads()
	if err != nil {
		return 0, err
	}
	cut, ok := add(start, end)
	if !ok || whole <= cut {
		return 0, fmt.Errorf("arith: padding %d and %d leaves nothing of %d cells (input %d, stride %d, output padding %d): use less than %d in all", start, end, whole, t.In, orOne(t.Stride), t.Output, whole)
	}
	return whole - cut, nil
}

// whole returns the size before the padding is cut off, (i-1)s + k + a.
func (t Transposed) whole() (int, error) {
	inserted, err := t.Inserted()
	if err != nil {
		return 0, err
	}
	k, err := t.Effective()
	if err != nil {
		return 0, err
	}
	s := orOne(t.Stride)
	if err := atLeast("output padding", t.Output, 0); err != nil {
		return 0, err
	}
	if d := orOne(t.Dilation); t.Output >= s && d > s && t.Output >= d {
		return 0, fmt.Errorf("arith: output padding %d is below neither the stride %d nor the dilation %d: use 0 to %d", t.Output, s, d, d-1)
	} else if t.Output >= s && d <= s {
		return 0, fmt.Errorf("arith: output padding %d is not below the stride %d: use 0 to %d", t.Output, s, s-1)
	}
	whole, ok := add(inserted, k-1)
	whole, ok2 := add(whole, t.Output)
	if !ok || !ok2 {
		return 0, fmt.Errorf("arith: input %d, kernel of %d cells, stride %d and output padding %d give a size that an int cannot hold", t.In, k, s, t.Output)
	}
	return whole, nil
}

// Inserted returns the size of the input after s-1 zeros were put between
// neighbouring cells, (i-1)s + 1.
func (t Transposed) Inserted() (int, error) {
	s := orOne(t.Stride)
	if err := atLeast("input", t.In, 1); err != nil {
		return 0, err
	}
	if err := atLeast("stride", s, 1); err != nil {
		return 0, err
	}
	moved, ok := mul(t.In-1, s)
	if !ok || moved == maxInt {
		return 0, fmt.Errorf("arith: input %d with stride %d gives a size that an int cannot hold", t.In, s)
	}
	return moved + 1, nil
}

// EquivalentPads returns the zeros that the equivalent direct convolution puts
// before and after the input of size Inserted: k-1-start and k-1-end+a, with k
// the effective kernel. Where the padding is larger than k-1 the number is
// negative: that many cells of the inserted input are cut off, not added.
func (t Transposed) EquivalentPads() (before, after int, err error) {
	if _, err := t.Out(); err != nil {
		return 0, 0, err
	}
	k, err := t.Effective()
	if err != nil {
		return 0, 0, err
	}
	start, end, err := t.Pads()
	if err != nil {
		return 0, 0, err
	}
	return k - 1 - start, k - 1 - end + t.Output, nil
}

// Direct returns the equivalent direct convolution: stride 1 over the inserted
// input, with EquivalentPads. Its kernel is turned around. It is an error if the
// padding is larger than the effective kernel minus 1, for then cells would have
// to be cut off, which a convolution does not do; EquivalentPads says how many.
func (t Transposed) Direct() (Conv, error) {
	before, after, err := t.EquivalentPads()
	if err != nil {
		return Conv{}, err
	}
	if before < 0 || after < 0 {
		k, _ := t.Effective()     // checked by EquivalentPads
		start, end, _ := t.Pads() // checked by EquivalentPads
		return Conv{}, fmt.Errorf("arith: padding %d and %d with a kernel of %d cells has no direct convolution: use at most %d before and %d after", start, end, k, k-1, k-1+t.Output)
	}
	inserted, err := t.Inserted()
	if err != nil {
		return Conv{}, err
	}
	return Conv{In: inserted, Kernel: t.Kernel, Dilation: t.Dilation, Padding: Explicit, Start: before, End: after}, nil
}

// TransposedSize returns o = (i-1)s + k - 2p + a, the size of a transposed
// convolution. It undoes ConvSize: several inputs of a convolution with stride s
// give the same output, and a, the output padding, says which one is meant, so
// 0 <= a < s (arXiv:1603.07285, Relationship 14). s = 0 means 1. For a dilated
// kernel pass its effective size, or use Transposed.
func TransposedSize(i, k, s, p, a int) (int, error) {
	return Transposed{In: i, Kernel: k, Stride: s, Padding: Explicit, Start: p, End: p, Output: a}.Out()
}
