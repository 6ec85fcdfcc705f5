package data

import (
	"fmt"
	"math"
)

// Scene returns a picture of h×w grey values from 0 (black) to 1 (white): a house
// with windows before two ranges of hills, under a sky with a sun. It is not a
// photograph: this function computes it, always the same, so that the figures on
// edges have straight, slanted and round ones of known place. Each value is the mean of 4×4 samples, rounded to
// the 256 levels of a real grey picture. h and w must be at least 1; the scene is
// stretched to fit and looks best if w is 4/3 of h.
func Scene(h, w int) ([][]float64, error) {
	if h < 1 || w < 1 {
		return nil, fmt.Errorf("data: a scene of %d×%d: want at least 1×1", h, w)
	}
	const samples = 4 // on each axis of a pixel
	at := func(i, cells int) float64 { return (float64(i) + 0.5) / float64(samples*cells) }
	ground := make([]land, samples*w) // the hills depend on x alone
	for i := range ground {
		ground[i] = landAt(4 * at(i, w) / 3)
	}
	scene := make([][]float64, h)
	for r := range scene {
		scene[r] = make([]float64, w)
		for c := range scene[r] {
			sum := 0.0
			for i := range samples {
				for j := range samples {
					col := c*samples + j
					sum += shade(4*at(col, w)/3, at(r*samples+i, h), ground[col])
				}
			}
			scene[r][c] = math.Round(sum/(samples*samples)*255) / 255
		}
	}
	return scene, nil
}

// land is where, from the top, the meadow and the two ranges of hills begin.
type land struct{ meadow, near, far float64 }

func landAt(x float64) land {
	return land{
		meadow: 0.80 + 0.015*math.Sin(5*x),
		near:   0.62 + 0.05*math.Sin(4*x+1) + 0.015*math.Sin(13*x),
		far:    0.52 + 0.07*math.Sin(3*x+2.5) + 0.02*math.Sin(9*x),
	}
}

// shade returns the grey value at a point: x from 0 to 4/3 to the right, y from 0
// to 1 downwards. What stands in front is asked first.
func shade(x, y float64, l land) float64 {
	// The house: walls 0.40 wide, a roof above them, a door and two windows.
	const left, right, eaves, ground, ridge = 0.32, 0.72, 0.60, 0.86, 0.42
	middle := (left + right) / 2
	inside := func(x0, y0, x1, y1 float64) bool { return x >= x0 && x < x1 && y >= y0 && y < y1 }
	switch {
	case inside(0.60, 0.40, 0.65, 0.52): // chimney
		return 0.15
	case inside(0.48, 0.70, 0.56, ground): // door
		return 0.20
	case inside(0.37, 0.66, 0.45, 0.74), inside(0.59, 0.66, 0.67, 0.74): // windows
		if math.Abs(y-0.70) < 0.004 || math.Abs(x-0.41) < 0.004 || math.Abs(x-0.63) < 0.004 { // their bars
			return 0.95
		}
		return 0.25
	case inside(left, eaves, right, ground): // wall
		return 0.85
	case y >= ridge && y < eaves && math.Abs(x-middle) < (y-ridge)/(eaves-ridge)*(right-left+0.08)/2: // roof, 0.04 over the wall on each side
		return 0.28
	}
	// The fence: posts 0.02 wide, 0.06 apart, and a rail.
	if x > 0.86 && inside(0.86, 0.76, 4.0/3, ground) && (math.Mod(x-0.86, 0.06) < 0.02 || math.Abs(y-0.79) < 0.008) {
		return 0.90
	}
	switch {
	case y >= l.meadow:
		return 0.55 - 0.25*(y-0.80)
	case y >= l.near:
		return 0.38
	case y >= l.far:
		return 0.52
	}
	// The sun, and the sky: darker at the top.
	if dx, dy := x-1.08, y-0.20; dx*dx+dy*dy < 0.09*0.09 {
		return 1
	}
	return 0.62 + 0.30*y
}
