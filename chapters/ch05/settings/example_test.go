package settings_test

import (
	"fmt"

	"cnnbook/chapters/ch05/settings"
	"cnnbook/cnnlib/arith"
	"cnnbook/internal/purego"
)

// Figure 2.7, caption 11 of section 5.3b: 6×6 with padding 1 and stride 2.
func ExampleNamed() {
	s, err := settings.Named("2.7")
	fmt.Println(s.Book, s.In, s.Kernel, s.Stride, s.Padding, s.Out, err)
	// Output: 11 6 3 2 1 3 <nil>
}

// The table has eight convolutions, one of them dilated, and seven transposed ones.
func ExampleOf() {
	fmt.Println(len(settings.Of(arith.Convolution)), len(settings.Of(arith.TransposedConvolution)))
	// Output: 8 7
}

func ExampleImage() {
	fmt.Println(settings.Image(3))
	// Output: [[1 2 0] [2 0 1] [3 1 2]]
}

func ExampleKernel() {
	fmt.Println(settings.Kernel(3))
	// Output: [[1 0 2] [2 2 2] [0 1 2]]
}

func ExampleOptions() {
	s, err := settings.Named("2.7")
	if err != nil {
		fmt.Println(err)
		return
	}
	o := settings.Options(s)
	fmt.Println(o.Stride, o.Top, o.Bottom, o.Left, o.Right)
	// Output: 2 1 1 1 1
}

// Figure 4.7 is the only one with an output padding.
func ExampleTransposedOptions() {
	s, err := settings.Named("4.7")
	if err != nil {
		fmt.Println(err)
		return
	}
	o := settings.TransposedOptions(s)
	fmt.Println(o.Stride, o.Top, o.Output)
	// Output: 2 1 1
}

// Figure 2.5 as a real layer on the pure-Go backend.
func ExampleRun() {
	backend := purego.Must()
	defer backend.Finalize()
	s, err := settings.Named("2.5")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(settings.Run(backend, s, settings.Image(s.In), settings.Kernel(s.Kernel)))
	// Output: [[12 14] [16 16]] <nil>
}

func ExampleVerify() {
	backend := purego.Must()
	defer backend.Finalize()
	s, err := settings.Named("2.6")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(settings.Verify(backend, s))
	// Output: 5×5 → 3×3 <nil>
}

func ExampleSides() {
	fmt.Println(settings.Sides{In: 5, Out: 3})
	// Output: 5×5 → 3×3
}

// A kernel of 3 has two positions on 6 cells with stride 2, and none on 2 cells.
func ExampleCount() {
	fmt.Println(settings.Count(arith.Setting{In: 6, Kernel: 3, Stride: 2}), settings.Count(arith.Setting{In: 2, Kernel: 3}))
	// Output: 2 0
}

// With stride 2 neighbouring positions share a row or a column, and all four share the cell
// in the middle.
func ExampleVisits() {
	fmt.Println(settings.Visits(arith.Setting{In: 5, Kernel: 3, Stride: 2}))
	// Output: [[1 1 2 1 1] [1 1 2 1 1] [2 2 4 2 2] [1 1 2 1 1] [1 1 2 1 1]] <nil>
}

// Figure 2.7: the last row and column are never read, and they are padding.
func ExampleNeverRead() {
	s, err := settings.Named("2.7")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(settings.NeverRead(s))
	// Output: 15 0 <nil>
}

// The picture of caption 09 is missing in section 5.3b; section 5.19 has it twice.
func ExampleDrawingsOf() {
	s, err := settings.Named("2.5")
	if err != nil {
		fmt.Println(err)
		return
	}
	drawings, err := settings.DrawingsOf(s)
	for _, d := range drawings {
		fmt.Println("page", d.Page, d.Under)
	}
	fmt.Println(err)
	// Output:
	// page 202 Figure 2.5
	// page 204 Figure 2.5
	// <nil>
}

func ExamplePicture() {
	backend := purego.Must()
	defer backend.Finalize()
	p, err := settings.Picture(backend, "2.5", "No padding, stride 2.")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = p.SVG()
	fmt.Println(p.Alt[:21], err)
	// Output: No padding, stride 2. <nil>
}

// All nine positions of a kernel on figure 2.6.
func ExampleAnimation() {
	backend := purego.Must()
	defer backend.Finalize()
	a, err := settings.Animation(backend, "2.6", "Padding 1, stride 2.")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(a.Frames), a.Err())
	// Output: 9 <nil>
}

func ExampleLastPosition() {
	_, formula, err := settings.LastPosition(6, 3, 2, 1, 1)
	fmt.Println(formula, err)
	// Output: o = ⌊(6 + 2·1 − 3) / 2⌋ + 1 = 3; left over: 1 <nil>
}

func ExampleTransposedPosition() {
	_, formula, err := settings.TransposedPosition(3, 3, 2, 1, 1)
	fmt.Println(formula, err)
	// Output: o = (3 − 1)·2 + 3 − 2·1 + 1 = 6 <nil>
}
