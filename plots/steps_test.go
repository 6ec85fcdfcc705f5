package plots

import (
	"bytes"
	"image"
	"image/draw"
	"image/gif"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// TestStepsOf52 holds the first frame against the sum printed in section 5.2 of
// the book, whose products go down the columns of the window.
func TestStepsOf52(t *testing.T) {
	p := Steps{Input: greyImage, Kernel: vertical, ByColumn: true}.Picture()
	texts := parseSVG(t, p).strings()
	for _, want := range []string{
		"3×1 + 1×1 + 2×1 + 0×0 + 5×0 + 7×0 + 1×(−1) + 8×(−1) + 2×(−1) = −5",
		"Step 1 of 16: output row 1, column 1", "Step 16 of 16: output row 4, column 4", "6×6", "3×3", "4×4", "−16",
	} {
		if !slices.Contains(texts, want) {
			t.Errorf("the figure lacks %q", want)
		}
	}
	byRow := parseSVG(t, Steps{Input: greyImage, Kernel: vertical, Frames: []int{0}}.Picture()).strings()
	if want := "3×1 + 0×0 + 1×(−1) + 1×1 + 5×0 + 8×(−1) + 2×1 + 7×0 + 2×(−1) = −5"; !slices.Contains(byRow, want) {
		t.Errorf("by rows the figure lacks %q", want)
	}
	data := p.Data.(StepsData)
	if !slices.EqualFunc(data.Output, response, slices.Equal[[]float64]) {
		t.Errorf("output %v", data.Output)
	}
	if f := data.Frames[2]; f.Row != 1 || f.Col != 0 || f.Sum != -10 || len(data.Frames) != 4 {
		t.Errorf("the third of %d frames is %+v", len(data.Frames), f)
	}
}

// stepCase is a geometry; every cell of the input has its own number.
type stepCase struct{ h, w, kh, kw, stride, dilation, top, bottom, left, right int }

func (c stepCase) steps() Steps {
	ramp := func(h, w int) [][]float64 {
		m := make([][]float64, h)
		for i := range m {
			for j := range w {
				m[i] = append(m[i], float64(1+i*w+j))
			}
		}
		return m
	}
	return Steps{Input: ramp(c.h, c.w), Kernel: ramp(c.kh, c.kw),
		Options: ref.Options{Stride: c.stride, Dilation: c.dilation, Top: c.top, Bottom: c.bottom, Left: c.left, Right: c.right}}
}

// TestDrawnCells counts in the file what is drawn, for many geometries: output
// cells against the formula of arith, padding, and the taps under the window.
func TestDrawnCells(t *testing.T) {
	cases := 0
	for i := 1; i <= 6; i++ {
		for k := 1; k <= 3; k++ {
			for _, stride := range []int{1, 2, 3} {
				for _, dilation := range []int{1, 2} {
					for pad := range 3 {
						c := stepCase{i, i + 1, k, 1 + k%2, stride, dilation, pad, 0, 1, pad}
						oh, errH := arith.Conv{In: c.h, Kernel: c.kh, Stride: stride, Dilation: dilation, Padding: arith.Explicit, Start: pad}.Out()
						ow, errW := arith.Conv{In: c.w, Kernel: c.kw, Stride: stride, Dilation: dilation, Padding: arith.Explicit, Start: 1, End: pad}.Out()
						s := c.steps()
						s.Frames = []int{0}
						p := s.Picture()
						if errH != nil || errW != nil {
							if p.Err() == nil {
								t.Errorf("%+v was drawn, although the kernel does not fit", c)
							}
							continue
						}
						if p.Err() != nil {
							t.Errorf("%+v: %v", c, p.Err())
							continue
						}
						cases++
						d := parseSVG(t, p)
						drawn := len(d.filled(hex(outGreen))) + len(d.filled(hex(cellGreen)))
						if drawn != oh*ow || len(d.filled(hex(cellGreen))) != 1 {
							t.Errorf("%+v: %d output cells drawn, the formula gives %d×%d", c, drawn, oh, ow)
						}
						taps := 0
						padding := 0
						for _, r := range d.rects {
							dashed := r.attr["stroke-dasharray"] != ""
							switch r.attr["fill"] {
							case hex(windowBlue):
								taps++
							case hex(padBlue):
								taps++
								padding++
							case hex(padWhite):
								if dashed {
									padding++
								}
							case hex(inputBlue):
								if dashed {
									t.Errorf("%+v: an input cell is dashed", c)
								}
							}
						}
						if want := (c.h+pad)*(c.w+1+pad) - c.h*c.w; padding != want {
							t.Errorf("%+v: %d cells of padding, want %d", c, padding, want)
						}
						if taps != c.kh*c.kw {
							t.Errorf("%+v: %d cells under the taps, want %d", c, taps, c.kh*c.kw)
						}
					}
				}
			}
		}
	}
	if cases < 100 { // 6·3·3·2·3 = 324 geometries, of which small inputs drop some
		t.Errorf("only %d geometries were drawn", cases)
	}
}

// TestFramesAddUp: in every frame the products sum to the output, the window
// stands where stride and padding put it, and cells to come are empty.
func TestFramesAddUp(t *testing.T) {
	for _, c := range []stepCase{{6, 6, 3, 3, 1, 1, 0, 0, 0, 0}, {5, 6, 3, 2, 2, 1, 1, 1, 2, 0}, {7, 7, 3, 3, 1, 2, 0, 0, 0, 0}, {4, 4, 2, 2, 1, 3, 1, 1, 1, 1}} {
		a := c.steps().Animation()
		if a.Err() != nil {
			t.Fatal(a.Err())
		}
		data := a.Data.(StepsData)
		oh, ow := len(data.Output), len(data.Output[0])
		if len(a.Frames) != oh*ow || len(data.Frames) != oh*ow {
			t.Fatalf("%+v: %d frames of %d×%d cells", c, len(a.Frames), oh, ow)
		}
		for n, f := range data.Frames {
			sum := 0.0
			for _, q := range f.Products {
				sum += q[0] * q[1]
			}
			if sum != f.Sum || f.Sum != data.Output[n/ow][n%ow] || f.Row != n/ow || f.Col != n%ow {
				t.Errorf("%+v, frame %d: products sum to %v, %+v", c, n, sum, f)
			}
			if a.Frames[n].Width != a.Frames[0].Width || a.Frames[n].Height != a.Frames[0].Height {
				t.Errorf("%+v: frame %d has another size than the first", c, n)
			}
		}
		for _, n := range []int{0, ow, oh*ow - 1} {
			checkWindow(t, c, parseSVG(t, a.Frames[n]), n, ow)
		}
	}
}

func checkWindow(t *testing.T, c stepCase, d drawing, n, ow int) {
	t.Helper()
	var borders []element
	for _, r := range d.rects {
		if r.attr["fill"] == "none" && r.attr["stroke-width"] == "2.25" {
			borders = append(borders, r)
		}
	}
	if len(borders) != 2 {
		t.Fatalf("%+v: %d borders, want the window's and the output cell's", c, len(borders))
	}
	cell := borders[1].num(t, "width")
	left, top := math.Inf(1), math.Inf(1) // of the padded input: its first cells
	for _, r := range d.rects[1:] {
		switch r.attr["fill"] {
		case hex(inputBlue), hex(windowBlue), hex(padBlue), hex(padWhite):
			if r.attr["fill"] != "#ffffff" || r.attr["stroke-dasharray"] != "" {
				left, top = min(left, r.num(t, "x")), min(top, r.num(t, "y"))
			}
		}
	}
	w := borders[0]
	col, row := (w.num(t, "x")-left)/cell, (w.num(t, "y")-top)/cell
	wantCol, wantRow := float64(n%ow*max(c.stride, 1)), float64(n/ow*max(c.stride, 1))
	span := float64((c.kw-1)*c.dilation + 1)
	if math.Abs(col-wantCol) > 0.05 || math.Abs(row-wantRow) > 0.05 || math.Abs(w.num(t, "width")/cell-span) > 0.02 {
		t.Errorf("%+v, frame %d: the window stands at row %.2f, column %.2f, %v wide; want %v, %v, %v", c, n, row, col, w.num(t, "width")/cell, wantRow, wantCol, span)
	}
	green := d.filled(hex(outGreen))
	green = append(green, d.filled(hex(cellGreen))...)
	numbers := 0
	for _, x := range d.texts {
		for _, g := range green {
			if math.Abs(x.num(t, "x")-g.num(t, "x")-cell/2) < 0.1 && x.num(t, "y") > g.num(t, "y") && x.num(t, "y") < g.num(t, "y")+cell {
				numbers++
			}
		}
	}
	if numbers != n+1 {
		t.Errorf("%+v, frame %d: %d output cells have numbers, want %d", c, n, numbers, n+1)
	}
}

// TestWideSteps: what is too wide for a page side by side has its kernel above the
// output. No part covers another, and all fit the page.
func TestWideSteps(t *testing.T) {
	for _, c := range []struct {
		stepCase
		stacked bool
	}{
		{stepCase{4, 4, 3, 3, 1, 1, 0, 0, 0, 0}, false}, // Figure 2.1 of Dumoulin and Visin: 4+3+2 columns
		{stepCase{5, 5, 4, 4, 1, 1, 2, 2, 2, 2}, true},  // Figure 2.2: 9+4+6 columns
		{stepCase{5, 5, 3, 3, 1, 1, 2, 2, 2, 2}, true},  // Figure 2.4: 9+3+7 columns
	} {
		s := c.steps()
		for _, row := range slices.Concat(s.Input, s.Kernel) { // sums of at most two digits, as in the paper's figures
			for j := range row {
				row[j] = 1
			}
		}
		st, err := s.prepare([]int{0})
		if err != nil {
			t.Fatal(err)
		}
		if wide := st.strip(st.data).Width; st.stacked != c.stacked || wide > fullSize {
			t.Errorf("%+v: stacked %v, %v points wide; want stacked %v, at most %v", c.stepCase, st.stacked, wide, c.stacked, fullSize)
		}
		parts := st.sheets(0, 0)
		for i, a := range parts {
			for _, b := range parts[:i] {
				if a.x < b.x+b.width() && b.x < a.x+a.width() && a.y < b.y+b.height() && b.y < a.y+a.height() {
					t.Errorf("%+v: %+v covers %+v", c.stepCase, a, b)
				}
			}
			if a.x+a.width() > st.frameWidth || a.y+a.height() > st.bodyHeight {
				t.Errorf("%+v: %+v leaves its frame of %v×%v", c.stepCase, a, st.frameWidth, st.bodyHeight)
			}
		}
	}
}

func TestStepsNotes(t *testing.T) {
	texts := parseSVG(t, stepCase{5, 5, 3, 3, 2, 1, 1, 1, 1, 1}.steps().Picture()).strings()
	if !slices.Contains(texts, "5×5, padding 1") || !slices.Contains(texts, "stride 2") {
		t.Errorf("texts %q", texts)
	}
	big := stepCase{6, 6, 6, 6, 1, 1, 0, 0, 0, 0}.steps().Picture()                  // 36 products are too many to read
	if !slices.Contains(parseSVG(t, big).strings(), "sum of 36 products = 16,206") { // Σ n² for n = 1…36
		t.Errorf("texts %q", parseSVG(t, big).strings())
	}
}

func TestBadSteps(t *testing.T) {
	for name, c := range map[string]struct {
		s    Steps
		want string
	}{
		"no input":   {Steps{Kernel: vertical}, "the input has no values"},
		"no kernel":  {Steps{Input: vertical}, "the kernel has no values"},
		"too large":  {Steps{Input: vertical, Kernel: greyImage}, "does not fit"},
		"stride":     {Steps{Input: greyImage, Kernel: vertical, Options: ref.Options{Stride: -1}}, "stride"},
		"frame":      {Steps{Input: greyImage, Kernel: vertical, Frames: []int{16}}, "use 0 to 15"},
		"NaN":        {Steps{Input: [][]float64{{math.NaN()}}, Kernel: [][]float64{{1}}}, "finite"},
		"many cells": {stepCase{21, 21, 1, 1, 1, 1, 0, 0, 0, 0}.steps(), "441 cells"},
	} {
		for _, err := range []error{c.s.Picture().Err(), c.s.Animation().Err()} {
			if name == "frame" && err == nil {
				continue // an animation has all frames
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "plots: ") {
				t.Errorf("%s: error %v, want %q", name, err, c.want)
			}
		}
	}
}

// TestGIF decodes the animation and puts its frames together as a browser does.
func TestGIF(t *testing.T) {
	a := Steps{Input: greyImage, Kernel: vertical, Options: ref.Options{Stride: 2}}.Animation()
	data, err := a.GIF()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Steps{Input: greyImage, Kernel: vertical, Options: ref.Options{Stride: 2}}.Animation().GIF()
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("a second run gives other bytes (%v)", err)
	}
	if len(data) > 150_000 { // 4 frames; a frame stored whole has over 30,000
		t.Errorf("%d bytes", len(data))
	}
	movie, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(movie.Image) != 4 || movie.LoopCount != 0 { // (6−3)/2+1 = 2 by 2 cells
		t.Fatalf("%d frames, loop count %d; want 4, for ever", len(movie.Image), movie.LoopCount)
	}
	if !slices.Equal(movie.Delay, []int{100, 100, 100, 300}) {
		t.Errorf("delays %v", movie.Delay)
	}
	screen := image.NewRGBA(image.Rect(0, 0, movie.Config.Width, movie.Config.Height))
	for n, frame := range movie.Image {
		draw.Draw(screen, frame.Bounds(), frame, frame.Bounds().Min, draw.Over)
		c, err := a.Frames[n].canvas(gifDPI)
		if err != nil {
			t.Fatal(err)
		}
		if want := c.Image().Bounds(); want != screen.Rect {
			t.Fatalf("frame %d is %v, the GIF %v", n, want, screen.Rect)
		}
		worst, rough := 0, 0
		for y := range screen.Rect.Dy() {
			for x := range screen.Rect.Dx() {
				r0, g0, b0, _ := screen.At(x, y).RGBA()
				r1, g1, b1, _ := c.Image().At(x, y).RGBA()
				off := 0
				for _, d := range []int{int(r0) - int(r1), int(g0) - int(g1), int(b0) - int(b1)} {
					off = max(off, d>>8, -d>>8)
				}
				worst = max(worst, off)
				if off > 8 {
					rough++
				}
			}
		}
		// The 255 colours hold all flat ones. What is lost are rare mixtures in the
		// soft edges of lines: one pixel in 500 at most, by less than a fifth of the range.
		if share := float64(rough) / float64(len(screen.Pix)/4); worst > 51 || share > 0.002 {
			t.Errorf("frame %d: a pixel is off by %d, and %.2f %% of them by more than 8", n, worst, 100*share)
		}
	}
}

