package plots

import (
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"math"
	"os"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
)

// Figure is what Show displays: a *Picture or an *Animation.
type Figure interface {
	// HTML returns the figure as an HTML element that needs no other file.
	HTML(caption string) (string, error)
	alt() string
}

// exit is replaced by the tests.
var exit = os.Exit

// Show displays a figure in the output of a notebook cell, with a caption below
// if there is one. Outside a notebook it prints the figure's description.
//
// Show prints an error as one line and exits with status 1, so that a cell without its
// figure does not pass for a good one. Use SVG, PNG or GIF to handle errors yourself.
func Show(f Figure, caption ...string) {
	if err := show(f, strings.Join(caption, " "), gonbui.IsNotebook, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		exit(1)
	}
}

func show(f Figure, caption string, notebook bool, w io.Writer) error {
	element, err := f.HTML(caption)
	if err != nil {
		return err
	}
	if !notebook {
		if caption != "" {
			caption = " (" + caption + ")"
		}
		_, err := fmt.Fprintf(w, "[figure%s] %s\n", caption, f.alt())
		return err
	}
	gonbui.DisplayHTML(element)
	gonbui.Sync() // the kernel drops what is still in the pipe when the cell's program ends
	if err := gonbui.Error(); err != nil {
		return fmt.Errorf("plots: the notebook did not take the figure: %w", err)
	}
	return nil
}

func (p *Picture) alt() string   { return p.Alt }
func (a *Animation) alt() string { return a.Alt }

// HTML returns the picture as a figure element with the SVG inside.
func (p *Picture) HTML(caption string) (string, error) {
	svg, err := p.SVG()
	if err != nil {
		return "", err
	}
	return figure(img(dataURI("image/svg+xml", svg), p.Alt, p), caption), nil
}

// HTML returns the animation as a figure element with the GIF inside. A reader
// whose system asks for less motion gets the last frame instead.
func (a *Animation) HTML(caption string) (string, error) {
	movie, err := a.GIF()
	if err != nil {
		return "", err
	}
	last := a.Frames[len(a.Frames)-1]
	still, err := last.SVG()
	if err != nil {
		return "", err
	}
	return figure(fmt.Sprintf(`<picture><source media="(prefers-reduced-motion: reduce)" srcset="%s">%s</picture>`,
		dataURI("image/svg+xml", still), img(dataURI("image/gif", movie), a.Alt, last)), caption), nil
}

func dataURI(mediaType string, data []byte) string {
	return "data:" + mediaType + ";base64," + base64.StdEncoding.EncodeToString(data)
}

// img shows the picture at its size on paper, or smaller if the page is narrow,
// but never so small that its smallest type falls below leastType: the figure
// around it then scrolls sideways.
func img(src, alt string, p *Picture) string {
	const px = 72.0 / 96 // points in a pixel of CSS
	wide := p.Width.Points() / px
	return fmt.Sprintf(`<img alt="%s" src="%s" width="%.0f" style="max-width:100%%;min-width:%.0fpx;height:auto">`, html.EscapeString(alt), src, wide, p.leastWidth())
}

// leastType is the smallest type in pixels of CSS that a phone, held close, still
// shows legibly.
const leastType = 6.0

// leastWidth is the width of the picture, in pixels of CSS, at which its smallest
// type has leastType. Without text it is 0.
func (p *Picture) leastWidth() float64 {
	smallest := math.Inf(1)
	for _, m := range p.marks {
		if t, ok := m.(text); ok {
			smallest = min(smallest, t.size)
		}
	}
	return math.Ceil(p.Width.Points() * leastType / smallest)
}

// figure puts the caption below, and free space below that: it belongs to the picture
// above it.
func figure(inside, caption string) string {
	if caption != "" {
		caption = "<figcaption>" + html.EscapeString(caption) + "</figcaption>"
	}
	return `<figure style="margin:0 0 12px;overflow-x:auto">` + inside + caption + "</figure>"
}
