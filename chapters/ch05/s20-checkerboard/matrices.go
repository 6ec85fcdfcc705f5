package checkerboard

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
)

// The weights a, b, c and d in the matrices of 5.20.2. Each is ten times the one
// before, so that the decimal digits of a sum tell how often each weight is in it;
// they begin with 2, so that half of a weight is one digit too.
const weightA, weightB, weightC, weightD = 2, 20, 200, 2000

// weightSymbols writes a sum of the weights a, b, c and d: 22 is "a+b", 10 is "b/2", 0 is
// "·".
func weightSymbols(v float64) string {
	var terms []string
	halves := int(v)
	for _, name := range []string{"a", "b", "c", "d"} {
		switch n := halves % 10; {
		case n == 1:
			terms = append(terms, name+"/2")
		case n == 2:
			terms = append(terms, name)
		case n > 0 && n%2 == 0:
			terms = append(terms, fmt.Sprint(n/2, name))
		case n > 0:
			terms = append(terms, fmt.Sprint(n, name, "/2"))
		}
		halves /= 10
	}
	if len(terms) == 0 {
		return "·"
	}
	return strings.Join(terms, "+")
}

// weightMatrix writes a matrix of such sums: [a c ·; · b ·].
func weightMatrix(m [][]float64) string {
	rows := make([]string, len(m))
	for i, row := range m {
		cells := make([]string, len(row))
		for j, v := range row {
			cells[j] = weightSymbols(v)
		}
		rows[i] = strings.Join(cells, " ")
	}
	return "[" + strings.Join(rows, "; ") + "]"
}

// MatrixOf returns a linear layer that takes [1 n 1] to [h m …] as a matrix [m][n]:
// the first row of the result for the unit vectors, which the backend computes in
// one batch.
func MatrixOf(b compute.Backend, layer cnnlib.Layer, n int) ([][]float64, error) {
	units := make([]float64, n*n)
	for i := range n {
		units[i*n+i] = 1
	}
	y, err := cnnlib.Run(b, layer, batchOf(units, n, 1, n, 1)) // [n h m c]
	if err != nil {
		return nil, err
	}
	var matrix [][]float64
	err = y.ConstFlatData(func(flat any) {
		dims, values := y.Shape().Dimensions, flat.([]float32)
		for o := range dims[2] {
			row := make([]float64, n)
			for i := range row {
				row[i] = float64(values[(i*dims[1]*dims[2]+o)*dims[3]])
			}
			matrix = append(matrix, row)
		}
	})
	return matrix, err
}

// rowConvolution lays (a b c) over a row of cells without padding.
func rowConvolution(a, b, c float64) cnnlib.Conv2D {
	return cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter([][]float64{{a, b, c}})}
}

// deconvolution is the transposed convolution with size 3 and stride 2 whose matrix
// has the rows (a c) and (b): y[2i] = b·x[i], y[2i+1] = a·x[i] + c·x[i+1]. Like the
// next two it begins with y[1], as the book's matrices do.
func deconvolution(a, b, c float64) cnnlib.Layer {
	return cnnlib.ConvTranspose2D{Channels: 1, Kernel: 1, KernelW: 3, Stride: 2, NoBias: true,
		Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Left: 2, Right: 1}, Init: kernelOf{c, b, a}}
}

// nearestConvolution repeats every cell, then convolves.
func nearestConvolution(a, b, c float64) cnnlib.Layer {
	return cnnlib.Sequential{cnnlib.Upsample{Factor: 2}, rowConvolution(a, b, c)}
}

// midpointConvolution puts the mean of two neighbours between them, then convolves.
// That interpolation is itself a transposed convolution, of size 3 with stride 2 and
// the weights ½, 1, ½: an undivided size whose rows have equal sums all the same.
func midpointConvolution(a, b, c float64) cnnlib.Layer {
	between := cnnlib.ConvTranspose2D{Channels: 1, Kernel: 1, KernelW: 3, Stride: 2, NoBias: true,
		Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Left: 1, Right: 1}, Init: kernelOf{0.5, 1, 0.5}}
	return cnnlib.Sequential{between, rowConvolution(a, b, c)}
}

