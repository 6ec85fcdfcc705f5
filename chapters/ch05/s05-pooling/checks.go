package pooling

import (
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
)

// uprights5 is the 5×5 filter for vertical edges: a difference across, smoothed
// along (the 5×5 member of Sobel's family), scaled so that a full step from paper
// to ink answers 1.
var uprights5 = grid.StepOne([][]float64{
	{1, 2, 0, -2, -1},
	{4, 8, 0, -8, -4},
	{6, 12, 0, -12, -6},
	{4, 8, 0, -8, -4},
	{1, 2, 0, -2, -1},
})

// PooledMap is the feature map that section 5.5 pools: the 5×5 filter for vertical
// edges and ReLU make 24×24 cells of a digit of 28×28; the 20×20 in the middle of
// them are as many as in the book's picture.
func PooledMap(backend compute.Backend) ([][]float64, error) {
	test, err := data.MNISTTest()
	if err != nil {
		return nil, err
	}
	image, err := test.First(4)
	if err != nil {
		return nil, err
	}
	y, err := cnnlib.RunPlane(backend, cnnlib.Conv2D{Activation: cnnlib.ReLU, NoBias: true, Weights: cnnlib.Filter(uprights5)}, image[0])
	if err != nil {
		return nil, err
	}
	const side, border = 20, (24 - 20) / 2
	var cropped [][]float64
	for _, row := range y[border : border+side] {
		cropped = append(cropped, row[border:border+side])
	}
	return cropped, nil
}

// checkPoolingShrinks counts what a first layer of the networks of 5.23 gives
// before and behind its pooling.
func checkPoolingShrinks(chapters.Check) chapters.Finding {
	net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 20, Kernel: 5}, cnnlib.MaxPool2D{Window: 2}}
	in := cnnlib.Shape{28, 28, 1}
	before := chapters.Must(net[:1].OutShape(in))
	behind := chapters.Must(net.OutShape(in))
	return chapters.HoldsIf(behind.Size() < before.Size(), "%v to %v: %d numbers become %d", before, behind, before.Size(), behind.Size())
}

// checkStationarity tries both readings of 静态性 on the first hundred digits of
// the test set: that the quarters of a picture are equal, and that a filter finds
// as much in one quarter as in another.
func checkStationarity(c chapters.Check) chapters.Finding {
	test := chapters.Must(data.MNISTTest())
	const pictures = 100
	static := 0
	var answers [4]float64 // sums over all pictures, by quarter
	for i := range pictures {
		image := test.Plane(i)
		y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter(uprights5)}, image))
		q := quarters(image)
		if ref.EqualWithin(q[0], q[1], 0) && ref.EqualWithin(q[0], q[2], 0) && ref.EqualWithin(q[0], q[3], 0) {
			static++
		}
		for k, part := range quarters(y) {
			answers[k] += grid.SumAbs(part) / float64(len(part)*len(part[0])*pictures)
		}
	}
	least, most := min(answers[0], answers[1], answers[2], answers[3]), max(answers[0], answers[1], answers[2], answers[3])
	f := chapters.Finding{
		Value: fmt.Sprintf("the quarters are equal in %d of %d digits; the mean answer of an edge filter in them is %.2f %.2f %.2f %.2f",
			static, pictures, answers[0], answers[1], answers[2], answers[3]),
		Verdict: chapters.Differs,
	}
	// The same up to a factor of 2: far less than the factor between a filter's
	// answers to two pictures.
	stationary := most <= 2*least
	switch {
	case static == pictures:
		f.Verdict = chapters.Holds
	case stationary: // it depends on the reading
		f.Verdict = chapters.Unclear
	}
	return f
}

// quarters cuts a plane with even sides into its upper left, upper right, lower
// left and lower right quarter.
func quarters(m [][]float64) (q [4][][]float64) {
	h, w := len(m)/2, len(m[0])/2
	for i, row := range m {
		k := i / h * 2
		q[k] = append(q[k], row[:w])
		q[k+1] = append(q[k+1], row[w:])
	}
	return q
}

