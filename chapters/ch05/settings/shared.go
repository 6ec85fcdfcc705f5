package settings

import (
	"fmt"
	"time"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

// ThreeWays returns the size of a setting's result, found on the backend, by the
// formula, and by counting. It is an error if they differ, or if the numbers of
// the backend are not those of the oracle.
func ThreeWays(b compute.Backend, s arith.Setting) (int, error) {
	image, kernel := Image(s.In), Kernel(s.Kernel)
	got, err := Run(b, s, image, kernel)
	if err != nil {
		return 0, err
	}
	want, err := refSetting(s, image, kernel)
	if err != nil {
		return 0, err
	}
	if !ref.EqualWithin(got, want, 0) { // integers below 2²⁴ are exact in float32
		return 0, fmt.Errorf("settings: %s: the backend computes %v, the oracle %v", s.Name, got, want)
	}
	if n := Count(s); n != len(got) {
		return 0, fmt.Errorf("settings: %s: the backend gives %d cells an axis, counted %d", s.Name, len(got), n)
	}
	return len(got), nil
}

// TransposedOptions are those of a setting for the generators of plots.
func TransposedOptions(s arith.Setting) ref.TransposedOptions {
	return ref.TransposedOptions{
		Options: ref.Options{Stride: s.Stride, Dilation: s.Dilation, Top: s.Padding, Bottom: s.Padding, Left: s.Padding, Right: s.Padding},
		Output:  s.Output,
	}
}

// settingSteps are the steps of a convolution of arith.Settings, after the numbers
// Of the backend were held against those of the oracle, which plots draws.
func settingSteps(b compute.Backend, figure string) plots.Steps {
	s := chapters.Must(Named(figure))
	chapters.Must(ThreeWays(b, s))
	if s.Operation != arith.Convolution {
		panic(chapters.Failure(fmt.Errorf("settings: figure %s is a %v: these steps are those of a convolution", figure, s.Operation)))
	}
	var frames []int
	if o := s.Out; o > 2 { // the first two, to see the stride, and the last; up to 2×2 all four are drawn
		frames = []int{0, 1, o*o - 1}
	}
	return plots.Steps{
		Input: Image(s.In), Kernel: Kernel(s.Kernel), Frames: frames,
		Options: ref.Options{Stride: s.Stride, Dilation: s.Dilation, Top: s.Padding, Bottom: s.Padding, Left: s.Padding, Right: s.Padding},
	}
}

func PaperFigure(figure, finding string) func(compute.Backend) *plots.Picture {
	return func(b compute.Backend) *plots.Picture {
		steps := settingSteps(b, figure)
		return steps.Picture().Finding("%s", finding)
	}
}

func PaperAnimation(figure, finding string) func(compute.Backend) *plots.Animation {
	return func(b compute.Backend) *plots.Animation {
		steps := settingSteps(b, figure)
		a := steps.Animation()
		if len(a.Frames) > 9 {
			a.Delay = 600 * time.Millisecond // the movement, not each sum
		}
		a.Alt = finding + " " + a.Alt
		return a
	}
}

// VisitsOf returns the map of how many positions read each cell of the plane that
// the drawing of a setting shows, padding included.
func VisitsOf(s arith.Setting) ([][]int, error) {
	direct, err := s.Direct()
	if err != nil {
		return nil, err
	}
	visits, err := direct.PaddedVisits()
	if err != nil {
		return nil, err
	}
	return arith.Outer(visits, visits)
}
