package arith

import "fmt"

// Relationship is one of the numbered statements of arXiv:1603.07285 on the size
// of an output: when it applies, and its formula. The later ones of an operation
// are more general; the special ones are easier to see and to remember.
type Relationship struct {
	Number    int       // 1 to 15
	Operation Operation // what it is about
	Condition string    // when it applies, in words; i, k, p and d may be any unless they are named
	Formula   string    // the size: o, or o' of a transposed convolution with input i'

	applies func(Setting) bool
	size    func(Setting) int
}

// Applies reports whether the relationship is about the setting: the operation is
// the same, the condition holds, and the setting has a size.
func (r Relationship) Applies(s Setting) bool {
	if s.Operation != r.Operation || r.applies == nil {
		return false
	}
	if _, err := s.Size(); err != nil {
		return false
	}
	return r.applies(plain(s))
}

// Size returns the size of the output by the relationship's own formula. It is an
// error if the setting has no size, or if the relationship does not apply to it.
func (r Relationship) Size(s Setting) (int, error) {
	if _, err := s.Size(); err != nil {
		return 0, err
	}
	if !r.Applies(s) {
		return 0, fmt.Errorf("arith: Relationship %d is for a %v with %s, not for a %v with i = %d, k = %d, s = %d, p = %d, d = %d, a = %d",
			r.Number, r.Operation, r.Condition, s.Operation, s.In, s.Kernel, plain(s).Stride, s.Padding, plain(s).Dilation, s.Output)
	}
	return r.size(plain(s)), nil
}

// plain writes out the zeros of a setting that stand for another number.
func plain(s Setting) Setting {
	if s.Operation == Pooling && s.Stride == 0 {
		s.Stride = s.Kernel
	}
	s.Stride, s.Dilation = orOne(s.Stride), orOne(s.Dilation)
	return s
}

// Relationships returns the fifteen relationships of arXiv:1603.07285 in order: 1
// to 6 for a convolution (§2), 7 for pooling (§3), 8 to 14 for a transposed
// convolution (§4), 15 for a dilated one (§5.1). Section 5.19 of the book has 1 to
// 6; in its 5 and 6 read |·| as floor.
//
// The paper's condition that s divides i+2p-k (12 and 13) is about the convolution
// that is transposed: it leaves no cells over, so the output padding a is 0.
func Relationships() []Relationship {
	// In all formulas but the last the kernel has no gaps.
	dense := func(s Setting) bool { return s.Dilation == 1 }
	unit := func(s Setting) bool { return dense(s) && s.Stride == 1 }
	half := func(s Setting) bool { return unit(s) && s.Kernel%2 == 1 && s.Padding == s.Kernel/2 }
	full := func(s Setting) bool { return unit(s) && s.Padding == s.Kernel-1 }
	return []Relationship{
		{1, Convolution, "s = 1, p = 0, d = 1", "o = (i - k) + 1",
			func(s Setting) bool { return unit(s) && s.Padding == 0 },
			func(s Setting) int { return s.In - s.Kernel + 1 }},
		{2, Convolution, "s = 1, d = 1", "o = (i - k) + 2p + 1",
			unit,
			func(s Setting) int { return s.In - s.Kernel + 2*s.Padding + 1 }},
		{3, Convolution, "odd k, s = 1, p = ⌊k/2⌋, d = 1", "o = i + 2⌊k/2⌋ - (k - 1) = i",
			half,
			func(s Setting) int { return s.In }},
		{4, Convolution, "s = 1, p = k - 1, d = 1", "o = i + 2(k - 1) - (k - 1) = i + (k - 1)",
			full,
			func(s Setting) int { return s.In + (s.Kernel - 1) }},
		{5, Convolution, "p = 0, d = 1", "o = ⌊(i - k) / s⌋ + 1",
			func(s Setting) bool { return dense(s) && s.Padding == 0 },
			func(s Setting) int { return (s.In-s.Kernel)/s.Stride + 1 }},
		{6, Convolution, "d = 1", "o = ⌊(i + 2p - k) / s⌋ + 1",
			dense,
			func(s Setting) int { return (s.In+2*s.Padding-s.Kernel)/s.Stride + 1 }},
		{7, Pooling, "p = 0", "o = ⌊(i - k) / s⌋ + 1",
			func(s Setting) bool { return s.Padding == 0 },
			func(s Setting) int { return (s.In-s.Kernel)/s.Stride + 1 }},
		{8, TransposedConvolution, "s = 1, p = 0, d = 1", "o' = i' + (k - 1)",
			func(s Setting) bool { return unit(s) && s.Padding == 0 },
			func(s Setting) int { return s.In + (s.Kernel - 1) }},
		{9, TransposedConvolution, "s = 1, d = 1", "o' = i' + (k - 1) - 2p",
			unit,
			func(s Setting) int { return s.In + (s.Kernel - 1) - 2*s.Padding }},
		{10, TransposedConvolution, "odd k, s = 1, p = ⌊k/2⌋, d = 1", "o' = i' + (k - 1) - 2p = i'",
			half,
			func(s Setting) int { return s.In }},
		{11, TransposedConvolution, "s = 1, p = k - 1, d = 1", "o' = i' + (k - 1) - 2p = i' - (k - 1)",
			full,
			func(s Setting) int { return s.In - (s.Kernel - 1) }},
		{12, TransposedConvolution, "p = 0, d = 1, a = 0 (s divides i - k)", "o' = s(i' - 1) + k",
			func(s Setting) bool { return dense(s) && s.Padding == 0 && s.Output == 0 },
			func(s Setting) int { return s.Stride*(s.In-1) + s.Kernel }},
		{13, TransposedConvolution, "d = 1, a = 0 (s divides i + 2p - k)", "o' = s(i' - 1) + k - 2p",
			func(s Setting) bool { return dense(s) && s.Output == 0 },
			func(s Setting) int { return s.Stride*(s.In-1) + s.Kernel - 2*s.Padding }},
		{14, TransposedConvolution, "d = 1, a = (i + 2p - k) mod s", "o' = s(i' - 1) + a + k - 2p",
			dense,
			func(s Setting) int { return s.Stride*(s.In-1) + s.Output + s.Kernel - 2*s.Padding }},
		{15, Convolution, "any d", "o = ⌊(i + 2p - k - (k - 1)(d - 1)) / s⌋ + 1",
			func(Setting) bool { return true },
			func(s Setting) int {
				return (s.In+2*s.Padding-s.Kernel-(s.Kernel-1)*(s.Dilation-1))/s.Stride + 1
			}},
	}
}
