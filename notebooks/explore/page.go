package explore

import (
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"strings"

	"cnnbook/plots"
)

// frame is what the page shows at one setting: a drawing, or the line of an error.
type frame struct {
	SVG     string `json:"svg,omitempty"`
	Width   int    `json:"width,omitempty"` // in pixels of CSS
	HTML    string `json:"html,omitempty"`  // of what is no single drawing: an animation
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
	Error   string `json:"error,omitempty"`
	static  string // the element where no script runs
}

// render draws one setting. Its error is a mistake in the cell, not in the setting.
func render(draw func(Values) (plots.Figure, error), v Values) (f frame, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case unknown:
			err = errors.New(string(p))
		default:
			f = frame{Error: fmt.Sprintf("the function of the figure stopped with: %v", p)}
		}
	}()
	figure, err := draw(v)
	if err != nil {
		return frame{Error: firstLine(err)}, nil
	}
	if figure == nil {
		return frame{}, fmt.Errorf("explore: the function returned no figure and no error for %s", v)
	}
	if f.static, err = figure.HTML(""); err != nil {
		return frame{Error: firstLine(err)}, nil
	}
	for c, ok := figure.(captioned); ok; c, ok = figure.(captioned) {
		figure = c.Figure
		f.Caption = cmp.Or(f.Caption, c.caption) // the outermost is the last word
	}
	switch figure := figure.(type) {
	case *plots.Picture:
		svg, err := figure.SVG()
		if err != nil {
			return frame{Error: firstLine(err)}, nil
		}
		const points = 72.0 / 96 // in a pixel of CSS
		f.SVG, f.Alt, f.Width = string(svg), figure.Alt, int(figure.Width.Points()/points+0.5)
	case *plots.Animation:
		f.Alt = figure.Alt
		if f.HTML, err = figure.HTML(""); err != nil {
			return frame{Error: firstLine(err)}, nil
		}
	}
	return f, nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// page is all that the output holds. Its fields are the script's data.
type page struct {
	Sliders []control `json:"sliders"`
	Frames  []frame   `json:"frames"` // each drawing once
	// At has the frame's number for every setting; the last slider moves fastest.
	At []int `json:"at"`

	sliders []Slider
}

// control is a slider as the script needs it. Positions count from 0.
type control struct {
	Name  string   `json:"name"`
	ZH    string   `json:"zh,omitempty"`
	First int      `json:"first"`
	Words []string `json:"words"` // of every position
}

func newPage(draw func(Values) (plots.Figure, error), sliders []Slider) (*page, error) {
	p := &page{sliders: sliders}
	settings := 1
	for i, s := range sliders {
		c := control{Name: s.Name, ZH: s.NameZH, First: first(sliders)[i]}
		for v := s.Min; v <= s.Max; v += s.step() {
			c.Words = append(c.Words, s.word(v))
		}
		p.Sliders = append(p.Sliders, c)
		settings *= len(c.Words)
	}
	known := map[frame]int{}
	for n := range settings {
		v := Values{sliders, values(sliders, p.positions(n))}
		f, err := render(draw, v)
		if err != nil {
			return nil, err
		}
		if _, ok := known[f]; !ok {
			known[f] = len(p.Frames)
			p.Frames = append(p.Frames, f)
		}
		p.At = append(p.At, known[f])
	}
	if f := p.frame(first(sliders)); f.Error != "" {
		return nil, fmt.Errorf("explore: the sliders start where there is no figure: %s", f.Error)
	}
	return p, nil
}

// positions are those of setting n.
func (p *page) positions(n int) []int {
	at := make([]int, len(p.Sliders))
	for i := len(at) - 1; i >= 0; i-- {
		count := len(p.Sliders[i].Words)
		at[i], n = n%count, n/count
	}
	return at
}

// frame is the one shown at these positions.
func (p *page) frame(positions []int) frame {
	n := 0
	for i, at := range positions {
		n = n*len(p.Sliders[i].Words) + at
	}
	return p.Frames[p.At[n]]
}

//go:embed explore.js
var script string

// html returns the output of the cell: what is seen without a script, and the script
// that puts the sliders above it. No id is used, so that a notebook may show the same
// output twice, and the same figures always give the same bytes.
func (p *page) html() (string, error) {
	data, err := p.pack()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(`<div class="cnnbook-explore">`)
	b.WriteString(p.static())
	b.WriteString("<script>" + strings.Replace(script, "DATA", data, 1) + "</script></div>")
	if b.Len() > maxBytes {
		return "", fmt.Errorf("explore: the figures take %.1f MB, at most %.0f MB keep a notebook light: draw less, or take fewer values", float64(b.Len())/1e6, maxBytes/1e6)
	}
	return b.String(), nil
}

// maxBytes of one output. A notebook of 10 MB is slow to open and to save; one slider
// cell may take a third of that.
const maxBytes = 3e6

// pack returns the data compressed, in base64. The drawings differ in little, so that
// they shrink to a few per cent.
func (p *page) pack() (string, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("explore: %w", err)
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return "", fmt.Errorf("explore: %w", err)
	}
	z.Write(data) // a bytes.Buffer takes everything
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("explore: %w", err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// maxStatic is how many other figures the static part has at most, each slider's
// nearest ones first: they are not compressed.
const maxStatic = 8

// static is the figure at the first values and, folded away, those with one slider
// moved.
func (p *page) static() string {
	start := first(p.sliders)
	var b strings.Builder
	fmt.Fprintf(&b, `<div class="cnnbook-explore-figure">%s</div>`, p.frame(start).static)
	var list strings.Builder
	shown := map[string]bool{p.frame(start).static: true}
	for distance := 1; distance < MaxSettings; distance++ {
		for i, c := range p.Sliders {
			for _, at := range []int{start[i] - distance, start[i] + distance} {
				if at < 0 || at >= len(c.Words) || len(shown) > maxStatic {
					continue
				}
				moved := append([]int(nil), start...)
				moved[i] = at
				f := p.frame(moved)
				if f.Error == "" && !shown[f.static] {
					shown[f.static] = true
					fmt.Fprintf(&list, "<p>%s</p>%s", html.EscapeString(Values{p.sliders, values(p.sliders, moved)}.String()), f.static)
				}
			}
		}
	}
	if list.Len() > 0 {
		fmt.Fprintf(&b, `<details class="cnnbook-explore-static"><summary>Other settings. (Run the cell to move sliders instead. 运行本单元即可拖动滑块。)</summary>%s</details>`, list.String())
	}
	return b.String()
}
