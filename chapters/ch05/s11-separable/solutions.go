package separable

// The worked solutions. Readers are shown each as it stands here, so none calls another
// function of the package.

// separableWeights counts out kernels of k×k×in in a standard layer; in kernels of k×k, then
// out kernels of 1×1×in, in a separable one (section 5.11 of the book).
func separableWeights(in, out, k int) (standard, separable int) {
	return out * k * k * in, in*k*k + out*in
}

// depthwise is section 5.2's convolution in a loop over the channels (F. Chollet 2016,
// arXiv:1610.02357, §1.2).
func depthwise(maps, kernels [][][]float64) [][][]float64 {
	result := make([][][]float64, len(maps))
	for c, m := range maps {
		k := kernels[c]
		for i := 0; i+len(k) <= len(m); i++ {
			var row []float64
			for j := 0; j+len(k[0]) <= len(m[0]); j++ {
				sum := 0.0
				for a := range k {
					for b := range k[a] {
						sum += m[i+a][j+b] * k[a][b]
					}
				}
				row = append(row, sum)
			}
			result[c] = append(result[c], row)
		}
	}
	return result
}

// pointwise is a 1×1 convolution: a matrix times the channels of each cell (F. Chollet 2016,
// arXiv:1610.02357, §1.2).
func pointwise(maps [][][]float64, weights [][]float64) [][][]float64 {
	result := make([][][]float64, len(weights))
	for o := range weights {
		result[o] = make([][]float64, len(maps[0]))
		for i := range result[o] {
			result[o][i] = make([]float64, len(maps[0][i]))
			for j := range result[o][i] {
				for c := range maps {
					result[o][i][j] += weights[o][c] * maps[c][i][j]
				}
			}
		}
	}
	return result
}
