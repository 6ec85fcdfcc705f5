package depth

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/chapters/sectiontest"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
	"cnnbook/internal/purego"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section())
}

func ExampleDigits() {
	planes, err := Digits()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(planes), "channels,", len(planes[0]), "rows,", len(planes[0][0]), "columns")
	// Output: 3 channels, 26 rows, 78 columns
}

func ExampleLayer() {
	out, err := Layer().OutShape(cnnlib.Shape{26, 78, 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(Kernels()), "kernels give", out)
	// Output: 4 kernels give [N 26 78 4]
}

func ExampleDepthPicture() {
	picture, err := DepthPicture(cnnlib.Conv2D{Channels: 4, Kernel: 3, Padding: cnnlib.Same, Groups: 2}, 6)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(picture.Alt)
	// Output: input 28×28×6 * kernels 4 times 3×3×3 = output 28×28×4.
}

// TestDigitsInkIsInTheirChannels: red ink is in R only, white in all, blue in B only.
func TestDigitsInkIsInTheirChannels(t *testing.T) {
	planes := chapters.Must(Digits())
	for channel, inks := range [][]bool{{true, true, false}, {false, true, false}, {false, true, true}} {
		for d, want := range inks {
			ink := 0.0
			for _, row := range planes[channel] {
				for _, v := range row[d*digitSide : (d+1)*digitSide] {
					ink += v
				}
			}
			if (ink > 0) != want {
				t.Errorf("channel %d has the ink %g of digit %d", channel, ink, d)
			}
		}
	}
}

// TestMapIsTheSumOfItsParts holds the layer's map against the parts of the figure, and both
// against the float64 loops. No sum of absolute weights is above 2, so that 27 products and
// their additions in float32 err by at most 2·27·2·2⁻²⁴ = 6.5e-6.
func TestMapIsTheSumOfItsParts(t *testing.T) {
	const tolerance = 6.5e-6
	backend, digits := purego.Open(t), chapters.Must(Digits())
	maps := chapters.Must(cnnlib.RunPlanes(backend, Layer(), digits...))
	for o, kernel := range Kernels() {
		parts := chapters.Must(Parts(backend, kernel, digits))
		sum := grid.Zeros(len(maps[o]), len(maps[o][0]))
		loops := grid.Zeros(len(maps[o]), len(maps[o][0]))
		for i := range kernel {
			part := chapters.Must(ref.CrossCorrelate2D(digits[i], kernel[i], ref.Options{Top: 1, Bottom: 1, Left: 1, Right: 1}))
			for r := range sum {
				for c := range sum[r] {
					sum[r][c] += parts[i][r][c]
					loops[r][c] += part[r][c]
				}
			}
		}
		if !ref.EqualWithin(maps[o], sum, tolerance) || !ref.EqualWithin(maps[o], loops, tolerance) {
			t.Errorf("the map of %s is not the sum over its channels", KernelNames[o])
		}
	}
}

// TestColourKernelsDoNotSeeWhite: red, green and blue cancel in the figure's sum.
func TestColourKernelsDoNotSeeWhite(t *testing.T) {
	maps := chapters.Must(cnnlib.RunPlanes(purego.Open(t), Layer(), chapters.Must(Digits())...))
	for _, row := range maps[redInk] {
		for _, v := range row[digitSide+1 : 2*digitSide-1] {
			if v > 6.5e-6 || v < -6.5e-6 { // as in TestMapIsTheSumOfItsParts
				t.Fatalf("white ink gives %g", v)
			}
		}
	}
}

func TestPartsRefusesChannelsThatDoNotFit(t *testing.T) {
	if _, err := Parts(purego.Open(t), [][][]float64{{{1, 1}, {1}}}, chapters.Must(Digits())); err == nil {
		t.Error("a ragged matrix passed")
	}
}

// TestChainDepthIsThatOfTheLayers holds the solution of 5.13 against the library's shapes
// and the arithmetic of package arith.
func TestChainDepthIsThatOfTheLayers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 13))
	for _, args := range chainCases(r) {
		channels, size, kernels := args[0].(int), args[1].(int), args[2].([]int)
		shape, want := cnnlib.Shape{9, 9, channels}, 0
		for _, n := range kernels {
			want += chapters.Must(arith.Weights(shape[2], n, size*size, 1))
			shape = chapters.Must(cnnlib.Conv2D{Channels: n, Kernel: size, Padding: cnnlib.Same}.OutShape(shape))
		}
		if depth, weights := ChainDepth(channels, size, kernels); depth != shape[2] || weights != want {
			t.Errorf("%v: %d deep with %d weights, want %d with %d", args, depth, weights, shape[2], want)
		}
	}
}

