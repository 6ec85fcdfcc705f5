package hyperparameters

import (
	"fmt"

	"cnnbook/chapters"
)

// wrongOutputSize are plausible mistakes in outputSize.
var wrongOutputSize = []chapters.WrongAnswer{
	{Name: "one short", Answer: func(i, k, s, p int) int { return (i + 2*p - k) / s }, Says: "first position"},
	{Name: "ceil for floor", Answer: func(i, k, s, p int) int { return (i+2*p-k+s-1)/s + 1 }, Says: "does not fit"},
	{Name: "padding on one side", Answer: func(i, k, s, p int) int { return (i+p-k)/s + 1 }, Says: "both sides"},
	{Name: "stride forgotten", Answer: func(i, k, s, p int) int { return i + 2*p - k + 1 }, Says: "stride"},
}

func explainOutputSize(args []any, want, got any) string {
	i, k, s, p := args[0].(int), args[1].(int), args[2].(int), args[3].(int)
	switch got.(int) {
	case (i + 2*p - k) / s:
		return "One too few: the moves are counted, but not the first position, before any move."
	case i + 2*p - k + 1:
		return "The stride is not used: the kernel moves s cells at a time."
	case (i+2*p-k+s-1)/s + 1:
		return "The last position is counted although the kernel does not fit there: round down."
	case (i+p-k)/s + 1:
		return "The zeros are counted on one side only; they stand on both sides."
	}
	return ""
}

// wrongCountParameters are plausible mistakes in countParameters.
var wrongCountParameters = []chapters.WrongAnswer{
	{Name: "the book's formula", Answer: func(in, out, k, groups int, bias bool) int { return in / groups * out * k * k }, Says: "biases are missing"},
	{Name: "biases always", Answer: func(in, out, k, groups int, bias bool) int { return in/groups*out*k*k + out }, Says: "bias is false"},
	{Name: "k not squared", Answer: func(in, out, k, groups int, bias bool) int { return in/groups*out*k + biases(out, bias) }, Says: "k·k"},
	{Name: "groups not used", Answer: func(in, out, k, groups int, bias bool) int { return in*out*k*k + biases(out, bias) }, Says: "groups are not used"},
	{Name: "both divided by groups", Answer: func(in, out, k, groups int, bias bool) int {
		return (in/groups)*(out/groups)*k*k + biases(out, bias)
	}, Says: "one block only"},
	{Name: "a bias an input", Answer: func(in, out, k, groups int, bias bool) int { return in/groups*out*k*k + biases(in, bias) }, Says: "output channel"},
	{Name: "a bias a kernel", Answer: func(in, out, k, groups int, bias bool) int {
		return in/groups*out*k*k + biases(in/groups*out, bias)
	}, Says: "not each kernel"},
}

// biases is n if the layer has biases, else 0.
func biases(n int, bias bool) int {
	if bias {
		return n
	}
	return 0
}

func explainCountParameters(args []any, want, got any) string {
	in, out, k, groups, bias := args[0].(int), args[1].(int), args[2].(int), args[3].(int), args[4].(bool)
	weights := in / groups * out * k * k
	switch g := got.(int); {
	case bias && g == weights:
		return fmt.Sprintf("The biases are missing: there are %d, one for each output channel. (The book's I·O·K leaves them out too.)", out)
	case !bias && g == weights+out:
		return "Biases are counted although bias is false."
	case k > 1 && g == in/groups*out*k+biases(out, bias):
		return "One plane of a kernel has k·k weights, not k."
	case groups > 1 && g == in*out*k*k+biases(out, bias):
		return "The groups are not used: an output sees only the inputs of its own block."
	case groups > 1 && g == in/groups*(out/groups)*k*k+biases(out, bias):
		return fmt.Sprintf("This counts the weights of one block only: there are %d blocks.", groups)
	case bias && g == weights+in:
		return "A bias belongs to each output channel, not to each input channel."
	case bias && g == weights+in/groups*out:
		return "Each output channel has one bias, not each kernel plane."
	}
	return ""
}
