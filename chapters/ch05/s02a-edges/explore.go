package edges

import (
	"fmt"
	"math"

	"github.com/gomlx/compute"

	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/ref"
	"cnnbook/plots"
)

// TurnedFilter draws what Sobel's filter, turned to the angles 0°, step°, 2·step°, …
// below 360°, makes of the first test digit of each label: pictures [label][angle].
// At 0° it answers positively if the left side is brighter, at 90° if the upper side is. A
// filter at any angle is the sum cos·x + sin·y of those two, and so is its answer (Freeman
// and Adelson 1991, section II). It is for the sliders of 5.2a.
func TurnedFilter(backend compute.Backend, labels []uint8, step int) ([][]*plots.Picture, error) {
	if step < 1 || step > 360 {
		return nil, fmt.Errorf("edges: angles %d° apart: the step must be from 1 to 360 degrees", step)
	}
	test, err := data.MNISTTest()
	if err != nil {
		return nil, err
	}
	images, err := test.First(labels...)
	if err != nil {
		return nil, err
	}
	var filters [][][]float64
	for angle := 0; angle < 360; angle += step {
		filters = append(filters, sobelAt(angle))
	}
	pictures := make([][]*plots.Picture, len(images))
	for i, image := range images {
		planes, err := cnnlib.RunPlanes(backend, cnnlib.Conv2D{Padding: cnnlib.Same, NoBias: true, Weights: cnnlib.Filters(filters...)}, image)
		if err != nil {
			return nil, err
		}
		for j, plane := range planes {
			p := plots.Beside(
				plots.Tiles{Images: [][][][]float64{{image}}, Columns: []string{"digit"}, Scale: plots.Ink, Side: turnedSide}.Picture(),
				plots.Matrix{Values: filters[j], Title: "filter", Decimals: 2, Scale: plots.Scale{Low: -0.5, High: 0.5}}.Picture(),
				plots.Tiles{Images: [][][][]float64{{plane}}, Columns: []string{"answer"}, Scale: answerScale, Side: turnedSide}.Picture(),
			)
			p.Alt = fmt.Sprintf("The filter at %d° on a handwritten %d: the answers without their signs sum up to %.0f.", j*step, labels[i], grid.SumAbs(plane))
			pictures[i] = append(pictures[i], p)
		}
	}
	return pictures, nil
}

// answerScale holds every answer to an image from 0 to 1: the positive weights of a
// sobelAt add up to 1 at 0°, and to at most 6·cos 45°/4 = 1.06, at 45°.
var answerScale = plots.Scale{Low: -1.1, High: 1.1}

// turnedSide is the side of the tiles of TurnedFilter in points: three parts stand side by
// side in a notebook.
const turnedSide = 130

// sobelAt is Sobel's filter turned clockwise by an angle in degrees, from "the left is
// brighter" at 0, divided by 4, the sum of the positive weights of SobelX.
func sobelAt(angle int) [][]float64 {
	sin, cos := math.Sincos(float64(angle) * math.Pi / 180)
	return grid.Zip(book.SobelX, ref.Rotate90(book.SobelX), func(x, y float64) float64 {
		return (float64(cos*x) + float64(sin*y)) / 4 // not fused: the same on every processor
	})
}