// matrixRows returns the first rows of a layer's matrix.
func matrixRows(b compute.Backend, layer cnnlib.Layer, columns, rows int) [][]float64 {
	m := chapters.Must(MatrixOf(b, layer, columns))
	if len(m) < rows {
		panic(chapters.Failure(fmt.Errorf("checkerboard: the matrix of %v for %d cells has %d rows, want %d", layer, columns, len(m), rows)))
	}
	return m[:rows]
}

func checkSymbols(b compute.Backend, book string, layer cnnlib.Layer, columns, rows int) chapters.Finding {
	m := matrixRows(b, layer, columns, rows)
	return chapters.Same(book, weightMatrix(m))
}

// sizeFour is the transposed convolution with size 4 and stride 2 whose matrix has the
// rows (a c) and (b d) away from the border.
func sizeFour(a, b, c, d float64) cnnlib.Layer {
	return cnnlib.ConvTranspose2D{Channels: 1, Kernel: 1, KernelW: 4, Stride: 2, NoBias: true,
		Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Left: 2, Right: 2}, Init: kernelOf{c, d, a, b}}
}

// weightSums adds up the rows of a matrix of a, b, c and d.
func weightSums(m [][]float64) []string {
	sums := make([]string, len(m))
	for i, row := range m {
		total := 0.0
		for _, v := range row {
			total += v
		}
		sums[i] = weightSymbols(total)
	}
	return sums
}

func checkExampleDivides(c chapters.Check) chapters.Finding {
	const stride = 2
	example := matrixRows(c.Backend, deconvolution(weightA, weightB, weightC), 3, 4)
	four := matrixRows(c.Backend, sizeFour(weightA, weightB, weightC, weightD), 3, 4)
	size := 0 // weights in the rows of one period, which are all those of the kernel
	for _, row := range example[:stride] {
		for _, v := range row {
			if v != 0 {
				size++
			}
		}
	}
	f := chapters.Finding{Value: fmt.Sprintf("size %d, and %d mod %d = %d; row sums %s. Size 4: %s, row sums %s", size, size, stride, size%stride,
		strings.Join(weightSums(example)[:2], ", "), weightMatrix(four[:2]), strings.Join(weightSums(four)[:2], ", ")), Verdict: chapters.Differs}
	if size%stride == 0 {
		f.Verdict = chapters.Holds
	}
	return f
}

// checkTransposedBlock compares the matrix with that of the convolution that has the
// same kernel and stride.
func checkTransposedBlock(check chapters.Check) chapters.Finding {
	d := chapters.Must(MatrixOf(check.Backend, deconvolution(weightA, weightB, weightC), 3))
	conv := cnnlib.Conv2D{NoBias: true, Stride: 2, Weights: cnnlib.Filter([][]float64{{weightC, weightB, weightA}}),
		Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Left: 2, Right: 1}}
	c := chapters.Must(MatrixOf(check.Backend, conv, len(d)))
	if !ref.EqualWithin(grid.Transposed(c), d, 0) {
		return chapters.Finding{Value: fmt.Sprintf("convolution %s, transposed convolution %s", weightMatrix(c), weightMatrix(d)), Verdict: chapters.Differs}
	}
	corner := func(m [][]float64) string {
		return strings.ReplaceAll(weightMatrix([][]float64{m[0][:2], m[1][:2]}), "·", "0")
	}
	return chapters.Same(check.Book, fmt.Sprintf("convolution %s, transposed %s", corner(c), corner(d)))
}

// checkResizeIsEven sends an even area through resizing and a 3×3 convolution with
// random weights, and through transposed convolutions for comparison.
func checkResizeIsEven(c chapters.Check) chapters.Finding {
	near := flatResponse(c.Backend, cnnlib.Sequential{cnnlib.Upsample{Factor: 2}, cnnlib.Conv2D{Channels: 1, Kernel: 3}})
	linear := flatResponse(c.Backend, cnnlib.Sequential{cnnlib.Upsample{Factor: 2, Mode: cnnlib.Bilinear}, cnnlib.Conv2D{Channels: 1, Kernel: 3}})
	nearAfter, text := measuredShare("nearest + conv", "even area after")
	linearAfter, text2 := measuredShare("bilinear + conv", "even area after")
	f := chapters.Finding{Value: fmt.Sprintf("share of the power at frequency ½ on an even area: random weights, nearest %s, bilinear %s; trained on digits, nearest %s, bilinear %s", percentShare(near), percentShare(linear), text, text2), Verdict: chapters.Differs}
	if near < roundingShare && linear < roundingShare && nearAfter < roundingShare && linearAfter < roundingShare {
		f.Verdict = chapters.Holds
	}
	return f
}

