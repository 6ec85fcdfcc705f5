package edges

import (
	"math/rand/v2"

	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
)

// crossCorrelateCases are images and kernels of small integers, smallest first.
// The first is the smallest on which a turned and a transposed kernel, a lost
// row and a mean all show.
func crossCorrelateCases(r *rand.Rand) [][]any {
	cases := [][]any{
		{[][]float64{{1, 2}, {3, 4}}, [][]float64{{5, 0}, {1, 0}}},
		{book.GreyImage, book.VerticalEdges},
		{book.WhiteGrey(6), book.VerticalEdges},
	}
	for _, size := range [][4]int{{3, 4, 2, 3}, {5, 5, 1, 1}, {4, 7, 3, 2}, {6, 6, 6, 6}} {
		cases = append(cases, []any{grid.RandomIntegers(r, size[0], size[1]), grid.RandomIntegers(r, size[2], size[3])})
	}
	return cases
}