// checkSeparateWindows counts, for windows of 1 to 10 cells on axes of up to 30,
// how many windows hold a cell.
func checkSeparateWindows(chapters.Check) chapters.Finding {
	most := 0
	for k := 1; k <= 10; k++ {
		for i := k; i <= 30; i++ {
			visits := chapters.Must(arith.Pool{In: i, Window: k, Stride: k}.Visits())
			for _, n := range visits {
				most = max(most, n)
			}
		}
	}
	conv := chapters.Must(arith.Conv{In: 20, Kernel: 3}.Visits())
	return chapters.HoldsIf(most == 1 && conv[10] > 1,
		"sizeX = stride from 1 to 10: a cell is in at most %d window; in %d×%d = %d windows of a 3×3 convolution", most, conv[10], conv[10], conv[10]*conv[10])
}

func checkTwentyByTen(c chapters.Check) chapters.Finding {
	m := chapters.Must(PooledMap(c.Backend))
	y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.MaxPool2D{Window: 10}, m))
	return chapters.Same(c.Book, fmt.Sprintf("%d×%d with windows of 10 gives %d×%d", len(m), len(m[0]), len(y), len(y[0])))
}

// bookPooling pools the real 20×20 map with windows of 10 on the backend and with
// the oracle.
func bookPooling(b compute.Backend, layer cnnlib.Layer, oracle func(ref.Array, ...[]ref.Bin) (ref.Array, error)) (got, want [][]float64) {
	m := chapters.Must(PooledMap(b))
	got = chapters.Must(cnnlib.RunPlane(b, layer, m))
	x := chapters.Must(ref.FromPlane(m))
	windows := chapters.Must(ref.Windows(len(m), 10, 10, 0, 0, false))
	y := chapters.Must(oracle(x, windows, windows))
	return got, chapters.Must(y.Plane(0, 0))
}

func checkMeanOfRegions(c chapters.Check) chapters.Finding {
	got, want := bookPooling(c.Backend, cnnlib.AvgPool2D{Window: 10}, ref.AvgPool)
	// A float32 sum of 100 numbers from 0 to 1 and a division are wrong by at most
	// 100 roundings of 2⁻²⁴ of a mean that is at most 1.
	const bound = 100.0 / (1 << 24)
	return chapters.HoldsIf(ref.EqualWithin(got, want, bound), "means of the real map: %s; the oracle's: %s", twoDigits(got), twoDigits(want))
}

func checkMaxOfRegions(c chapters.Check) chapters.Finding {
	got, want := bookPooling(c.Backend, cnnlib.MaxPool2D{Window: 10}, func(x ref.Array, bins ...[]ref.Bin) (ref.Array, error) {
		y, _, err := ref.MaxPool(x, bins...)
		return y, err
	})
	return chapters.HoldsIf(ref.EqualWithin(got, want, 0), "maxima of the real map: %s; the oracle's: %s", twoDigits(got), twoDigits(want))
}

// twoDigits writes a matrix with two decimals.
func twoDigits(m [][]float64) string {
	rounded := make([][]float64, len(m))
	for i, row := range m {
		for _, v := range row {
			rounded[i] = append(rounded[i], math.Round(100*v)/100)
		}
	}
	return chapters.FormatMatrix(rounded)
}

// checkOverlapCondition looks for cells in two windows, for all windows and
// strides up to 8.
func checkOverlapCondition(chapters.Check) chapters.Finding {
	tried, exceptions := 0, 0
	for k := 1; k <= 8; k++ {
		for s := 1; s <= 8; s++ {
			visits := chapters.Must(arith.Pool{In: 40, Window: k, Stride: s}.Visits())
			shared := false
			for _, n := range visits {
				shared = shared || n > 1
			}
			tried++
			if shared != (k > s) {
				exceptions++
			}
		}
	}
	return chapters.HoldsIf(exceptions == 0, "%d pairs of sizeX and stride, %d exceptions", tried, exceptions)
}

// alexNetSides are the maps that AlexNet pools, and what its last pooling leaves.
var alexNetSides = []int{55, 27, 13, 6}

func checkAlexNetSizes(c chapters.Check) chapters.Finding {
	chain := func(window int) (string, int, error) {
		shape, lost := cnnlib.Shape{alexNetSides[0], alexNetSides[0], 1}, 0
		text := fmt.Sprint(shape[0])
		for range alexNetSides[1:] {
			n, err := arith.Pool{In: shape[0], Window: window, Stride: 2}.Lost()
			if err != nil {
				return "", 0, err
			}
			lost += n
			if shape, err = (cnnlib.MaxPool2D{Window: window, Stride: 2}).OutShape(shape); err != nil {
				return "", 0, err
			}
			text += fmt.Sprintf("→%d", shape[0])
		}
		return text, lost, nil
	}
	three, lost3 := chapters.Must2(chain(3))
	two, lost2 := chapters.Must2(chain(2))
	f := chapters.Same(c.Book, "sizeX 3, stride 2: "+three)
	f.Value += fmt.Sprintf(" (%d rows lost); sizeX 2: %s (%d rows lost)", lost3, two, lost2)
	return f
}