// roundingShare bounds what rounding puts at frequency ½: sums of up to 36 products
// in float32 are off by about 36·2⁻²⁴ of their size, squared 5e-12; the rest is room
// for sums that are small beside their products.
const roundingShare = 1e-9

// flatResponse returns the share of the power at frequency ½ in what a layer makes
// of an even area, away from the border.
func flatResponse(b compute.Backend, layer cnnlib.Layer) float64 {
	y := chapters.Must(cnnlib.RunPlane(b, layer, evenArea(stampInputs, stampInputs)))
	const border = 4 // no kernel here reaches further
	m := withoutBorder(y, border)
	even := len(m) / 2 * 2
	m = m[:even]
	for i := range m {
		m[i] = m[i][:even]
	}
	return chapters.Must(FlatShare(m))
}

func percentShare(share float64) string { return fmt.Sprintf("%.2f %%", 100*share) }

func checkDivisibleIsEnough(c chapters.Check) chapters.Finding {
	equal := flatResponse(c.Backend, cnnlib.ConvTranspose2D{Channels: 1, Kernel: 4, Stride: 2, NoBias: true, Init: equalWeights(16)})
	random := flatResponse(c.Backend, cnnlib.ConvTranspose2D{Channels: 1, Kernel: 4, Stride: 2})
	after, text := measuredShare("transposed k4 s2", "even area after")
	_, three := measuredShare("transposed k3 s2", "even area after")
	f := chapters.Finding{Value: fmt.Sprintf("size 4, stride 2 on an even area: %s of the power at frequency ½ with equal weights, %s with random ones, %s when trained on digits (size 3: %s)", percentShare(equal), percentShare(random), text, three), Verdict: chapters.Differs}
	if equal < roundingShare && random < roundingShare && after < roundingShare {
		f.Verdict = chapters.Holds
	}
	return f
}

// measuredShare returns a measured share as the mean of the seeds, and in words.
func measuredShare(arm, name string) (float64, string) {
	m := chapters.Must(Measured(checkerboardID))
	mean, sd, n, err := m.Mean(arm, name)
	chapters.OK(err)
	return mean, fmt.Sprintf("%.2f ± %.2f %% (%d seeds)", 100*mean, 100*sd, n)
}

// checkGridIsDrawn reads what the networks with size 3 and stride 2 draw of even areas.
func checkGridIsDrawn(chapters.Check) chapters.Finding {
	before, beforeText := measuredShare("transposed k3 s2", "even area before")
	after, afterText := measuredShare("transposed k3 s2", "even area after")
	f := chapters.Finding{Value: fmt.Sprintf("size 3, stride 2, twice, on even areas: %s of the power has period 2 before training on digits, %s after it", beforeText, afterText), Verdict: chapters.Differs}
	if before > roundingShare && after > roundingShare {
		f.Verdict = chapters.Holds
	}
	return f
}

// checkSubPixelAvoids reads what sub-pixel networks draw of even areas.
func checkSubPixelAvoids(chapters.Check) chapters.Finding {
	f := chapters.Finding{Verdict: chapters.Holds}
	var parts []string
	for _, arm := range []string{"sub-pixel", "sub-pixel ICNR"} {
		for _, when := range []string{"before", "after"} {
			share, text := measuredShare(arm, "even area "+when)
			if share > roundingShare {
				f.Verdict = chapters.Differs
			}
			parts = append(parts, fmt.Sprintf("%s %s training %s", arm, when, text))
		}
	}
	f.Value = "power with period 2 on even areas: " + strings.Join(parts, "; ")
	return f
}

