package twelve

import (
	"cnnbook/cnnlib"
)

// The worked solutions. Readers are shown each as it stands here, so none calls another
// function of the package.

// transposedSize is the worked solution: relationship 14 of arXiv:1603.07285.
func transposedSize(i, k, s, p, a int) int { return (i-1)*s + k - 2*p + a }

// strideDilation is the worked solution. For an image [H][W] and a kernel [K][L]
// it returns [⌊(H−(K−1)d−1)/s⌋+1][likewise W].
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

// thereAndBack is setting 11 of the book and the one that transposes it: ⌊(2n+2−3)/2⌋+1
// = n, and (n−1)·2 + 3 − 2 + 1 = 2n.
func thereAndBack() (down cnnlib.Conv2D, up cnnlib.ConvTranspose2D) {
	down = cnnlib.Conv2D{Channels: 1, Kernel: 3, Stride: 2, Padding: cnnlib.Same}
	up = cnnlib.ConvTranspose2D{Channels: 1, Kernel: 3, Stride: 2, Padding: cnnlib.Same, OutputPadding: 1}
	return down, up
}