// checkPyramidName puts the heading's English name into Chinese, word by word.
// citations are the numbers in brackets of section 5.5, with what each means and
// whether the printed chapter says so anywhere.
var citations = []struct {
	mark, source string
	listed       bool
}{
	{"[1]", "the UFLDL tutorial (Stanford)", false},
	{"[2]", "A. Krizhevsky et al. 2012", false},
	{"[3]", "a work that the paper of figure 4 cites (K. He et al. 2014)", false},
}

func checkReferences(check chapters.Check) chapters.Finding {
	listed := 0
	var meant []string
	for _, c := range citations {
		if c.listed {
			listed++
		}
		meant = append(meant, c.mark+" "+c.source)
	}
	if listed == len(citations) {
		return chapters.Same(check.Book, check.Book)
	}
	return chapters.Finding{Value: fmt.Sprintf("%d of %d are; meant are %s", listed, len(citations), strings.Join(meant, ", ")), Verdict: chapters.Differs}
}

func checkPyramidName(c chapters.Check) chapters.Finding {
	words := map[string]string{"Spatial": "空间", "Pyramid": "金字塔", "Pooling": "池化"}
	var name strings.Builder
	for _, w := range strings.Fields("Spatial Pyramid Pooling") {
		name.WriteString(words[w])
	}
	return chapters.Same(c.Book, name.String())
}

// mapSizes are sizes of feature maps: square, wide, tall, and the two of the book.
var mapSizes = [][2]int{{13, 13}, {14, 14}, {6, 20}, {25, 9}}

// pyramidNet makes 256 maps of a picture, as many as conv5 has, and pools them.
func pyramidNet(pool cnnlib.Layer) cnnlib.Sequential {
	return cnnlib.Sequential{cnnlib.Conv2D{Channels: 256, Kernel: 3, Padding: cnnlib.Same}, pool}
}

// checkAnySize runs the same network on pictures of several sizes.
func checkAnySize(c chapters.Check) chapters.Finding {
	lengths := map[int]bool{}
	value := ""
	for _, size := range mapSizes {
		n := pyramidRun(c.Backend, cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}}, size)
		lengths[len(n)] = true
		value += fmt.Sprintf("%d×%d: %d; ", size[0], size[1], len(n))
	}
	f := chapters.Finding{Value: strings.TrimSuffix(value, "; "), Verdict: chapters.Differs}
	for n := range lengths {
		if len(lengths) == 1 && strings.Contains(c.Book, fmt.Sprintf("become %d numbers", n)) {
			f.Verdict = chapters.Holds
		}
	}
	return f
}

// pyramidRun runs the network of pyramidNet on a piece of the computed scene and
// returns what it gives.
func pyramidRun(b compute.Backend, pool cnnlib.Layer, size [2]int) []float32 {
	scene := chapters.Must(data.Scene(size[0], size[1]))
	x := chapters.Must(cnnlib.FromMatrix(scene))
	y := chapters.Must(cnnlib.Run(b, pyramidNet(pool), x))
	return flatValues(y)
}

// checkDenseIsFixed asks how many weights a dense layer needs behind maps of
// several sizes, without a pyramid and with one.
func checkDenseIsFixed(chapters.Check) chapters.Finding {
	count := func(first cnnlib.Layer) (string, int, error) {
		params, text := map[int]bool{}, ""
		for _, size := range mapSizes {
			in := cnnlib.Shape{size[0], size[1], 256}
			mid, err := first.OutShape(in)
			if err != nil {
				return "", 0, err
			}
			n := cnnlib.Dense{Units: 10}.Params(mid)
			params[n] = true
			text += fmt.Sprintf(" %d", n)
		}
		return text, len(params), nil
	}
	flat, kinds := chapters.Must2(count(cnnlib.Flatten{}))
	pyramid, same := chapters.Must2(count(cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}}))
	return chapters.HoldsIf(kinds == len(mapSizes) && same == 1,
		"10 units behind maps of %d sizes need%s parameters; behind a pyramid%s", len(mapSizes), flat, pyramid)
}

