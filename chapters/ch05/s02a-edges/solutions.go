package edges

import "math"

// The worked solutions. Readers are shown each as it stands here, so none calls another
// function of the package.

// crossCorrelate is the definition, written down (Dumoulin and Visin, arXiv:1603.07285,
// section 1.1). For an image [H][W] and a kernel [K][L] it returns [H−K+1][W−L+1].
func crossCorrelate(image, kernel [][]float64) [][]float64 {
	rows, cols := len(image)-len(kernel)+1, len(image[0])-len(kernel[0])+1
	result := make([][]float64, rows)
	for i := range result {
		result[i] = make([]float64, cols)
		for j := range result[i] {
			for a := range kernel {
				for b := range kernel[a] {
					result[i][j] += image[i+a][j+b] * kernel[a][b]
				}
			}
		}
	}
	return result
}

// edgeStrength is the length of the gradient that Sobel's two filters measure (Sobel and
// Feldman 1968). For an image [H][W] it returns [H−2][W−2].
func edgeStrength(image [][]float64) [][]float64 {
	weights := []float64{1, 2, 1}
	result := make([][]float64, len(image)-2)
	for i := range result {
		result[i] = make([]float64, len(image[0])-2)
		for j := range result[i] {
			x, y := 0.0, 0.0
			for a, w := range weights {
				x += w * (image[i+a][j] - image[i+a][j+2])
				y += w * (image[i][j+a] - image[i+2][j+a])
			}
			result[i][j] = math.Hypot(x, y)
		}
	}
	return result
}