// checkUniqueEntry looks at the rows of one period, (a c) and (b).
func checkUniqueEntry(c chapters.Check) chapters.Finding {
	m := matrixRows(c.Backend, deconvolution(weightA, weightB, weightC), 3, 2)
	var entries, inputs []float64
	for _, row := range m {
		n := 0.0
		for _, v := range row {
			if v != 0 {
				entries = append(entries, v)
				n++
			}
		}
		inputs = append(inputs, n)
	}
	slices.Sort(entries)
	unique := len(entries) == len(slices.Compact(slices.Clone(entries)))
	oneInput := slices.Max(inputs) == 1
	f := chapters.Finding{Value: fmt.Sprintf("rows %s: %s inputs a row; each weight stands once: %t", weightMatrix(m), listNumbers(inputs), unique), Verdict: chapters.Differs}
	switch {
	case unique && oneInput:
		f.Verdict = chapters.Holds
	case unique:
		f.Verdict = chapters.Unclear // as Distill has it, not as the book has it
	}
	return f
}

// checkWeightsTied counts in how many rows of one period each weight stands.
func checkWeightsTied(check chapters.Check) chapters.Finding {
	value, shared := "", true
	for _, c := range []struct {
		name  string
		layer func(a, b, c float64) cnnlib.Layer
	}{{"deconvolution", deconvolution}, {"nearest", nearestConvolution}, {"bilinear", midpointConvolution}} {
		m := matrixRows(check.Backend, c.layer(weightA, weightB, weightC), 4, 2)
		sums := weightSums(m)
		value += fmt.Sprintf("%s: row sums %s; ", c.name, strings.Join(sums, " and "))
		for _, weight := range []string{"a", "b", "c"} {
			for _, s := range sums {
				if c.name != "deconvolution" && !strings.Contains(s, weight) {
					shared = false
				}
			}
		}
		if c.name != "deconvolution" && sums[0] != sums[1] {
			shared = false
		}
	}
	f := chapters.Finding{Value: strings.TrimSuffix(value, "; "), Verdict: chapters.Differs}
	if shared {
		f.Verdict = chapters.Holds
	}
	return f
}

// checkLinear uses a real digit: A is the digit with zeros between its cells, A+B the
// digit enlarged by repeating them. Bytes times small integers are exact in float32.
func checkLinear(c chapters.Check) chapters.Finding {
	test := chapters.Must(data.MNISTTest())
	digit := test.Plane(0)
	for _, row := range digit {
		for j := range row {
			row[j] *= data.PixelMax
		}
	}
	zeros := cnnlib.ConvTranspose2D{Channels: 1, Kernel: 2, Stride: 2, NoBias: true, Init: kernelOf{1, 0, 0, 0}}
	a := chapters.Must(cnnlib.RunPlane(c.Backend, zeros, digit))
	enlarged := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Upsample{Factor: 2}, digit))
	kernel := [][]float64{{1, 2, 3}, {-4, 5, -6}, {7, 8, 9}}
	var results [3][][]float64
	for i, x := range [][][]float64{enlarged, a, plusTimes(enlarged, a, -1)} {
		results[i] = chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{Padding: cnnlib.Same, NoBias: true, Weights: cnnlib.Filter(kernel)}, x))
	}
	f := chapters.Finding{Value: "a digit with a 3×3 kernel of integers: C*(A+B) = C*A + C*B in all 3,136 cells", Verdict: chapters.Holds}
	if !ref.EqualWithin(results[0], plusTimes(results[1], results[2], 1), 0) {
		f = chapters.Finding{Value: "C*(A+B) is not C*A + C*B", Verdict: chapters.Differs}
	}
	return f
}

// plusTimes returns x + factor·y.
func plusTimes(x, y [][]float64, factor float64) [][]float64 {
	out := make([][]float64, len(x))
	for i := range x {
		for j := range x[i] {
			out[i] = append(out[i], x[i][j]+factor*y[i][j])
		}
	}
	return out
}

// deconvolutionMoved returns the deconvolution's matrix moved down by so many rows, or up where the
// number is negative: what comes in at the border are the rows above and below those
// that the book prints.
func deconvolutionMoved(b compute.Backend, columns, rows, down int) [][]float64 {
	// One cell more on each side gives two rows more on each side.
	m := chapters.Must(MatrixOf(b, deconvolution(weightA, weightB, weightC), columns+2))
	var out [][]float64
	for i := range rows {
		out = append(out, m[2-down+i][1:1+columns])
	}
	return out
}