// TestGreyAndWarmAgainstTheLoops holds the solution of 5.13-2 against ref.CrossCorrelate.
func TestGreyAndWarmAgainstTheLoops(t *testing.T) {
	layer := GreyAndWarm().(cnnlib.Conv2D)
	x, kernel := ref.NewArray(1, 4, 4, 3), ref.NewArray(1, 1, 3, 2)
	for i := range 3 {
		for cell := range 16 {
			x.Data[cell*3+i] = colours[i][cell/4][cell%4]
		}
		for o := range 2 {
			kernel.Data[i*2+o] = layer.Weights[o][i][0][0]
		}
	}
	y := chapters.Must(ref.CrossCorrelate(x, kernel, nil, ref.Options{}))
	maps := make([][][]float64, 2)
	for o := range maps {
		maps[o] = grid.Zeros(4, 4)
		for cell := range 16 {
			maps[o][cell/4][cell%4] = y.Data[cell*2+o]
		}
	}
	if passed, message := compareMaps(maps); !passed {
		t.Error(message)
	}
}

// TestOtherRightAnswers: the judge of 5.13-2 asks for the result, not for one layer.
func TestOtherRightAnswers(t *testing.T) {
	wide := [][]float64{{0, 0, 0}, {0, third, 0}, {0, 0, 0}}
	one, minus, none := [][]float64{{0, 0, 0}, {0, 1, 0}, {0, 0, 0}}, [][]float64{{0, 0, 0}, {0, -1, 0}, {0, 0, 0}}, grid.Zeros(3, 3)
	for name, layer := range map[string]cnnlib.Layer{
		"3×3 with padding": cnnlib.Conv2D{Weights: cnnlib.Weights{{wide, wide, wide}, {one, none, minus}}, Padding: cnnlib.Same},
		"two branches": cnnlib.Parallel{
			cnnlib.Conv2D{Weights: filtersOf([]float64{third, third, third})},
			cnnlib.Conv2D{Weights: filtersOf([]float64{1, 0, -1})},
		},
	} {
		answer := func() cnnlib.Layer { return layer }
		if passed, message := judgeGreyAndWarm(t.Context(), purego.Open(t), answer); !passed {
			t.Errorf("%s: %s", name, message)
		}
	}
}

// TestAsAloneSeesADifference: the check of 5.13/3 fails if a map depends on more than its
// kernel.
func TestAsAloneSeesADifference(t *testing.T) {
	c := chapters.Check{Backend: purego.Open(t)}
	planes := [][][]float64{grid.Ones(3), grid.Ones(3)}
	kernels := cnnlib.Weights{{grid.Ones(1), grid.Filled(1, 1, 2)}, {grid.Filled(1, 1, 3), grid.Ones(1)}}
	layer := cnnlib.Conv2D{Weights: kernels, NoBias: true}
	if !asAlone(c, layer, planes) {
		t.Error("a layer of two kernels is not what its kernels give")
	}
	layer.Activation = cnnlib.Softmax // looks at both maps, so that no kernel stands for itself
	if asAlone(c, layer, planes) {
		t.Error("a softmax over the channels was not seen")
	}
}
