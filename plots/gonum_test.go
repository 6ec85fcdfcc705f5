package plots

import (
	"image"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/recorder"
)

// TestRecorded: y points downwards in marks, and text on a y axis upwards.
func TestRecorded(t *testing.T) {
	c := &recorder.Canvas{}
	c.SetColor(windowBlue)
	c.Fill(vg.Rectangle{Min: vg.Point{X: 1, Y: 2}, Max: vg.Point{X: 4, Y: 7}}.Path())
	c.SetLineWidth(0)
	c.Stroke(vg.Path{{Type: vg.MoveComp}, {Type: vg.LineComp, Pos: vg.Point{X: 1}}}) // too thin to be seen
	c.Push()
	c.Rotate(math.Pi / 2)
	c.FillString(face(labelSize, false), vg.Point{X: 10, Y: -3}, "up")
	c.Pop()
	c.FillString(face(labelSize, false), vg.Point{X: 5, Y: 6}, "level")
	marks, err := recorded(c, 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(marks) != 3 {
		t.Fatalf("%d marks, want 3: %v", len(marks), marks)
	}
	if b, ok := marks[0].(box); !ok || b.rect != (rect{1, 93, 3, 5}) || b.fill != windowBlue {
		t.Errorf("the rectangle became %#v", marks[0])
	}
	if x := marks[1].(text); x.x != 3 || x.y != 90 || !x.upwards || x.size != labelSize { // turned left, (10, −3) is (3, 10)
		t.Errorf("the turned text became %#v", x)
	}
	if x := marks[2].(text); x.x != 5 || x.y != 94 || x.upwards {
		t.Errorf("the level text became %#v", x)
	}
}

// TestNotRecorded: what has no mark is an error and not left out.
func TestNotRecorded(t *testing.T) {
	for want, draw := range map[string]func(c *recorder.Canvas){
		"curved": func(c *recorder.Canvas) {
			var round vg.Path
			round.Move(vg.Point{X: 1})
			round.Arc(vg.Point{}, 1, 0, math.Pi)
			c.Fill(round)
		},
		"DrawImage": func(c *recorder.Canvas) { c.DrawImage(vg.Rectangle{}, image.NewGray(image.Rect(0, 0, 1, 1))) },
		"Translate": func(c *recorder.Canvas) { c.Translate(vg.Point{X: 1}) },
		"in {":      func(c *recorder.Canvas) { c.FillString(face(labelSize+0.5, false), vg.Point{}, "other size") },
		"turned":    func(c *recorder.Canvas) { c.Rotate(1) },
	} {
		c := &recorder.Canvas{}
		draw(c)
		if _, err := recorded(c, 10); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "plots: ") {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestAxisFont: gonum's default font has serifs.
func TestAxisFont(t *testing.T) {
	body, _, err := Curves{Title: "t", XLabel: "x", YLabel: "y", Curves: []Curve{{Name: "a", X: []float64{1, 2}, Y: []float64{1, 2}}}}.plot()
	if err != nil {
		t.Fatal(err)
	}
	canvas := around(body, curvesWidth, curvesHeight)
	body.Draw(canvas)
	texts := 0
	for _, a := range canvas.Canvas.(*recorder.Canvas).Actions {
		if s, ok := a.(*recorder.FillString); ok {
			texts++
			if s.Font.Variant != "Sans" || s.Font.Typeface != "Liberation" || s.Size != labelSize {
				t.Errorf("%q in %v of %v pt", s.String, s.Font, s.Size)
			}
		}
	}
	if texts < 2+4 { // two labels, and two numbers or more on each axis
		t.Errorf("%d texts", texts)
	}
	if area := body.DataCanvas(canvas).Size(); math.Abs(area.X.Points()-curvesWidth) > 0.01 || math.Abs(area.Y.Points()-curvesHeight) > 0.01 {
		t.Errorf("the area is %v, want %v×%v", area, curvesWidth, curvesHeight)
	}
}