// checkConvolutionIsFree runs one convolution on all sizes and counts its
// parameters.
func checkConvolutionIsFree(c chapters.Check) chapters.Finding {
	conv := cnnlib.Conv2D{Channels: 4, Kernel: 3}
	params, value := map[int]bool{}, ""
	for _, size := range mapSizes {
		scene := chapters.Must(data.Scene(size[0], size[1]))
		x := chapters.Must(cnnlib.FromMatrix(scene))
		y := chapters.Must(cnnlib.Run(c.Backend, conv, x))
		params[conv.Params(cnnlib.Shape{size[0], size[1], 1})] = true
		d := y.Shape().Dimensions
		value += fmt.Sprintf("%d×%d→%d×%d ", size[0], size[1], d[1], d[2])
	}
	return chapters.HoldsIf(len(params) == 1, "%swith the same %d parameters", value, conv.Params(cnnlib.Shape{13, 13, 1}))
}

// checkCropping changes one corner of a wide picture: the square cut out of its
// middle does not know, the pyramid does.
func checkCropping(c chapters.Check) chapters.Finding {
	const h, w = 20, 40
	scene := chapters.Must(data.Scene(h, w))
	changed := make([][]float64, h)
	for i, row := range scene {
		changed[i] = append([]float64(nil), row...)
	}
	changed[0][0] += 1 // brighter than all others: the scene is from 0 to 1
	middle := func(m [][]float64) (out [][]float64) {
		for _, row := range m {
			out = append(out, row[(w-h)/2:(w+h)/2])
		}
		return out
	}
	pyramid := cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}}
	vectors := make([][]float32, 2)
	for i, m := range [][][]float64{scene, changed} {
		x := chapters.Must(cnnlib.FromMatrix(m))
		y := chapters.Must(cnnlib.Run(c.Backend, pyramid, x))
		vectors[i] = flatValues(y)
	}
	differ := 0
	for i := range vectors[0] {
		if vectors[0][i] != vectors[1][i] {
			differ++
		}
	}
	lost := ref.EqualWithin(middle(scene), middle(changed), 0)
	return chapters.HoldsIf(lost && differ > 0, "a %d×%d crop of %d×%d keeps %d of %d cells and does not see a changed corner; %d numbers of the pyramid do",
		h, h, h, w, h*h, h*w, differ)
}

func checkPyramidSum(c chapters.Check) chapters.Finding {
	bins := chapters.Must(arith.PyramidLength(1, 1, 2, 4))
	length := chapters.Must(arith.PyramidLength(256, 1, 2, 4))
	return chapters.Same(c.Book, fmt.Sprintf("(%d + %d + %d)·256 = %d·256 = %d", 1*1, 2*2, 4*4, bins, length))
}

// checkPyramidDimensions writes down what each level gives, in the book's words.
func checkPyramidDimensions(c chapters.Check) chapters.Finding {
	var levels []string
	for _, n := range []int{1, 2, 4} {
		out := chapters.Must(cnnlib.AdaptivePool2D{Bins: n, Max: true}.OutShape(cnnlib.Shape{13, 13, 256}))
		levels = append(levels, fmt.Sprintf("%d×%d 维", out[0]*out[1], out[2]))
	}
	return chapters.Same(c.Book, strings.Join(levels, ","))
}

// checkTwoPyramids counts the bins of both pyramids. They are different things,
// and the book does not say which one it means.
func checkTwoPyramids(chapters.Check) chapters.Finding {
	text := chapters.Must(arith.PyramidLength(256, 1, 2, 4))
	figure := chapters.Must(arith.PyramidLength(256, 1, 2, 3))
	f := chapters.Finding{Value: fmt.Sprintf("text: %d·256 = %d numbers; figure 4: %d·256 = %d", text/256, text, figure/256, figure), Verdict: chapters.Holds}
	if text != figure {
		f.Verdict = chapters.Unclear
	}
	return f
}

// checkPaperFormula compares the formula with the windows that figure 4 prints,
// and with the library's.
func checkPaperFormula(c chapters.Check) chapters.Finding {
	printed := map[int][2]int{3: {5, 4}, 2: {7, 6}, 1: {13, 13}} // of figure 4, for 13×13
	agree := true
	for n, want := range printed {
		w := chapters.Must(arith.PaperWindow(13, n))
		up, down := math.Ceil(13/float64(n)), math.Floor(13/float64(n))
		agree = agree && int(up) == want[0] && int(down) == want[1] && w.Window == want[0] && w.Stride == want[1]
	}
	return chapters.HoldsIf(agree, "%s: the three windows of figure 4 follow", c.Book)
}