func TestBadGIF(t *testing.T) {
	small, large := Matrix{Values: vertical}.Picture(), Matrix{Values: greyImage}.Picture()
	for name, a := range map[string]*Animation{
		"empty": {}, "sizes": {Frames: []*Picture{small, large}}, "bad frame": {Frames: []*Picture{Matrix{}.Picture()}},
	} {
		if _, err := a.GIF(); err == nil || !strings.HasPrefix(err.Error(), "plots: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	a := &Animation{Frames: []*Picture{small, small}, Delay: 250 * time.Millisecond} // equal frames: nothing changes
	data, err := a.GIF()
	if err != nil {
		t.Fatal(err)
	}
	movie, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil || len(movie.Image) != 2 || movie.Delay[0] != 25 {
		t.Errorf("%v, delays %v", err, movie.Delay)
	}
}

// TestReducerKeepsFlatColours: with more than 255 colours the frequent ones stay.
func TestReducerKeepsFlatColours(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 40, 40))
	for i := range 1600 {
		c := windowBlue // a thousand times, and 600 others once each
		if i < 600 {
			c.R, c.G = uint8(i), uint8(i>>4)
		}
		img.SetRGBA(i%40, i/40, c)
	}
	r := newReducer([]*image.RGBA{img})
	if len(r.palette) > 256 {
		t.Errorf("%d colours", len(r.palette))
	}
	if got := r.paletted(img).At(39, 39); got != windowBlue {
		t.Errorf("the frequent colour became %v", got)
	}
}
