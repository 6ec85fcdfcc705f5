package plots

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"image"
	"image/png"
	"maps"
	"math"
	"strconv"
	"strings"
	"testing"

	"cnnbook/cnnlib/ref"
)

// The example of section 5.2 of the book; its result is checked in cnnlib/ref.
var (
	greyImage = [][]float64{{3, 0, 1, 2, 7, 4}, {1, 5, 8, 9, 3, 1}, {2, 7, 2, 5, 1, 3}, {0, 1, 3, 1, 7, 8}, {4, 2, 1, 6, 2, 8}, {2, 4, 5, 2, 3, 9}}
	vertical  = [][]float64{{1, 0, -1}, {1, 0, -1}, {1, 0, -1}}
	response  = [][]float64{{-5, -4, 0, 8}, {-10, -2, 2, 3}, {0, -2, -4, -7}, {-3, -2, -3, -16}}
	halfWhite = [][]float64{{10, 10, 10, 0, 0, 0}, {10, 10, 10, 0, 0, 0}, {10, 10, 10, 0, 0, 0}, {10, 10, 10, 0, 0, 0}, {10, 10, 10, 0, 0, 0}, {10, 10, 10, 0, 0, 0}}
	halfEdges = [][]float64{{0, 30, 30, 0}, {0, 30, 30, 0}, {0, 30, 30, 0}, {0, 30, 30, 0}}
)

// everyFigure has each generator with each of its options once or more. Tests of
// what holds for all figures run through it.
func everyFigure() map[string]*Picture {
	wide := make([][]float64, 12) // 12×20 with two decimals: cells as small as they get
	for i := range wide {
		for j := range 20 {
			wide[i] = append(wide[i], float64(i*20+j)/100-1.2)
		}
	}
	grey := Scale{Palette: Grey, Low: -10, High: 10}
	windows := []Window{{Rows: 3, Cols: 3, Label: "A"}, {Col: 2, Rows: 3, Cols: 3, Dashed: true, Label: "B"}, {Row: 3, Col: 1, Rows: 3, Cols: 3, Label: "C"}}
	tiles := [][][][]float64{{greyImage, response}, {vertical, nil}}
	bars := []Bar{{Name: "dropout", Value: 0.42, Err: 0.1}, {Name: "a name so long that it takes two lines", Value: -1.31, Err: 0.2}, {Name: "same", Value: 0}}
	five := make([]Curve, 5)
	for k := range five {
		five[k] = Curve{Name: "curve " + strconv.Itoa(k), X: []float64{1, 10, 100}, Y: []float64{float64(k) - 2, 3, float64(k * k)}, Err: []float64{0.5, 0, 1}, Points: k == 4}
	}
	all := networkFigures()
	maps.Copy(all, settingFigures())
	maps.Copy(all, map[string]*Picture{
		"kernel": Matrix{Values: vertical, Title: "A title that is wider than the matrix"}.Picture(),
		"wide":   Matrix{Values: wide, HideSize: true}.Picture(),
		"one":    Matrix{Values: [][]float64{{7}}, Scale: Scale{Palette: Grey}}.Picture(),
		"equation": Equation{Terms: []Matrix{{Values: greyImage, Title: "Image", Scale: Scale{Palette: Grey, High: 9}}, {Values: vertical, Title: "Kernel"}, {Values: response, Title: "Result"}},
			Operators: []string{"*", "="}}.Picture(),
		"half": Equation{Terms: []Matrix{{Values: halfWhite, Scale: grey, Windows: windows}, {Values: vertical}, {Values: halfEdges, Windows: []Window{{Label: "A"}, {Col: 2, Dashed: true, Label: "B"}}}},
			Operators: []string{"*", "→"}}.Picture(),
		"steps":         Steps{Input: greyImage, Kernel: vertical, ByColumn: true}.Picture(),
		"steps padded":  Steps{Input: greyImage, Kernel: vertical, Options: ref.Options{Stride: 2, Top: 1, Bottom: 2, Left: 0, Right: 1}}.Picture(),
		"steps dilated": Steps{Input: greyImage, Kernel: [][]float64{{0.5, -0.25}, {0.125, 1}}, Options: ref.Options{Dilation: 3}}.Picture(),
		"steps small":   Steps{Input: [][]float64{{1, 2}}, Kernel: [][]float64{{3}}}.Picture(),
		"tiles":         Tiles{Images: tiles, Rows: []string{"first row", "a second row with a name that is long"}, Columns: []string{"image", "incomprehensibilities"}, Title: "Tiles", Unit: "response"}.Picture(),
		"tiles grey":    Tiles{Images: tiles, Scale: Scale{Palette: Grey}}.Picture(),
		"tiles tiny":    Tiles{Images: [][][][]float64{{vertical}}, Side: 12, Scale: Scale{Low: -0.5, High: 0.5}, Unit: "x"}.Picture(), // replaced below: out of scale
		"beside":        Beside(Matrix{Values: vertical}.Picture(), Tiles{Images: tiles}.Picture()),
		"curves":        Curves{Title: "A rather long title of curves that runs beyond the right end of the axes", XLabel: "x", YLabel: "y", Curves: five}.Picture(),
		"curves log":    Curves{XLabel: "image side in pixels", YLabel: "share in %", LogX: true, LogY: true, Curves: []Curve{{X: []float64{6, 1000}, Y: []float64{50, 0.2}}}}.Picture(),
		"curve point":   Curves{FromZero: true, Curves: []Curve{{X: []float64{3}, Y: []float64{4}}}}.Picture(),
		"bars":          Bars{Title: "Bars", Label: "change in points", Bars: bars}.Picture(),
		"bars log":      Bars{Label: "parameters", Log: true, Bars: []Bar{{Name: "full", Value: 105705600}, {Name: "convolution", Value: 34944}}}.Picture(),
	})
	return all
}

