package checkerboard

import "cnnbook/cnnlib"

// The worked solutions. Readers are shown each as it stands here, so none calls another
// function of the package.

// stampsOnCell counts the inputs whose stamp lies on cell o: input n stamps the cells n·s to
// n·s + k − 1 (section 5.20.1).
func stampsOnCell(i, k, s, o int) int {
	count := 0
	for n := range i {
		if from := n * s; from <= o && o < from+k {
			count++
		}
	}
	return count
}

// stampMatrix lays one copy of the kernel into each column, s rows below the last: the matrix
// of section 5.20.2, with the rows at the border.
func stampMatrix(kernel []float64, s, n int) [][]float64 {
	m := make([][]float64, (n-1)*s+len(kernel))
	for row := range m {
		m[row] = make([]float64, n)
	}
	for column := range n {
		for t, weight := range kernel {
			m[column*s+t][column] = weight
		}
	}
	return m
}

// resizeGenerator repeats cells, then convolves, twice: 657 parameters (the second way of
// section 5.20.2).
func resizeGenerator() cnnlib.Sequential {
	return cnnlib.Sequential{
		cnnlib.Upsample{Factor: 2},
		cnnlib.Conv2D{Channels: 8, Kernel: 3, Padding: cnnlib.Same, Activation: cnnlib.LeakyReLU},
		cnnlib.Upsample{Factor: 2},
		cnnlib.Conv2D{Channels: 1, Kernel: 3, Padding: cnnlib.Same},
	}
}
