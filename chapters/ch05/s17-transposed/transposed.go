package transposed

// The data of section 5.17.
var (
	// turnImage and turnKernel are the section's first example: the kernel is a
	// Sobel filter, and turned by 180° it is its own negative.
	turnImage  = [][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}
	turnKernel = [][]float64{{-1, -2, -1}, {0, 0, 0}, {1, 2, 1}}

	// embossSource is the picture of the second example, embossKernel its kernel.
	// The pixel that the section follows is in row 1, column 1.
	embossSource = [][]float64{
		{0, 0, 0, 0, 0, 0, 0},
		{0, 1, 1, 1, 1, 0, 0},
		{0, 1, 2, 2, 1, 1, 0},
		{0, 1, 2, 2, 2, 1, 0},
		{0, 0, 1, 2, 2, 1, 0},
		{0, 0, 1, 1, 1, 1, 0},
		{0, 0, 1, 1, 1, 1, 0},
	}
	embossKernel = [][]float64{{4, 0, 0}, {0, 0, 0}, {0, 0, -4}}

	// slideImage and slideKernel are the third example. The kernel looks the same
	// after half a turn.
	slideImage = [][]float64{
		{1, 1, 1, 0, 0},
		{0, 1, 1, 1, 0},
		{0, 0, 1, 1, 1},
		{0, 0, 1, 1, 0},
		{0, 1, 1, 0, 0},
	}
	slideKernel = [][]float64{{1, 0, 1}, {0, 1, 0}, {1, 0, 1}}

	// stampInput and stampKernel fill in the 2×2 picture and the 4×4 kernel of the
	// section's last example, which shows colours only. Stride stampStride makes
	// them 7×7.
	stampInput  = [][]float64{{1, 2}, {3, 4}}
	stampKernel = [][]float64{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}, {13, 14, 15, 16}}
)

const stampStride = 3