// drawing is a parsed SVG file.
type drawing struct {
	w, h   float64
	rects  []element
	paths  []element
	texts  []element
	images []element
	title  string
}

// element is one mark with the attributes of the group around it.
type element struct {
	attr map[string]string
	s    string // of a text
}

func (e element) num(t *testing.T, name string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(e.attr[name], 64)
	if err != nil {
		t.Fatalf("%s=%q: %v", name, e.attr[name], err)
	}
	return v
}

func parseSVG(t *testing.T, p *Picture) drawing {
	t.Helper()
	data, err := p.SVG()
	if err != nil {
		t.Fatal(err)
	}
	var d drawing
	var group map[string]string
	var open *[]element
	decoder := xml.NewDecoder(bytes.NewReader(data))
	inTitle := false
	for {
		token, err := decoder.Token()
		if token == nil {
			if err.Error() != "EOF" {
				t.Fatal(err)
			}
			return d
		}
		switch x := token.(type) {
		case xml.StartElement:
			attr := make(map[string]string)
			if x.Name.Local != "g" {
				for k, v := range group {
					attr[k] = v
				}
			}
			for _, a := range x.Attr {
				attr[a.Name.Local] = a.Value
			}
			open = nil
			inTitle = x.Name.Local == "title"
			switch x.Name.Local {
			case "svg":
				e := element{attr: attr}
				box := strings.Fields(attr["viewBox"])
				e.attr["w"], e.attr["h"] = box[2], box[3]
				d.w, d.h = e.num(t, "w"), e.num(t, "h")
			case "g":
				group = attr
			case "rect":
				d.rects = append(d.rects, element{attr: attr})
			case "path":
				d.paths = append(d.paths, element{attr: attr})
			case "image":
				d.images = append(d.images, element{attr: attr})
			case "text":
				d.texts = append(d.texts, element{attr: attr})
				open = &d.texts
			case "title":
			default:
				t.Fatalf("unexpected element %s", x.Name.Local)
			}
		case xml.CharData:
			if open != nil {
				(*open)[len(*open)-1].s += string(x)
			}
			if inTitle {
				d.title += string(x)
			}
		case xml.EndElement:
			open, inTitle = nil, false
		}
	}
}

// texts returns the text of every mark in the order of drawing.
func (d drawing) strings() []string {
	var all []string
	for _, x := range d.texts {
		all = append(all, x.s)
	}
	return all
}

// filled returns the rectangles of a colour.
func (d drawing) filled(color string) []element {
	var some []element
	for _, r := range d.rects {
		if r.attr["fill"] == color {
			some = append(some, r)
		}
	}
	return some
}