func checkNearestShift(c chapters.Check) chapters.Finding {
	still := deconvolutionMoved(c.Backend, 3, 4, 0)
	down := deconvolutionMoved(c.Backend, 3, 4, 1)
	nearest := matrixRows(c.Backend, nearestConvolution(weightA, weightB, weightC), 3, 4)
	if !ref.EqualWithin(plusTimes(still, down, 1), nearest, 0) {
		return chapters.Finding{Value: fmt.Sprintf("%s + %s is not %s", weightMatrix(still), weightMatrix(down), weightMatrix(nearest)), Verdict: chapters.Differs}
	}
	return chapters.Same(c.Book, fmt.Sprintf("nearest: increment = %s, the matrix moved down by one row", weightMatrix(down)))
}

// rowQueue moves the rows down by one; the last comes in at the top.
func rowQueue(m [][]float64) [][]float64 {
	return append([][]float64{m[len(m)-1]}, m[:len(m)-1]...)
}

// wrappedRound returns the matrix of a layer on n cells whose row goes round: the rows of
// the middle one of three copies, with the columns of the copies added up. The rows
// begin with y[1], as they do without copies.
func wrappedRound(b compute.Backend, layer cnnlib.Layer, n int) [][]float64 {
	m := chapters.Must(MatrixOf(b, layer, 3*n))
	out := make([][]float64, 2*n)
	for i := range out {
		out[i] = make([]float64, n)
		for j, v := range m[2*n+i] {
			out[i][j%n] += v
		}
	}
	return out
}

func checkCircularQueue(c chapters.Check) chapters.Finding {
	f := chapters.Finding{Verdict: chapters.Holds}
	d := matrixRows(c.Backend, deconvolution(weightA, weightB, weightC), 3, 4)
	n := matrixRows(c.Backend, nearestConvolution(weightA, weightB, weightC), 3, 4)
	sum := plusTimes(d, rowQueue(d), 1)
	same := 0
	for i := range sum {
		if slices.Equal(sum[i], n[i]) {
			same++
		}
	}
	if same < len(sum) {
		f.Verdict = chapters.Differs
	}
	dRound := wrappedRound(c.Backend, deconvolution(weightA, weightB, weightC), 4)
	nRound := wrappedRound(c.Backend, nearestConvolution(weightA, weightB, weightC), 4)
	round := "not either"
	if ref.EqualWithin(plusTimes(dRound, rowQueue(dRound), 1), nRound, 0) {
		round = fmt.Sprintf("equal in all %d rows", len(nRound))
	}
	f.Value = fmt.Sprintf("equal in %d of %d rows; the first is %s, not %s. With circular padding: %s", same, len(sum), weightMatrix(sum[:1]), weightMatrix(n[:1]), round)
	return f
}

func checkBilinearShift(c chapters.Check) chapters.Finding {
	var parts [3][][]float64 // still, down, up
	for i, down := range []int{0, 1, -1} {
		parts[i] = deconvolutionMoved(c.Backend, 4, 4, down)
	}
	bilinear := matrixRows(c.Backend, midpointConvolution(weightA, weightB, weightC), 4, 4)
	nothing := plusTimes(parts[0], parts[0], -1)
	down, up := plusTimes(nothing, parts[1], 0.5), plusTimes(nothing, parts[2], 0.5)
	if !ref.EqualWithin(plusTimes(plusTimes(parts[0], down, 1), up, 1), bilinear, 0) {
		return chapters.Finding{Value: fmt.Sprintf("%s + %s + %s is not %s", weightMatrix(parts[0]), weightMatrix(down), weightMatrix(up), weightMatrix(bilinear)), Verdict: chapters.Differs}
	}
	return chapters.Same(c.Book, fmt.Sprintf("bilinear: + %s + %s", weightMatrix(down), weightMatrix(up)))
}

// OneChannel returns a kernel [K K] in the order of SubPixel, for one channel in and
// one out.
func OneChannel(kernel [][]float64) [][][][]float64 {
	out := make([][][][]float64, len(kernel))
	for t, row := range kernel {
		for _, weight := range row {
			out[t] = append(out[t], [][]float64{{weight}})
		}
	}
	return out
}

