package data

import (
	"image"
	"image/color"
)

// Images is a labelled set of pictures of one size, 8 bits a channel.
type Images struct {
	N, H, W, C int     // pictures, rows, columns, channels
	Pixels     []uint8 // [N H W C], the last axis running fastest; for MNIST 0 is paper, 255 is ink
	Labels     []uint8 // [N]
}

// Plane returns the first channel of picture i as an [H][W] matrix, each value
// divided by 255, so from 0 to 1. It panics, as an index expression does, if
// there is no picture i.
func (m *Images) Plane(i int) [][]float64 {
	pixels := m.one(i)
	plane := make([][]float64, m.H)
	for r := range plane {
		plane[r] = make([]float64, m.W)
		for c := range plane[r] {
			plane[r][c] = float64(pixels[(r*m.W+c)*m.C]) / 255
		}
	}
	return plane
}

// Image returns picture i for drawing: the first channel as grey where there are
// fewer than three, otherwise red, green and blue from the first three. It panics, as an index expression does, if there
// is no picture i.
func (m *Images) Image(i int) image.Image {
	pixels := m.one(i)
	bounds := image.Rect(0, 0, m.W, m.H)
	if m.C < 3 {
		grey := image.NewGray(bounds)
		for p := range m.H * m.W {
			grey.Pix[p] = pixels[p*m.C]
		}
		return grey
	}
	rgb := image.NewNRGBA(bounds)
	for p := range m.H * m.W {
		v := pixels[p*m.C:]
		rgb.SetNRGBA(p%m.W, p/m.W, color.NRGBA{R: v[0], G: v[1], B: v[2], A: 255})
	}
	return rgb
}

// one returns the pixels [H W C] of a picture.
func (m *Images) one(i int) []uint8 {
	size := m.H * m.W * m.C
	return m.Pixels[i*size : (i+1)*size]
}
