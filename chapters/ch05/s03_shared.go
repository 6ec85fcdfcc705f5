package ch05

import "fmt"

// threeWays returns the size of a setting's result, found on the backend, by the
// formula, and by counting. It is an error if they differ, or if the numbers of
// the backend are not those of the oracle.
func threeWays(b compute.Backend, s arith.Setting) int {
	image, kernel := SettingImage(s.In), SettingKernel(s.Kernel)
	got := chapters.Must(RunSetting(b, s, image, kernel))
	want := chapters.Must(refSetting(s, image, kernel))
	if !ref.EqualWithin(got, want, 0) { // integers below 2²⁴ are exact in float32
		panic(chapters.Failure(fmt.Errorf("ch05: %s: the backend computes %v, the oracle %v", s.Name, got, want)))
	}
	if n := countSetting(s); n != len(got) {
		panic(chapters.Failure(fmt.Errorf("ch05: %s: the backend gives %d cells an axis, counted %d", s.Name, len(got), n)))
	}
	return len(got)
}

// transposedOptions are those of a setting for the generators of plots.
func transposedOptions(s arith.Setting) ref.TransposedOptions {
	return ref.TransposedOptions{
		Options: ref.Options{Stride: s.Stride, Dilation: s.Dilation, Top: s.Padding, Bottom: s.Padding, Left: s.Padding, Right: s.Padding},
		Output:  s.Output,
	}
}

// settingSteps are the steps of a convolution of arith.Settings, after the numbers
// of the backend were held against those of the oracle, which plots draws.
func settingSteps(b compute.Backend, figure string) plots.Steps {
	s := chapters.Must(SettingNamed(figure))
	_ = threeWays(b, s)
	if s.Operation != arith.Convolution {
		panic(chapters.Failure(fmt.Errorf("ch05: figure %s is a %v: these steps are those of a convolution", figure, s.Operation)))
	}
	var frames []int
	if o := s.Out; o > 2 { // the first two, to see the stride, and the last; up to 2×2 all four are drawn
		frames = []int{0, 1, o*o - 1}
	}
	return plots.Steps{
		Input: SettingImage(s.In), Kernel: SettingKernel(s.Kernel), Frames: frames,
		Options: ref.Options{Stride: s.Stride, Dilation: s.Dilation, Top: s.Padding, Bottom: s.Padding, Left: s.Padding, Right: s.Padding},
	}
}

func paperFigure(figure, finding string) func(compute.Backend) *plots.Picture {
	return func(b compute.Backend) *plots.Picture {
		steps := settingSteps(b, figure)
		return steps.Picture().Finding("%s", finding)
	}
}

func paperAnimation(figure, finding string) func(compute.Backend) *plots.Animation {
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

// visitsOf returns the map of how many positions read each cell of the plane that
// the drawing of a setting shows, padding included.
func visitsOf(s arith.Setting) ([][]int, error) {
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
