package ch05

import (
	"fmt"
	"math/rand/v2"

	"cnnbook/chapters"
	"cnnbook/cnnlib/ref"
)

func transposedSizeExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.3b", Kind: chapters.Compute, Title: "The size of a transposed convolution",
		Task: "Write func(i, k, s, p, a int) int: the number of cells that a transposed convolution makes of an axis of i cells, with kernel size k, stride s, padding p and output padding a. Padding is cut off on both sides; output padding is added at the end only.",
		Args: []string{"i", "k", "s", "p", "a"},
		Hints: []string{
			"Each input cell stamps the kernel on the result. Take one input cell: how long is the result?",
			"The next stamp begins s cells after the one before. Where does the last of i stamps begin, and where does it end?",
			"The padding makes the result of a convolution larger. A transposed convolution goes the way back.",
		},
		Stub:     func(i, k, s, p, a int) int { return 0 },
		Solution: transposedSize,
		Wrong: []chapters.WrongAnswer{
			{Name: "the formula of the convolution", Answer: func(i, k, s, p, a int) int { return (i+2*p-k)/s + 1 }, Says: "way forth"},
			{Name: "padding added", Answer: func(i, k, s, p, a int) int { return (i-1)*s + k + 2*p + a }, Says: "cut off"},
			{Name: "as many strides as cells", Answer: func(i, k, s, p, a int) int { return i*s + k - 2*p + a }, Says: "i−1 gaps"},
			{Name: "output padding forgotten", Answer: func(i, k, s, p, a int) int { return (i-1)*s + k - 2*p }, Says: "output padding is missing"},
			{Name: "output padding on both sides", Answer: func(i, k, s, p, a int) int { return (i-1)*s + k - 2*p + 2*a }, Says: "at the end only"},
			{Name: "padding cut on one side", Answer: func(i, k, s, p, a int) int { return (i-1)*s + k - p + a }, Says: "both sides"},
			{Name: "multiplied by the stride", Answer: func(i, k, s, p, a int) int { return i * s }, Says: "i·s"},
		},
		Cases:   transposedSizeCases,
		Explain: explainTransposedSize,
	}
}

// transposedSize is the worked solution: relationship 14 of arXiv:1603.07285.
func transposedSize(i, k, s, p, a int) int { return (i-1)*s + k - 2*p + a }

// transposedSizeCases begin with settings on which every mistake gives a number of
// its own: stride 2 alone (right 5; the convolution's formula 0, i·s+k 7, i·s 4),
// output padding alone (6; without it 5, twice 7), padding alone (6; added 10, one
// side 8).
func transposedSizeCases(r *rand.Rand) [][]any {
	cases := [][]any{{2, 3, 2, 0, 0}, {2, 3, 2, 0, 1}, {5, 6, 1, 2, 0}}
	for range 20 {
		k, s := 1+r.IntN(6), 1+r.IntN(4)
		cases = append(cases, []any{2 + r.IntN(12), k, s, r.IntN(k+1) / 2, r.IntN(s)})
	}
	return cases
}

func explainTransposedSize(args []any, want, got any) string {
	i, k, s, p, a := args[0].(int), args[1].(int), args[2].(int), args[3].(int), args[4].(int)
	switch got.(int) {
	case (i+2*p-k)/s + 1:
		return "This is the formula of the convolution, the way forth; asked for is the way back."
	case i*s + k - 2*p + a:
		return "One stride too many: between i stamps there are i−1 gaps."
	case (i-1)*s + k + 2*p + a:
		return "The padding is added; on the way back it is cut off."
	case (i-1)*s + k - p + a:
		return "The padding is cut off on one side only; it stands on both sides."
	case (i-1)*s + k - 2*p:
		return "The output padding is missing."
	case (i-1)*s + k - 2*p + 2*a:
		return "The output padding is counted twice; it is added at the end only."
	case i * s:
		return "The result is i·s only where the kernel and the padding happen to fit that; the last stamp is k cells long."
	}
	return ""
}

func strideDilationExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.3b-2", Kind: chapters.Build, Title: "A convolution with stride and dilation",
		Task: "Write func(image, kernel [][]float64, stride, dilation int) [][]float64: slide the kernel over the image without padding and without turning it. From one position to the next it moves stride cells; neighbouring weights lie on cells that are dilation apart (1: side by side).",
		Args: []string{"image", "kernel", "stride", "dilation"},
		Hints: []string{
			"Begin with stride 1 and dilation 1: that is exercise 5.2a.",
			"How many cells does a kernel of 3 weights span if they are 2 cells apart? Use that span, not the number of weights, to count the positions.",
			"Result cell (i, j) begins at image cell (i·stride, j·stride). From there, weight (a, b) lies a·dilation rows down and b·dilation columns to the right.",
		},
		Stub:     func(image, kernel [][]float64, stride, dilation int) [][]float64 { return nil },
		Solution: strideDilation,
		Wrong: []chapters.WrongAnswer{
			{Name: "dilation ignored", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
				return strideDilation(image, kernel, stride, 1)
			}, Says: "dilation is not used"},
			{Name: "stride ignored", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
				return strideDilation(image, kernel, 1, dilation)
			}, Says: "stride is not used"},
			{Name: "stride and dilation exchanged", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
				return strideDilation(image, kernel, dilation, stride)
			}, Says: "exchanged"},
			{Name: "dilation as the number of cells left out", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
				if 1+(len(kernel)-1)*(dilation+1) > len(image) || 1+(len(kernel[0])-1)*(dilation+1) > len(image[0]) {
					return nil
				}
				return strideDilation(image, kernel, stride, dilation+1)
			}, Says: "one too far"},
			{Name: "kernel turned", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
				return strideDilation(image, ref.Rotate180(kernel), stride, dilation)
			}, Says: "turned by 180°"},
			{Name: "the position counted, not the cell", Answer: func(image, kernel [][]float64, stride, dilation int) [][]float64 {
				y := strideDilation(image, kernel, 1, dilation)
				rows, cols := (len(y)-1)/stride+1, (len(y[0])-1)/stride+1
				y = y[:rows]
				for i := range y {
					y[i] = y[i][:cols]
				}
				return y
			}, Says: "times the stride"},
		},
		Cases:   strideDilationCases,
		Explain: explainStrideDilation,
	}
}

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

// strideDilationCases change one thing at a time before they change both: bare,
// dilation 2, stride 2, then a row of the book's table and random ones.
func strideDilationCases(r *rand.Rand) [][]any {
	k := [][]float64{{1, 2}, {0, 3}}
	cases := [][]any{
		{SettingImage(3), k, 1, 1},
		{SettingImage(4), k, 1, 2},
		{SettingImage(4), k, 2, 1},
		{SettingImage(7), SettingKernel(3), 1, 2}, // caption 12
	}
	for range 6 {
		kh, kw, s, d := 1+r.IntN(3), 1+r.IntN(3), 1+r.IntN(3), 1+r.IntN(3)
		cases = append(cases, []any{randomMatrix(r, kh*d+r.IntN(6), kw*d+r.IntN(6)), randomMatrix(r, kh, kw), s, d})
	}
	return cases
}

func explainStrideDilation(args []any, want, got any) string {
	image, kernel, s, d := args[0].([][]float64), args[1].([][]float64), args[2].(int), args[3].(int)
	w, g := want.([][]float64), got.([][]float64)
	// As dilation grows, the kernel may not fit any more.
	is := func(kernel [][]float64, s, d int) bool {
		return (len(kernel)-1)*d < len(image) && (len(kernel[0])-1)*d < len(image[0]) &&
			ref.EqualWithin(g, strideDilation(image, kernel, s, d), 1e-9) // cases hold small integers
	}
	switch {
	case s != d && is(kernel, d, s):
		return "Stride and dilation are exchanged: the stride moves the kernel, the dilation spreads its weights."
	case d > 1 && is(kernel, s, 1):
		return "The dilation is not used: these are the numbers with all weights side by side."
	case s > 1 && is(kernel, 1, d):
		return "The stride is not used: these are the numbers for every position."
	case len(g) == 0 || is(kernel, s, d+1):
		return "The weights are one too far apart: dilation d means that neighbours are d cells apart, with d−1 cells between them."
	case is(ref.Rotate180(kernel), s, d):
		return "These are the numbers of the kernel turned by 180°. Here the kernel is not turned."
	case len(g) != len(w) || len(g[0]) != len(w[0]):
		return fmt.Sprintf("The size is wrong: %d weights, %d apart, span %d of %d rows.", len(kernel), d, (len(kernel)-1)*d+1, len(image))
	case s > 1:
		return "Result cell (i, j) begins at image cell (i, j) times the stride. Look at where the second one begins."
	}
	return ""
}
