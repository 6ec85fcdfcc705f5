package twelve

import "cnnbook/cnnlib"

// The worked solutions, as readers are shown them: each stands alone.

// transposedSize is relationship 14 of arXiv:1603.07285, with the output padding added at
// the end. The last of i stamps begins (i−1)·s cells after the first and is k cells long.
func transposedSize(i, k, s, p, a int) int { return (i-1)*s + k - 2*p + a }

// strideDilation takes an image [H][W] and a kernel [K][L] to
// [⌊(H−(K−1)·d−1)/s⌋+1][likewise W] with stride s and dilation d (relationship 15 of
// arXiv:1603.07285).
func strideDilation(image, kernel [][]float64, stride, dilation int) [][]float64 {
	positions := func(cells, weights int) int { return (cells-(weights-1)*dilation-1)/stride + 1 }
	result := make([][]float64, positions(len(image), len(kernel)))
	for i := range result {
		result[i] = make([]float64, positions(len(image[0]), len(kernel[0])))
		for j := range result[i] {
			for a := range kernel {
				for b := range kernel[a] {
					result[i][j] += image[i*stride+a*dilation][j*stride+b*dilation] * kernel[a][b]
				}
			}
		}
	}
	return result
}

// thereAndBack is caption 11 of section 5.3b and the setting that transposes it
// (relationships 6 and 14 of arXiv:1603.07285): ⌊(2n+2−3)/2⌋+1 = n, and
// (n−1)·2 + 3 − 2 + 1 = 2n.
func thereAndBack() (down cnnlib.Conv2D, up cnnlib.ConvTranspose2D) {
	down = cnnlib.Conv2D{Channels: 1, Kernel: 3, Stride: 2, Padding: cnnlib.Same}
	up = cnnlib.ConvTranspose2D{Channels: 1, Kernel: 3, Stride: 2, Padding: cnnlib.Same, OutputPadding: 1}
	return down, up
}
