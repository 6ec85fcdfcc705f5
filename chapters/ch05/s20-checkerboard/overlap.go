package checkerboard

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// kernelOf is an Initializer that gives a layer the weights it is to have, in the
// order of the layer's variable. ConvTranspose2D has no field for given weights.
type kernelOf []float64

func (f kernelOf) Weights(_ *rand.Rand, _ cnnlib.Fan, w []float64) { copy(w, f) }
func (kernelOf) Biases(_ *rand.Rand, _ cnnlib.Fan, b []float64)    { clear(b) }
func (f kernelOf) String() string                                  { return fmt.Sprintf("kernelOf%v", []float64(f)) }

// equalWeights is a kernel of n ones.
func equalWeights(n int) kernelOf { return slices.Repeat(kernelOf{1}, n) }

// evenArea is a picture of h×w ones.
func evenArea(h, w int) [][]float64 {
	m := make([][]float64, h)
	for i := range m {
		m[i] = slices.Repeat([]float64{1}, w)
	}
	return m
}

// Stamps returns, for each cell of the result of a transposed convolution of an
// h×w input, how many cells of the input add to it: the backend runs the layer with
// all weights 1 on an input of ones. A kernel and stride act on axes longer than 1.
//
// It is an error if the counts are not those of arith.Transposed.
func Stamps(b compute.Backend, h, w, kernel, stride int) ([][]float64, error) {
	layer := cnnlib.ConvTranspose2D{Channels: 1, Kernel: kernel, KernelW: kernel, Stride: stride, NoBias: true, Init: equalWeights(kernel * kernel)}
	rows := []int{1}
	var err error
	if h == 1 {
		layer.Kernel, layer.Init = 1, equalWeights(kernel)
	} else if rows, err = (arith.Transposed{In: h, Kernel: kernel, Stride: stride}).Contributions(); err != nil {
		return nil, err
	}
	columns, err := arith.Transposed{In: w, Kernel: kernel, Stride: stride}.Contributions()
	if err != nil {
		return nil, err
	}
	got, err := cnnlib.RunPlane(b, layer, evenArea(h, w))
	if err != nil {
		return nil, err
	}
	counted, err := arith.Outer(rows, columns)
	if err != nil {
		return nil, err
	}
	if !ref.EqualWithin(got, asNumbers(counted), 0) { // small integers are exact
		return nil, fmt.Errorf("checkerboard: kernel %d, stride %d: the backend adds up %v, arith counts %v", kernel, stride, got, counted)
	}
	return got, nil
}

// asNumbers returns counts as numbers.
func asNumbers(m [][]int) [][]float64 {
	out := make([][]float64, len(m))
	for i, row := range m {
		for _, v := range row {
			out[i] = append(out[i], float64(v))
		}
	}
	return out
}

// innerLevels returns the different numbers of a matrix away from its border, in rising
// order. border is how many cells of each side are left out; an axis of one cell
// has no border.
func innerLevels(m [][]float64, border int) []float64 {
	if len(m) > 1 {
		m = m[border : len(m)-border]
	}
	var all []float64
	for _, row := range m {
		all = append(all, row[border:len(row)-border]...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// listNumbers writes numbers as "1, 2, 4".
func listNumbers(values []float64) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = chapters.FormatNumber(v)
	}
	return strings.Join(texts, ", ")
}

// stampInputs is how many inputs the book's pictures have.
const stampInputs = 8

func checkStampCounts(kernel, stride int) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		m := chapters.Must(Stamps(c.Backend, 1, stampInputs, kernel, stride))
		return chapters.Same(c.Book, strings.ReplaceAll(listNumbers(m[0]), ",", ""))
	}
}

// checkUnevenSettings tries every kernel size up to 7 with every stride up to 4.
func checkUnevenSettings(c chapters.Check) chapters.Finding {
	even, uneven, exceptions := 0, 0, 0
	for k := 1; k <= 7; k++ {
		for s := 1; s <= 4; s++ {
			m := chapters.Must(Stamps(c.Backend, 1, 2*stampInputs, k, s))
			flat := len(innerLevels(m, k)) == 1 // k cells from the border no stamp is missing
			if flat {
				even++
			} else {
				uneven++
			}
			if flat != (k%s == 0) {
				exceptions++
			}
		}
	}
	f := chapters.Finding{Value: fmt.Sprintf("sizes 1 to 7, strides 1 to 4: %d even, %d uneven; the stride divides the size exactly in the even ones, with %d exceptions", even, uneven, exceptions), Verdict: chapters.Differs}
	if uneven > 0 && exceptions == 0 {
		f.Verdict = chapters.Holds
	}
	return f
}

func checkStampsMultiply(c chapters.Check) chapters.Finding {
	m := chapters.Must(Stamps(c.Backend, stampInputs, stampInputs, 3, 2))
	return chapters.Same(c.Book, fmt.Sprintf("counts of the rows times counts of the columns: %s for size 3, stride 2", listNumbers(innerLevels(m, 3))))
}