// pixelsOf decodes an image that the SVG holds.
func pixelsOf(t *testing.T, e element) image.Image {
	t.Helper()
	code, ok := strings.CutPrefix(e.attr["href"], "data:image/png;base64,")
	if !ok {
		t.Fatalf("the image is no PNG: %.40s", e.attr["href"])
	}
	data, err := base64.StdEncoding.DecodeString(code)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestEveryFigure(t *testing.T) {
	figures := everyFigure()
	if err := figures["tiles tiny"].Err(); err == nil {
		t.Error("values outside the scale were drawn")
	}
	delete(figures, "tiles tiny")
	for name, p := range figures {
		t.Run(name, func(t *testing.T) {
			if p.Err() != nil {
				t.Fatal(p.Err())
			}
			d := parseSVG(t, p)
			if d.title != p.Alt || p.Alt == "" {
				t.Errorf("the SVG's title is %q, the description %q", d.title, p.Alt)
			}
			paper := d.rects[0]
			if paper.attr["fill"] != "#fcfcfa" || paper.num(t, "width") != d.w || paper.num(t, "height") != d.h {
				t.Errorf("the background is %v, the picture %v×%v", paper.attr, d.w, d.h)
			}
			for _, x := range d.texts {
				if size := x.num(t, "font-size"); size < 8 {
					t.Errorf("%q is %v pt small", x.s, size)
				}
			}
			for _, m := range p.marks {
				b := m.bounds()
				if b.x < 0 || b.y < 0 || b.x+b.w > p.Width.Points()+0.01 || b.y+b.h > p.Height.Points()+0.01 {
					t.Errorf("%#v at %v leaves the %v×%v picture", m, b, p.Width, p.Height)
				}
			}
			overlaps(t, p)
			if svg, _ := p.SVG(); len(svg) > 60_000 {
				t.Errorf("%d bytes of SVG", len(svg))
			}
			if _, err := json.Marshal(p.Data); err != nil || p.Data == nil {
				t.Errorf("data %v: %v", p.Data, err)
			}
		})
	}
}

// overlaps reports texts that lie on each other.
func overlaps(t *testing.T, p *Picture) {
	t.Helper()
	var texts []text
	for _, m := range p.marks {
		if x, ok := m.(text); ok {
			texts = append(texts, x)
		}
	}
	const slack = 1.5 // points: bounds include the room of accents, which these texts lack
	for i, a := range texts {
		for _, b := range texts[:i] {
			ra, rb := a.bounds().inset(slack), b.bounds().inset(slack)
			if ra.x < rb.x+rb.w && rb.x < ra.x+ra.w && ra.y < rb.y+rb.h && rb.y < ra.y+ra.h {
				t.Errorf("%q at %v lies on %q at %v", a.s, ra, b.s, rb)
			}
		}
	}
}

// TestSameBytes draws everything anew: a map or a clock in the way would show.
func TestSameBytes(t *testing.T) {
	first, second := everyFigure(), everyFigure()
	for name, p := range first {
		if p.Err() != nil {
			continue
		}
		for _, write := range []func(*Picture) ([]byte, error){(*Picture).SVG, func(p *Picture) ([]byte, error) { return p.PNG(0) }} {
			a, err := write(p)
			if err != nil {
				t.Fatal(err)
			}
			b, err := write(second[name])
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a, b) {
				t.Errorf("%s: a second run gives other bytes", name)
			}
		}
	}
}

// TestPNGShowsThePicture compares the raster with the marks: the middle of every
// cell's upper left corner region has the cell's colour.
func TestPNGShowsThePicture(t *testing.T) {
	p := everyFigure()["equation"]
	data, err := p.PNG(144)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	const dots = 144.0 / 72
	if got, want := img.Bounds().Size(), image.Pt(int(math.Round(p.Width.Points()*dots)), int(math.Round(p.Height.Points()*dots))); got != want {
		t.Errorf("PNG of %v, want %v", got, want)
	}
	cells := 0
	for _, m := range p.marks {
		b, ok := m.(box)
		if !ok || b.fill.A == 0 {
			continue
		}
		cells++
		x, y := int((b.x+3)*dots), int((b.y+3)*dots) // 3 pt inside: neither border nor number
		r, g, bl, _ := img.At(x, y).RGBA()
		if uint8(r>>8) != b.fill.R || uint8(g>>8) != b.fill.G || uint8(bl>>8) != b.fill.B {
			t.Errorf("the cell at %v, %v is %v, want %v", b.x, b.y, img.At(x, y), b.fill)
		}
	}
	if cells != 36+9+16 {
		t.Errorf("%d cells, want 36+9+16", cells)
	}
}

func TestErrorsAreKept(t *testing.T) {
	bad := Matrix{}.Picture()
	if _, err := bad.SVG(); err == nil || err != bad.Err() {
		t.Errorf("SVG: %v", err)
	}
	if _, err := bad.PNG(0); err == nil {
		t.Error("PNG without an error")
	}
	if _, err := bad.HTML(""); err == nil {
		t.Error("HTML without an error")
	}
	if p := Beside(Matrix{Values: vertical}.Picture(), bad); p.Err() == nil {
		t.Error("Beside lost an error")
	}
	if p := Beside(); p.Err() == nil {
		t.Error("nothing beside nothing")
	}
	good := Matrix{Values: vertical}.Picture()
	for _, dpi := range []int{-1, 1201} {
		if _, err := good.PNG(dpi); err == nil {
			t.Errorf("%d dpi", dpi)
		}
	}
}

func TestBesideKeepsDataAndScales(t *testing.T) {
	a, b := Matrix{Values: vertical}.Picture(), Tiles{Images: [][][][]float64{{greyImage}}}.Picture()
	p := Beside(a, b)
	if got, want := len(p.marks), len(a.marks)+len(b.marks); got != want {
		t.Errorf("%d marks, want %d", got, want)
	}
	if p.Width != a.Width+b.Width || p.Height != max(a.Height, b.Height) {
		t.Errorf("%v×%v beside %v×%v is %v×%v", a.Width, a.Height, b.Width, b.Height, p.Width, p.Height)
	}
	data := p.Data.([]any)
	if data[1].(TilesData).High != 9 || data[0].(MatrixData).High != 1 {
		t.Errorf("data %v", data)
	}
	if p.Alt != a.Alt+" "+b.Alt {
		t.Errorf("alt %q", p.Alt)
	}
}
