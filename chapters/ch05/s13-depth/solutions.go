package depth

import "cnnbook/cnnlib"

// The worked solutions. Readers are shown each as it stands here, so none calls another
// function of the package.

// ChainDepth is the solution of 5.13: behind each layer the depth is the number of its
// kernels, and each kernel is as deep as what it reads (arXiv:1603.07285, §1.1).
func ChainDepth(channels, size int, kernels []int) (depth, weights int) {
	depth = channels
	for _, n := range kernels {
		weights += n * size * size * depth
		depth = n
	}
	return depth, weights
}

// GreyAndWarm is the solution of 5.13-2: a kernel of 1×1 is a number for each channel, and
// one kernel stands behind each map (M. Lin et al., arXiv:1312.4400, §3.1).
func GreyAndWarm() cnnlib.Layer {
	const third = 1.0 / 3
	return cnnlib.Conv2D{Weights: cnnlib.Weights{
		{{{third}}, {{third}}, {{third}}},
		{{{1}}, {{0}}, {{-1}}},
	}}
}