// checkRatioSquared compares the ratios on one and two axes.
func checkRatioSquared(check chapters.Check) chapters.Finding {
	f := chapters.Finding{Verdict: chapters.Holds}
	var parts []string
	for _, c := range []struct{ k, s int }{{3, 2}, {5, 2}, {5, 3}, {4, 2}, {6, 3}, {2, 2}} {
		ratio := map[int]float64{}
		for axes, h := range map[int]int{1: 1, 2: stampInputs} {
			m := chapters.Must(Stamps(check.Backend, h, stampInputs, c.k, c.s))
			l := innerLevels(m, c.k)
			ratio[axes] = l[len(l)-1] / l[0]
		}
		if ratio[2] != ratio[1]*ratio[1] {
			f.Verdict = chapters.Differs
		}
		parts = append(parts, fmt.Sprintf("size %d, stride %d: %s → %s", c.k, c.s, chapters.FormatNumber(ratio[1]), chapters.FormatNumber(ratio[2])))
	}
	f.Value = strings.Join(parts, "; ")
	return f
}

func checkTwiceTheInput(c chapters.Check) chapters.Finding {
	line := chapters.Must(Stamps(c.Backend, 1, stampInputs, 3, 2))
	plane := chapters.Must(Stamps(c.Backend, stampInputs, stampInputs, 3, 2))
	one, two := innerLevels(line, 3), innerLevels(plane, 3)
	f := chapters.Finding{Value: fmt.Sprintf("outputs get %s inputs in 1-D, %s in 2-D: some get %s times as many as others in 1-D, %s times in 2-D",
		listNumbers(one), listNumbers(two), chapters.FormatNumber(one[len(one)-1]/one[0]), chapters.FormatNumber(two[len(two)-1]/two[0])), Verdict: chapters.Differs}
	if slices.Equal(one, []float64{2}) && slices.Equal(two, []float64{4}) {
		f.Verdict = chapters.Holds
	}
	return f
}

// stackMiddle returns cells from the middle of what transposed convolutions with equal
// weights, all with stride 2, make of a row of ones, beginning at a multiple of cells.
func stackMiddle(b compute.Backend, cells int, kernels ...int) []float64 {
	const inputs = 12 // leaves an interior of 8 cells behind three layers of size 6
	var net cnnlib.Sequential
	for _, k := range kernels {
		net = append(net, cnnlib.ConvTranspose2D{Channels: 1, Kernel: 1, KernelW: k, Stride: 2, NoBias: true, Init: equalWeights(k)})
	}
	y := chapters.Must(cnnlib.RunPlane(b, net, evenArea(1, inputs)))
	from := len(y[0]) / 2 / cells * cells
	return y[0][from : from+cells]
}

// stackedStamps returns one period of a stack of two layers.
func stackedStamps(b compute.Backend, kernels ...int) []float64 {
	return stackMiddle(b, 4, kernels...)
}

// stackKernels are the sizes tried in stacks of two.
var stackKernels = []int{2, 3, 4, 5, 6}

func checkStackCancels(c chapters.Check) chapters.Finding {
	alone := stackedStamps(c.Backend, 3)
	both := stackedStamps(c.Backend, 3, 4)
	f := chapters.Finding{Value: fmt.Sprintf("stride 2, equal weights: size 3 alone %s; size 3, then size 4: %s", listNumbers(alone), listNumbers(both)), Verdict: chapters.Differs}
	if len(slices.Compact(alone)) > 1 && len(slices.Compact(both)) == 1 {
		f.Verdict = chapters.Holds
	}
	return f
}

// checkStackScales counts the stacks of two layers with a pattern, and with one of
// period 4 that a single layer with stride 2 cannot have.
func checkStackScales(c chapters.Check) chapters.Finding {
	uneven, coarse, all := 0, 0, 0
	for _, first := range stackKernels {
		for _, second := range stackKernels {
			p := stackedStamps(c.Backend, first, second)
			all++
			if slices.Min(p) != slices.Max(p) {
				uneven++
			}
			if p[0] != p[2] || p[1] != p[3] {
				coarse++
			}
		}
	}
	example := stackedStamps(c.Backend, 3, 3)
	f := chapters.Finding{Value: fmt.Sprintf("two layers of sizes 2 to 6, stride 2: %d of %d stacks are uneven, %d of them with period 4; size 3 twice: %s", uneven, all, coarse, listNumbers(example)), Verdict: chapters.Differs}
	if 2*uneven > all && coarse > 0 { // "often": more than half
		f.Verdict = chapters.Holds
	}
	return f
}

// checkEvenAreaOfGreys sends an even, nearly black area through a layer of size 3
// and stride 2 whose weights average the stamps.
func checkEvenAreaOfGreys(c chapters.Check) chapters.Finding {
	const grey = 1.0 / 8 // exact in binary; 0 is black, 1 is white
	area := evenArea(stampInputs, stampInputs)
	for _, row := range area {
		for j := range row {
			row[j] = grey
		}
	}
	y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.ConvTranspose2D{Channels: 1, Kernel: 3, Stride: 2, NoBias: true, Init: equalWeights(9)}, area))
	l := innerLevels(y, 3)
	f := chapters.Finding{Value: fmt.Sprintf("all cells %v before; the greys %s behind size 3, stride 2", grey, listNumbers(l)), Verdict: chapters.Differs}
	if len(l) > 1 {
		f.Verdict = chapters.Holds
	}
	return f
}

// batchOf returns numbers as a float32 tensor.
func batchOf(values []float64, dims ...int) *tensors.Tensor {
	narrow := make([]float32, len(values))
	for i, v := range values {
		narrow[i] = float32(v)
	}
	return tensors.FromFlatDataAndDimensions(narrow, dims...)
}
