package arith

import "fmt"

// Padding says how many zeros stand before and after the input on each axis.
// The zero value is Valid.
type Padding int

const (
	// Valid adds no zeros: the kernel stays inside the input ("narrow").
	Valid Padding = iota
	// Same adds half of the kernel on each side ("half padding"): with stride 1
	// the output has the size of the input.
	Same
	// Full adds all zeros that still let the kernel touch the input: k-1 on each
	// side ("wide").
	Full
	// Explicit adds the numbers of zeros given beside it.
	Explicit
)

// String returns the name of the constant.
func (p Padding) String() string {
	switch p {
	case Valid:
		return "Valid"
	case Same:
		return "Same"
	case Full:
		return "Full"
	case Explicit:
		return "Explicit"
	}
	return fmt.Sprintf("Padding(%d)", int(p))
}

// EffectiveKernel returns the number of cells a dilated kernel spans,
// k + (k-1)(d-1): dilation d leaves d-1 cells between neighbouring taps
// (arXiv:1603.07285, §5.1). k must be at least 1; d = 0 means 1.
func EffectiveKernel(k, d int) (int, error) {
	d = orOne(d)
	if err := atLeast("kernel", k, 1); err != nil {
		return 0, err
	}
	if err := atLeast("dilation", d, 1); err != nil {
		return 0, err
	}
	span, ok := mul(k-1, d)
	if !ok || span == maxInt {
		return 0, fmt.Errorf("arith: kernel %d with dilation %d spans more cells than an int can count", k, d)
	}
	return span + 1, nil
}

// HalfPadding returns the zeros that Same puts before and after the input for a
// kernel that spans k cells (see EffectiveKernel): (k-1)/2 and k/2, rounded down.
//
// For an odd k the two are equal. For an even k the end gets one zero more, so
// that stride 1 still keeps the size. The symmetric p = k/2 of the textbooks
// does not: k=4, p=2 gives o = i+1. The rule does not look at the stride (this
// is GoMLX's rule; TensorFlow's SAME pads less if the stride is above 1).
func HalfPadding(k int) (start, end int) {
	return (k - 1) / 2, k / 2
}

// zeros returns the zeros before and after the input for a kernel that spans k
// cells. start and end are what was given beside the padding.
func (p Padding) zeros(k, start, end int) (int, int, error) {
	if p != Explicit && (start != 0 || end != 0) {
		return 0, 0, fmt.Errorf("arith: padding %d and %d given with Padding %v: use Padding Explicit, or give none", start, end, p)
	}
	switch p {
	case Valid:
		return 0, 0, nil
	case Same:
		start, end = HalfPadding(k)
		return start, end, nil
	case Full:
		return k - 1, k - 1, nil
	case Explicit:
		if err := atLeast("padding before the input", start, 0); err != nil {
			return 0, 0, err
		}
		if err := atLeast("padding after the input", end, 0); err != nil {
			return 0, 0, err
		}
		return start, end, nil
	}
	return 0, 0, fmt.Errorf("arith: %v is none of Valid, Same, Full, Explicit", p)
}