// checkPaperCount asks for n windows on axes of up to 20 cells, for n up to 4, as
// many as the book's pyramids have.
func checkPaperCount(chapters.Check) chapters.Finding {
	const sides, levels = 20, 4
	tried, wrong, examples := 0, 0, ""
	for a := 1; a <= sides; a++ {
		for n := 1; n <= min(a, levels); n++ {
			w := chapters.Must(arith.PaperWindow(a, n))
			o := chapters.Must(w.Out())
			tried++
			if o != n {
				wrong++
				if a == 5 || a == 7 {
					examples += fmt.Sprintf("; a = %d, n = %d: %d windows", a, n, o)
				}
			}
		}
	}
	return chapters.HoldsIf(wrong == 0, "another number in %d of %d cases with a ≤ %d and n ≤ %d%s", wrong, tried, sides, levels, examples)
}

func checkPaperWindows13(c chapters.Check) chapters.Finding {
	var levels []string
	for _, n := range []int{3, 2, 1} {
		w := chapters.Must(arith.PaperWindow(13, n))
		o := chapters.Must(w.Out())
		levels = append(levels, fmt.Sprintf("%d×%d: %d, %d", o, o, w.Window, w.Stride))
	}
	return chapters.Same(c.Book, strings.Join(levels, "; "))
}

// checkConcatenation builds figure 4 from three pooling layers with the printed
// windows, in the printed order, and compares with the library's pyramid.
func checkConcatenation(c chapters.Check) chapters.Finding {
	level := func(window, stride int) cnnlib.Layer {
		return cnnlib.Sequential{cnnlib.MaxPool2D{Window: window, Stride: stride}, cnnlib.Flatten{}}
	}
	size := [2]int{13, 13}
	figure4 := pyramidRun(c.Backend, cnnlib.Parallel{level(5, 4), level(7, 6), level(13, 13)}, size)
	pyramid := pyramidRun(c.Backend, cnnlib.SpatialPyramidPool{Bins: []int{3, 2, 1}, Mode: cnnlib.PaperWindows}, size)
	same := len(figure4) == len(pyramid)
	for i := 0; same && i < len(pyramid); i++ {
		same = figure4[i] == pyramid[i]
	}
	return chapters.HoldsIf(same, "%s: %d numbers, those of the pyramid 3, 2, 1", c.Book, len(figure4))
}

func checkFourteenDivides(chapters.Check) chapters.Finding {
	one, two := arith.Pool{In: 14, Window: 14}, arith.Pool{In: 14, Window: 7}
	lost1 := chapters.Must(one.Lost())
	lost2 := chapters.Must(two.Lost())
	return chapters.HoldsIf(lost1 == 0 && lost2 == 0, "rows that are not read: %d and %d", lost1, lost2)
}

func checkFourteenByFour(c chapters.Check) chapters.Finding {
	w := chapters.Must(arith.PaperWindow(14, 4))
	o := chapters.Must(w.Out())
	return chapters.Same(c.Book, fmt.Sprintf("14×14, %d×%d: %d, %d", o, o, w.Window, w.Stride))
}

func checkFourteenLost(c chapters.Check) chapters.Finding {
	var read []int
	for _, w := range []arith.Pool{{In: 14, Window: 4, Stride: 3}, {In: 14, Window: 5, Stride: 4}} {
		n := chapters.Must(w.Covered())
		read = append(read, n)
	}
	bins := chapters.Must(arith.AdaptiveBins(14, 4))
	f := chapters.Same(c.Book, fmt.Sprintf("%d of 14 rows and columns are read", read[0]))
	if read[1] != read[0] {
		f.Verdict = chapters.Unclear // it would depend on the windows
	}
	f.Value += fmt.Sprintf(" with windows 4, 3; %d with 5, 4; %d with adaptive bins", read[1], bins[len(bins)-1].To)
	return f
}

// flatValues returns the float32 numbers of a tensor, the last axis running
// fastest.
func flatValues(t *tensors.Tensor) []float32 {
	v, ok := t.Value().([][]float32)
	if !ok || len(v) != 1 {
		panic(chapters.Failure(fmt.Errorf("pooling: the result has shape %s, want one vector of float32", t.Shape())))
	}
	return v[0]
}
