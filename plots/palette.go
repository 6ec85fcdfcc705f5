package plots

import (
	"fmt"
	"image/color"
	"math"
)

// Palette says which colours stand for numbers. The zero value is Diverging.
type Palette int

const (
	// Diverging runs from blue (negative) over white (exactly 0) to orange
	// (positive). Both sides only get darker, so that the distance from 0 also
	// reads in grey print; the sign then is in the number.
	Diverging Palette = iota
	// Grey runs from black (Low) to white (High), as the pixels of an image.
	Grey
	// Sequential runs from white (Low) to dark orange (High) and only gets darker:
	// for counts and other numbers that are not negative.
	Sequential
)

// Scale maps numbers to colours.
type Scale struct {
	Palette Palette
	// Low and High are the numbers at the two ends. Both 0 means: from the data,
	// symmetric about 0 for Diverging, from the smallest to the largest for Grey,
	// and for Sequential from 0, or a negative smallest, to the largest. For Diverging Low must be −High. A number outside is an error.
	Low, High float64
}

// The fixed colours of all figures.
var (
	black      = color.RGBA{A: 255}
	white      = color.RGBA{255, 255, 255, 255}
	background = color.RGBA{252, 252, 250, 255}
	ink        = color.RGBA{26, 26, 26, 255}
	muted      = color.RGBA{82, 82, 82, 255}    // second text: contrast above 7 on the background
	gridLine   = color.RGBA{92, 92, 92, 255}    // outlines of cells: also seen on mid grey
	faint      = color.RGBA{222, 222, 222, 255} // lines behind curves
	none       = color.RGBA{}
)

// Stops of the palettes from 0 outwards, equally far apart.
var (
	blues   = []color.RGBA{white, {156, 195, 230, 255}, {31, 95, 168, 255}}
	oranges = []color.RGBA{white, {249, 184, 122, 255}, {200, 89, 10, 255}}
	greys   = []color.RGBA{black, white}
)

// fitted returns the scale with its limits filled in, or an error where the
// limits are wrong or a value lies outside. what names the values in the error.
func (s Scale) fitted(what string, values []float64) (Scale, error) {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return s, fmt.Errorf("plots: %s holds %v, which has no colour: give finite numbers", what, v)
		}
	}
	if s.Palette < Diverging || s.Palette > Sequential {
		return s, fmt.Errorf("plots: palette %d of %s is neither Diverging (0) nor Grey (1) nor Sequential (2)", int(s.Palette), what)
	}
	lowest, highest := 0.0, 0.0
	for i, v := range values {
		if i == 0 || v < lowest {
			lowest = v
		}
		if i == 0 || v > highest {
			highest = v
		}
	}
	if s.Low == 0 && s.High == 0 {
		s.Low, s.High = lowest, highest
		switch s.Palette {
		case Diverging:
			s.High = max(math.Abs(lowest), math.Abs(highest))
			s.Low = -s.High
		case Sequential:
			s.Low, s.High = min(lowest, 0), max(highest, 0)
		}
		return s, nil
	}
	switch {
	case !(s.Low < s.High) || math.IsInf(s.Low, 0) || math.IsInf(s.High, 0):
		return s, fmt.Errorf("plots: the scale of %s runs from %v to %v: Low must be below High", what, s.Low, s.High)
	case s.Palette == Diverging && s.Low != -s.High:
		return s, fmt.Errorf("plots: the diverging scale of %s runs from %v to %v: white is 0, so Low must be −High", what, s.Low, s.High)
	case lowest < s.Low || highest > s.High:
		return s, fmt.Errorf("plots: %s holds %v to %v, outside its scale %v to %v: widen the scale", what, lowest, highest, s.Low, s.High)
	}
	return s, nil
}

// color returns the colour of v, which must lie inside the fitted scale.
func (s Scale) color(v float64) color.RGBA {
	stops := greys
	if s.Palette == Sequential {
		stops = oranges
	}
	if s.Palette != Diverging {
		if s.High == s.Low {
			return between(stops, 0.5) // one number only: neither of the ends
		}
		return between(stops, (v-s.Low)/(s.High-s.Low))
	}
	switch {
	case v < 0:
		return between(blues, v/s.Low)
	case v > 0:
		return between(oranges, v/s.High)
	}
	return white
}

// between returns the colour at t in 0..1 along the stops.
func between(stops []color.RGBA, t float64) color.RGBA {
	last := len(stops) - 1
	pos := float64(t * float64(last)) // float64() forbids a fused multiply-add: the same colour on all CPUs
	i := min(int(pos), last-1)
	f := pos - float64(i)
	mix := func(a, b uint8) uint8 {
		return uint8(math.Round(float64(a) + float64(f*(float64(b)-float64(a)))))
	}
	a, b := stops[i], stops[i+1]
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

// inkOn returns black or white, whichever reads better on the colour. The worst
// case is √21 ≈ 4.58 : 1, above the 4.5 of WCAG 2.1, success criterion 1.4.3.
func inkOn(c color.RGBA) color.RGBA {
	if contrast(c, white) > contrast(c, black) {
		return white
	}
	return black
}

// contrast returns the contrast ratio, 1 to 21, as WCAG 2.1 defines it.
func contrast(a, b color.RGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance returns the relative luminance, 0 to 1, as WCAG 2.1 defines it.
func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return float64(0.2126*linear(c.R)) + float64(0.7152*linear(c.G)) + float64(0.0722*linear(c.B))
}

// Ink is the scale of pictures such as MNIST's: 0 is paper, 1 is ink.
var Ink = Scale{Palette: Grey, Low: 0, High: 1}