// SubPixel rearranges the weights of a transposed convolution with stride r, whose
// kernel is r times m, into those of a convolution with an m×m kernel before
// PixelShuffle (W. Shi et al., arXiv:1609.07009, section 2). kernel[t][u][o][i] is tap
// (t, u) from input channel i to output channel o. Output channel o·r² + p·r + q of
// the convolution makes the cells of phase (p, q): it has the taps t with t mod r = p,
// u with u mod r = q, turned round, because a stamp reaches forward and a window
// reaches back.
func SubPixel(kernel [][][][]float64, r int) (cnnlib.Weights, error) {
	k := len(kernel)
	if r < 1 || k == 0 || k%r != 0 || len(kernel[0]) != k {
		return nil, fmt.Errorf("checkerboard: a kernel of %d rows with stride %d: want a square kernel whose size is a multiple of the stride; fill it up with zeros", k, r)
	}
	m, outs, ins := k/r, len(kernel[0][0]), len(kernel[0][0][0])
	w := make(cnnlib.Weights, outs*r*r)
	for channel := range w {
		o, p, q := channel/(r*r), channel/r%r, channel%r
		w[channel] = make([][][]float64, ins)
		for i := range ins {
			w[channel][i] = make([][]float64, m)
			for a := range m {
				for c := range m {
					w[channel][i][a] = append(w[channel][i][a], kernel[p+(m-1-a)*r][q+(m-1-c)*r][o][i])
				}
			}
		}
	}
	return w, nil
}

// checkSubPixelEqual compares both for several sizes, on random integers, which are
// exact in float32.
func checkSubPixelEqual(check chapters.Check) chapters.Finding {
	const ins, outs, side, seed = 2, 3, 5, 520
	r := rand.New(rand.NewPCG(seed, 0))
	integer := func() float64 { return float64(r.IntN(19) - 9) }
	var equal, all int
	var tried []string
	for _, c := range []struct{ k, s int }{{2, 2}, {4, 2}, {6, 2}, {3, 3}, {6, 3}} {
		kernel, flatKernel := make([][][][]float64, c.k), kernelOf{}
		for t := range kernel {
			kernel[t] = make([][][]float64, c.k)
			for u := range kernel[t] {
				kernel[t][u] = make([][]float64, outs)
				for o := range outs {
					for range ins {
						kernel[t][u][o] = append(kernel[t][u][o], integer())
					}
					flatKernel = append(flatKernel, kernel[t][u][o]...)
				}
			}
		}
		weights := chapters.Must(SubPixel(kernel, c.s))
		x := make([]float64, side*side*ins)
		for i := range x {
			x[i] = integer()
		}
		stamped := chapters.Must(cnnlib.Run(check.Backend, cnnlib.ConvTranspose2D{Channels: outs, Kernel: c.k, Stride: c.s, NoBias: true, Init: flatKernel}, batchOf(x, 1, side, side, ins)))
		shuffled := chapters.Must(cnnlib.Run(check.Backend, cnnlib.Sequential{cnnlib.Conv2D{NoBias: true, Padding: cnnlib.Full, Weights: weights}, cnnlib.PixelShuffle{Factor: c.s}}, batchOf(x, 1, side, side, ins)))
		all++
		if sameNumbers(stamped, shuffled) {
			equal++
		}
		tried = append(tried, fmt.Sprintf("%d/%d", c.k, c.s))
	}
	f := chapters.Finding{Value: fmt.Sprintf("exactly equal in %d of %d cases (size/stride %s), 2 channels to 3", equal, all, strings.Join(tried, ", ")), Verdict: chapters.Differs}
	if equal == all {
		f.Verdict = chapters.Holds
	}
	return f
}

// sameNumbers reports whether two float32 tensors are the same number for number.
func sameNumbers(a, b *tensors.Tensor) bool {
	if !a.Shape().Equal(b.Shape()) {
		return false
	}
	numbers := func(t *tensors.Tensor) (values []float32) {
		if err := t.ConstFlatData(func(flat any) { values = slices.Clone(flat.([]float32)) }); err != nil {
			return nil
		}
		return values
	}
	x, y := numbers(a), numbers(b)
	return x != nil && slices.Equal(x, y)
}
