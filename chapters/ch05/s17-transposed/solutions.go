package transposed

// The worked solutions. Readers are shown each as it stands here, so none calls another
// function of the package.

// trueConvolution is the definition, y[i,j] = Σ x[i+a, j+b]·h[−a,−b], with h[0,0] in
// the centre of the kernel: reading it backwards turns it by 180°. The result has
// the size of the image.
func trueConvolution(image, kernel [][]float64) [][]float64 {
	rows, cols := len(kernel), len(kernel[0])
	result := make([][]float64, len(image))
	for i := range image {
		result[i] = make([]float64, len(image[i]))
		for j := range image[i] {
			for a := range rows {
				for b := range cols {
					r, c := i+a-rows/2, j+b-cols/2 // the cell of the image under (a, b)
					if r >= 0 && r < len(image) && c >= 0 && c < len(image[r]) {
						result[i][j] += image[r][c] * kernel[rows-1-a][cols-1-b]
					}
				}
			}
		}
	}
	return result
}

// stamps is a transposed convolution by scatter: the last stamp begins at
// (i−1)·stride, so that the result has (i−1)·stride + k rows, likewise columns.
func stamps(x, kernel [][]float64, stride int) [][]float64 {
	result := make([][]float64, (len(x)-1)*stride+len(kernel))
	for i := range result {
		result[i] = make([]float64, (len(x[0])-1)*stride+len(kernel[0]))
	}
	for i, row := range x {
		for j, v := range row {
			for a := range kernel {
				for b, w := range kernel[a] {
					result[i*stride+a][j*stride+b] += v * w
				}
			}
		}
	}
	return result
}

// outputPadding is the a of Dumoulin and Visin (arXiv:1603.07285, Relationship 14):
// the cells that the convolution leaves over behind its last window.
func outputPadding(i, k, s, p int) int { return (i + 2*p - k) % s }

// unpool puts values back to the places that a pooling has recorded (M. Zeiler,
// R. Fergus, arXiv:1311.2901, §2.1).
func unpool(values [][]float64, places [][]int, h, w int) [][]float64 {
	picture := make([][]float64, h)
	for i := range picture {
		picture[i] = make([]float64, w)
	}
	for i, row := range values {
		for j, v := range row {
			place := places[i][j]
			picture[place/w][place%w] += v
		}
	}
	return picture
}
