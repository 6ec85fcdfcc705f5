package plots

import (
	"fmt"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// TransposedSteps draws a transposed convolution as the ordinary one that it is
// equal to: stride−1 zeros stand between the input's cells, drawn dashed as the
// padding is, and the kernel, turned by 180°, moves over that one cell at a time.
// Where the convolution that is transposed has padding p, this one has k−1−p (and
// as many more at the bottom and right as the output padding says).
//
// Scatter draws the same numbers as stamps. See arXiv:1603.07285, chapter 4.
type TransposedSteps struct {
	Input, Kernel [][]float64           // [H W] and [KH KW], finite; the kernel as in the convolution that is transposed
	Options       ref.TransposedOptions // of that convolution; its padding is at most k−1
	Frames        []int                 // as in Steps
	Alt           string                // replaces the description made from the numbers
}

// TransposedStepsData is what the frames show: the Data of TransposedSteps.
type TransposedStepsData struct {
	Input    [][]float64 `json:"input"`
	Kernel   [][]float64 `json:"kernel"`
	Inserted [][]float64 `json:"inserted"` // the input with zeros between its cells
	Turned   [][]float64 `json:"turned"`   // the kernel that moves over it
	Padding  [4]int      `json:"padding"`  // zeros at the top, bottom, left and right
	Output   [][]float64 `json:"output"`
	Frames   []StepData  `json:"frames"`
}

// spread is what a stepper has to know of the zeros between the input's cells.
type spread struct {
	stride int
	note   string // "3×3, 1 zero between"
}

// inserted reports whether a cell is one of the zeros between.
func (s *spread) inserted(row, col int) bool {
	return s != nil && (row%s.stride != 0 || col%s.stride != 0)
}

// Picture draws the chosen frames. Its Data is a TransposedStepsData.
func (t TransposedSteps) Picture() *Picture {
	st, err := t.stepper()
	if err != nil {
		return Failed(err)
	}
	if st, err = st.prepare(t.Frames); err != nil {
		return Failed(err)
	}
	p := st.strip(st.data)
	p.Data = t.data(st)
	return p
}

// Animation draws every frame, one output cell after the other.
func (t TransposedSteps) Animation() *Animation {
	st, err := t.stepper()
	if err != nil {
		return &Animation{err: err}
	}
	a := st.animation()
	if d, ok := a.Data.(StepsData); ok {
		st.data = d
		a.Data = t.data(st)
	}
	return a
}

func (t TransposedSteps) data(st stepper) TransposedStepsData {
	o := st.Options
	return TransposedStepsData{t.Input, t.Kernel, st.Input, st.Kernel, [4]int{o.Top, o.Bottom, o.Left, o.Right}, st.data.Output, st.data.Frames}
}

// stepper returns the equivalent convolution.
func (t TransposedSteps) stepper() (stepper, error) {
	for _, m := range []struct {
		what   string
		values [][]float64
	}{{"the input", t.Input}, {"the kernel", t.Kernel}} {
		if _, err := flat(m.what, m.values); err != nil {
			return stepper{}, err
		}
	}
	o := t.Options
	if err := bothAxes(o.Options, o.OutputW); err != nil {
		return stepper{}, err
	}
	o.Stride, o.Dilation = max(o.Stride, 1), max(o.Dilation, 1)
	h, w, kh, kw := len(t.Input), len(t.Input[0]), len(t.Kernel), len(t.Kernel[0])
	var pads [2][2]int // before and after, of rows and of columns
	for axis, c := range []arith.Transposed{
		{In: h, Kernel: kh, Start: t.Options.Top, End: t.Options.Bottom},
		{In: w, Kernel: kw, Start: t.Options.Left, End: t.Options.Right},
	} {
		c.Stride, c.Dilation, c.Padding, c.Output = t.Options.Stride, t.Options.Dilation, arith.Explicit, t.Options.Output
		if _, err := c.Direct(); err != nil { // also refuses a padding above k−1
			return stepper{}, fmt.Errorf("plots: %w", err)
		}
		var err error
		if pads[axis][0], pads[axis][1], err = c.EquivalentPads(); err != nil {
			return stepper{}, fmt.Errorf("plots: %w", err)
		}
	}
	inserted := make([][]float64, (h-1)*o.Stride+1)
	for i := range inserted {
		inserted[i] = make([]float64, (w-1)*o.Stride+1)
		for j := range inserted[i] {
			if i%o.Stride == 0 && j%o.Stride == 0 {
				inserted[i][j] = t.Input[i/o.Stride][j/o.Stride]
			}
		}
	}
	s := &spread{stride: o.Stride, note: size(h, w)}
	switch {
	case o.Stride == 2:
		s.note += ", 1 zero between"
	case o.Stride > 2:
		s.note += fmt.Sprintf(", %d zeros between", o.Stride-1)
	}
	return stepper{spread: s, Steps: Steps{Input: inserted, Kernel: ref.Rotate180(t.Kernel), Frames: t.Frames, Alt: t.Alt,
		Options: ref.Options{Dilation: o.Dilation, Groups: o.Groups, Top: pads[0][0], Bottom: pads[0][1], Left: pads[1][0], Right: pads[1][1]}}}, nil
}
