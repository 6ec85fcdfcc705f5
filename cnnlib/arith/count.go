package arith

import "fmt"

// Weights returns the number of kernel values of a convolution, I/g·O·K, without
// biases: in channels I, out channels O, K values in one plane of a kernel (9 for
// 3×3, 125 for 5×5×5), g groups. groups = 0 means 1. Both channel numbers must be
// divisible by g.
func Weights(in, out, k, groups int) (int, error) {
	groups = orOne(groups)
	for _, c := range []struct {
		name  string
		value int
	}{{"input channels", in}, {"output channels", out}, {"kernel values", k}, {"groups", groups}} {
		if err := atLeast(c.name, c.value, 1); err != nil {
			return 0, err
		}
	}
	if in%groups != 0 {
		return 0, fmt.Errorf("arith: input channels %d not divisible by groups %d", in, groups)
	}
	if out%groups != 0 {
		return 0, fmt.Errorf("arith: output channels %d not divisible by groups %d", out, groups)
	}
	return product(in/groups, out, k)
}

// Params returns Weights plus one bias for each output channel, I/g·O·K + O:
// everything a convolution has to learn. (Section 5.2.4 of the book gives I·O·K
// and leaves the O biases out.)
func Params(in, out, k, groups int) (int, error) {
	w, err := Weights(in, out, k, groups)
	if err != nil {
		return 0, err
	}
	n, ok := add(w, out)
	if !ok {
		return 0, fmt.Errorf("arith: %d weights and %d biases are more than an int can count", w, out)
	}
	return n, nil
}

// MACs returns the multiply-accumulate operations of a convolution for one
// example: every kernel value is used once at each of the positions (output
// height × width). One MAC is one multiplication and one addition, so two
// floating-point operations (see FLOPs). Taps that fall on padding are counted;
// adding the bias is not (see BiasAdditions).
func MACs(in, out, k, groups, positions int) (int, error) {
	w, err := Weights(in, out, k, groups)
	if err != nil {
		return 0, err
	}
	if err := atLeast("positions", positions, 0); err != nil {
		return 0, err
	}
	return product(w, positions)
}

// FLOPs returns the floating-point operations of a convolution for one example:
// two for each of its MACs, a multiplication and an addition. Adding the biases
// is counted apart, by BiasAdditions. (Some papers print MACs and call them FLOPs.)
func FLOPs(in, out, k, groups, positions int) (int, error) {
	m, err := MACs(in, out, k, groups, positions)
	if err != nil {
		return 0, err
	}
	return product(2, m)
}

// BiasAdditions returns the additions that the biases of a convolution cost for
// one example: one for each output value, O·positions.
func BiasAdditions(out, positions int) (int, error) {
	if err := atLeast("output channels", out, 1); err != nil {
		return 0, err
	}
	if err := atLeast("positions", positions, 0); err != nil {
		return 0, err
	}
	return product(out, positions)
}
