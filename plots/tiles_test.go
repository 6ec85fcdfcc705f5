package plots

import (
	"bytes"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestTilesShowThePixels reads the images out of the SVG and compares every pixel
// with the scale.
func TestTilesShowThePixels(t *testing.T) {
	images := [][][][]float64{{greyImage, response}, {nil, vertical}}
	for _, scale := range []Scale{{}, {Palette: Grey}, {Low: -20, High: 20}} {
		p := Tiles{Images: images, Scale: scale}.Picture()
		d := parseSVG(t, p)
		data := p.Data.(TilesData)
		fitted := Scale{scale.Palette, data.Low, data.High}
		want := [][][]float64{greyImage, response, vertical}
		if len(d.images) != len(want)+1 { // and the bar of the scale
			t.Fatalf("%d images, want %d", len(d.images), len(want)+1)
		}
		for n, m := range want {
			img := pixelsOf(t, d.images[n])
			times := img.Bounds().Dx() / len(m[0])
			if img.Bounds().Dx() != times*len(m[0]) || img.Bounds().Dy() != times*len(m) {
				t.Fatalf("image %d is %v, no multiple of %d×%d", n, img.Bounds(), len(m), len(m[0]))
			}
			for y := range img.Bounds().Dy() {
				for x := range img.Bounds().Dx() {
					v := m[y/times][x/times]
					got := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
					if want := fitted.colors()[fitted.level(v)]; got != want {
						t.Fatalf("image %d, pixel %d, %d (%v) is %v, want %v", n, x, y, v, got, want)
					}
				}
			}
			if d.images[n].attr["style"] != "image-rendering:pixelated" {
				t.Errorf("image %d may be blurred: %v", n, d.images[n].attr["style"])
			}
			w, h := d.images[n].num(t, "width"), d.images[n].num(t, "height")
			if math.Abs(w/h-float64(len(m[0]))/float64(len(m))) > 0.01 {
				t.Errorf("image %d is drawn %v×%v: its pixels are not square", n, w, h)
			}
		}
	}
}

// TestScaleBar: the bar has the colours of the scale and its numbers at the ends,
// with 0 where white is.
func TestScaleBar(t *testing.T) {
	p := Tiles{Images: [][][][]float64{{response}}, Unit: "response", Side: 96}.Picture()
	d := parseSVG(t, p)
	texts := d.strings()
	if !slices.Equal(texts, []string{"−16", "0", "16", "response, one scale for all tiles"}) {
		t.Errorf("texts %q", texts)
	}
	bar := d.images[1]
	img := pixelsOf(t, bar)
	b := img.Bounds()
	for _, c := range []struct {
		x    int
		want color.RGBA
	}{{0, blues[2]}, {b.Dx() / 2, white}, {b.Dx() - 1, oranges[2]}} {
		if got := color.RGBAModel.Convert(img.At(c.x, 0)); got != c.want {
			t.Errorf("the bar is %v at %d of %d, want %v", got, c.x, b.Dx(), c.want)
		}
	}
	left, w := bar.num(t, "x"), bar.num(t, "width")
	for i, want := range []float64{left, left + w/2, left + w} {
		if got := d.texts[i].num(t, "x"); math.Abs(got-want) > 0.02 {
			t.Errorf("%q stands at %v, its colour at %v", texts[i], got, want)
		}
	}
	grey := parseSVG(t, Tiles{Images: [][][][]float64{{{{0, 255}}}}, Scale: Scale{Palette: Grey, Low: 0, High: 255}}.Picture()).strings()
	if !slices.Equal(grey[:2], []string{"0", "255"}) {
		t.Errorf("a bar of grey levels has the numbers %q", grey)
	}
	flat := parseSVG(t, Tiles{Images: [][][][]float64{{{{0, 0}}}}}.Picture()).strings()
	if flat[0] != "0" {
		t.Errorf("a bar of one number has %q", flat)
	}
}

// TestPNGTilesAreSharp: in the PNG there is no colour that no pixel has.
func TestPNGTilesAreSharp(t *testing.T) {
	p := Tiles{Images: [][][][]float64{{response}}, Side: 91.3}.Picture() // a size that does not divide
	for _, dpi := range []int{96, 131} {
		data, err := p.PNG(dpi)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		scale := Scale{Low: -16, High: 16}
		allowed := make(map[color.Color]bool)
		for _, row := range response {
			for _, v := range row {
				allowed[scale.colors()[scale.level(v)]] = true
			}
		}
		var tile rect
		for _, m := range p.marks {
			if x, ok := m.(pixels); ok {
				tile = x.rect
				break
			}
		}
		dots := float64(dpi) / 72
		const edge = 2 // pixels that the frame around the tile covers
		for y := int(tile.y*dots) + edge; y < int((tile.y+tile.h)*dots)-edge; y++ {
			for x := int(tile.x*dots) + edge; x < int((tile.x+tile.w)*dots)-edge; x++ {
				if c := color.RGBAModel.Convert(img.At(x, y)); !allowed[c] {
					t.Fatalf("%d dpi: pixel %d, %d is %v, a mixture", dpi, x, y, c)
				}
			}
		}
	}
}

func TestTilesLabels(t *testing.T) {
	p := Tiles{Images: [][][][]float64{{vertical, vertical}}, Rows: []string{"row"}, Columns: []string{"left", "right"}, Title: "Title"}.Picture()
	d := parseSVG(t, p)
	if got := d.strings()[:4]; !slices.Equal(got, []string{"Title", "left", "right", "row"}) {
		t.Errorf("texts %q", got)
	}
	for i, name := range []int{1, 2} { // a heading stands over the middle of its tile
		if got, want := d.texts[name].num(t, "x"), d.images[i].num(t, "x")+d.images[i].num(t, "width")/2; math.Abs(got-want) > 0.02 {
			t.Errorf("%q stands at %v, its tile at %v", d.texts[name].s, got, want)
		}
	}
	if !strings.Contains(p.Alt, "one scale from −1 to 1") || !strings.Contains(p.Alt, "columns: left, right") {
		t.Errorf("alt %q", p.Alt)
	}
}

// TestTilesUnder: each line stands under the middle of its tile, and the next row below it.
func TestTilesUnder(t *testing.T) {
	p := Tiles{Images: [][][][]float64{{vertical, vertical}, {vertical, nil}}, Under: [][]string{{"a", "a long line under a tile"}, {"c", ""}}, Side: 30}.Picture()
	d := parseSVG(t, p)
	if got := d.strings()[:3]; !slices.Equal(got, []string{"a", "a long line under a tile", "c"}) {
		t.Fatalf("texts %q", got)
	}
	for i, tile := range d.images[:3] {
		x, y := tile.num(t, "x")+tile.num(t, "width")/2, tile.num(t, "y")+tile.num(t, "height")
		if math.Abs(d.texts[i].num(t, "x")-x) > 0.02 || d.texts[i].num(t, "y") < y {
			t.Errorf("%q stands at %v, %v, its tile ends at %v, %v", d.texts[i].s, d.texts[i].num(t, "x"), d.texts[i].num(t, "y"), x, y)
		}
	}
	if line, next := d.texts[0].num(t, "y"), d.images[2].num(t, "y"); line >= next {
		t.Errorf("a line at %v, the next row of tiles at %v", line, next)
	}
	if !strings.Contains(p.Alt, "under them: a, a long") {
		t.Errorf("alt %q", p.Alt)
	}
}

func TestBadTiles(t *testing.T) {
	one := [][][][]float64{{vertical}}
	for name, c := range map[string]struct {
		tiles Tiles
		want  string
	}{
		"none":    {Tiles{}, "without an image"},
		"nil":     {Tiles{Images: [][][][]float64{{nil}}}, "without an image"},
		"rows":    {Tiles{Images: one, Rows: []string{"a", "b"}}, "2 names for 1 rows"},
		"columns": {Tiles{Images: one, Columns: []string{"a", "b"}}, "2 names for 1 columns"},
		"under":   {Tiles{Images: one, Under: [][]string{{"a", "b"}}}, "one for each tile"},
		"side":    {Tiles{Images: one, Side: -1}, "positive side"},
		"ragged":  {Tiles{Images: [][][][]float64{{{{1}, {1, 2}}}}}, "image 1 of row 1"},
		"scale":   {Tiles{Images: one, Scale: Scale{Low: -0.5, High: 0.5}}, "widen the scale"},
	} {
		if err := c.tiles.Picture().Err(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "plots: ") {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}
