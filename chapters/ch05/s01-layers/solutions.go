package layers

// The worked solutions. Readers are shown each as it stands here, so none calls another
// function of the package.

// parameters counts a block of kernel·kernel·in weights and one bias for each output channel
// (Stanford CS231n, notes on convolutional networks).
func parameters(kernel, in, out int) int {
	return (kernel*kernel*in + 1) * out
}

// reluPool is max(0, x), then the largest number of each 2×2 square (section 5.1 of the
// book). For x [H][W] it returns [H/2][W/2].
func reluPool(x [][]float64) [][]float64 {
	y := make([][]float64, len(x)/2)
	for i := range y {
		y[i] = make([]float64, len(x[0])/2)
		for j := range y[i] {
			y[i][j] = max(0, x[2*i][2*j], x[2*i][2*j+1], x[2*i+1][2*j], x[2*i+1][2*j+1])
		}
	}
	return y
}
