package hyperparameters

// The worked solutions. Readers are shown each as it stands here, so none calls another
// function of the package.

// outputSize is relationship 6 of Dumoulin and Visin (arXiv:1603.07285, section 2.4):
// o = ⌊(i+2p−k)/s⌋ + 1.
func outputSize(i, k, s, p int) int { return (i+2*p-k)/s + 1 }

// countParameters counts I/g·O·k² weights and, with biases, O more (section 5.2.4 of the
// book, which leaves out groups and biases).
func countParameters(in, out, k, groups int, bias bool) int {
	n := in / groups * out * k * k
	if bias {
		n += out
	}
	return n
}
