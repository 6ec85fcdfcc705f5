package settings

import (
	"fmt"
	"time"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib/arith"
	"cnnbook/plots"
)

// StepDelay is the time between the frames of an animation of many steps: it shows the
// movement, and no sum that is to be read.
const StepDelay = 600 * time.Millisecond

// Picture draws steps of the convolution that a figure of arXiv:1603.07285 shows, with
// numbers in the cells, after it has verified them on the backend ([Verify]). Up to 2×2
// positions it draws all, else the first two, which show the stride, and the last. It is an
// error if the figure shows no convolution, or a transposed one.
func Picture(backend compute.Backend, figure, finding string) (*plots.Picture, error) {
	steps, err := stepsOf(backend, figure)
	if err != nil {
		return nil, err
	}
	return steps.Picture().Finding("%s", finding), nil
}

// Animation is [Picture] with all positions, one after the other.
func Animation(backend compute.Backend, figure, finding string) (*plots.Animation, error) {
	steps, err := stepsOf(backend, figure)
	if err != nil {
		return nil, err
	}
	a := steps.Animation()
	if len(a.Frames) > 9 {
		a.Delay = StepDelay
	}
	a.Alt = finding + " " + a.Alt
	return a, nil
}

// stepsOf returns the steps of the convolution that a figure shows.
func stepsOf(backend compute.Backend, figure string) (plots.Steps, error) {
	s, err := Named(figure)
	if err != nil {
		return plots.Steps{}, err
	}
	if s.Operation != arith.Convolution {
		return plots.Steps{}, fmt.Errorf("settings: figure %s shows a %v, want a Convolution: 2.1 to 2.7 or 5.1", figure, s.Operation)
	}
	if _, err := Verify(backend, s); err != nil {
		return plots.Steps{}, err
	}
	steps := plots.Steps{Input: Image(s.In), Kernel: Kernel(s.Kernel), Options: Options(s)}
	if s.Out > 2 {
		steps.Frames = []int{0, 1, s.Out*s.Out - 1}
	}
	return steps, nil
}
