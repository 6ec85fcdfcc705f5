package plots

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"iter"
	"slices"
	"time"
)

// Animation is a sequence of pictures of one size.
type Animation struct {
	Frames []*Picture
	Delay  time.Duration // between frames; 0 means one second
	Alt    string        // what is shown, in words; may be replaced
	Data   any           // the numbers shown; encoding/json can write it

	err error
}

// gifDPI makes the GIF half as fine again as a 96 dpi screen, for it is often
// enlarged by the browser.
const gifDPI = 144

// Err returns why there is nothing to draw, or nil.
func (a *Animation) Err() error { return a.err }

// GIF returns the animation as a GIF file that repeats for ever and rests on the
// last frame three times as long. The same frames always give the same bytes.
func (a *Animation) GIF() ([]byte, error) {
	if a.err != nil {
		return nil, a.err
	}
	if len(a.Frames) == 0 {
		return nil, errors.New("plots: an animation without frames: give at least one")
	}
	var images []*image.RGBA
	for i, f := range a.Frames {
		c, err := f.canvas(gifDPI)
		if err != nil {
			return nil, err
		}
		img, ok := c.Image().(*image.RGBA)
		if !ok {
			return nil, fmt.Errorf("plots: the canvas holds a %T, not an RGBA image", c.Image())
		}
		if i > 0 && img.Rect != images[0].Rect {
			return nil, fmt.Errorf("plots: frame %d has %v pixels, the first %v: make all frames equally large", i+1, img.Rect.Size(), images[0].Rect.Size())
		}
		images = append(images, img)
	}
	delay := a.Delay
	if delay == 0 {
		delay = time.Second
	}
	hundredths := int(delay / (10 * time.Millisecond))
	reduce := newReducer(images)
	movie := gif.GIF{}
	var before *image.Paletted
	for i, img := range images {
		now := reduce.paletted(img)
		part := now
		if before != nil {
			part = changes(before, now)
		}
		before = now
		movie.Image = append(movie.Image, part)
		movie.Disposal = append(movie.Disposal, gif.DisposalNone)
		if i == len(images)-1 {
			hundredths *= 3
		}
		movie.Delay = append(movie.Delay, hundredths)
	}
	movie.Config = image.Config{ColorModel: reduce.palette, Width: images[0].Rect.Dx(), Height: images[0].Rect.Dy()}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &movie); err != nil {
		return nil, fmt.Errorf("plots: writing GIF: %w", err)
	}
	return b.Bytes(), nil
}

// changes returns the part of b that differs from a, with the equal pixels
// transparent: a tenth of the bytes.
func changes(a, b *image.Paletted) *image.Paletted {
	r := changed(a, b)
	out := image.NewPaletted(r, b.Palette)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if i := b.ColorIndexAt(x, y); i != a.ColorIndexAt(x, y) {
				out.SetColorIndex(x, y, i) // elsewhere 0, the transparent colour
			}
		}
	}
	return out
}

// changed returns the smallest rectangle outside which two images are equal; one
// pixel where they are equal everywhere, since a GIF has no empty frames.
func changed(a, b *image.Paletted) image.Rectangle {
	r := image.Rectangle{}
	for y := range a.Rect.Dy() {
		rowA, rowB := a.Pix[y*a.Stride:(y+1)*a.Stride], b.Pix[y*b.Stride:(y+1)*b.Stride]
		for x := range rowA {
			if rowA[x] != rowB[x] {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if r.Empty() {
		return image.Rect(0, 0, 1, 1)
	}
	return r
}

// reducer maps the colours of all frames to one palette of at most 255, and one
// transparent.
type reducer struct {
	palette color.Palette
	index   map[color.RGBA]uint8
}

// newReducer takes the most frequent colours. The drawings have few flat colours
// and their mixtures at the edges of letters, so that nothing visible is lost
// and no dithering is needed.
func newReducer(images []*image.RGBA) reducer {
	count := make(map[color.RGBA]int)
	for _, img := range images {
		for start, end := range runs(img) {
			count[colourAt(img, start)] += end - start
		}
	}
	type entry struct {
		c color.RGBA
		n int
	}
	var entries []entry
	for c, n := range count {
		entries = append(entries, entry{c, n})
	}
	slices.SortFunc(entries, func(a, b entry) int { // by number, then by colour: the same order on every run
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.c.R, b.c.R), cmp.Compare(a.c.G, b.c.G), cmp.Compare(a.c.B, b.c.B))
	})
	r := reducer{palette: color.Palette{color.RGBA{}}, index: make(map[color.RGBA]uint8)} // entry 0 is transparent
	for _, e := range entries {
		if len(r.palette) < 256 {
			r.index[e.c] = uint8(len(r.palette))
			r.palette = append(r.palette, e.c)
		} else {
			r.index[e.c] = uint8(1 + r.palette[1:].Index(e.c))
		}
	}
	return r
}

func (r reducer) paletted(img *image.RGBA) *image.Paletted {
	out := image.NewPaletted(img.Rect, r.palette)
	for start, end := range runs(img) {
		index := r.index[colourAt(img, start)]
		for i := start; i < end; i++ {
			out.Pix[i] = index
		}
	}
	return out
}

// colourAt is the colour of the i-th pixel, opaque.
func colourAt(img *image.RGBA, i int) color.RGBA {
	return color.RGBA{img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2], 255}
}

// runs yields first pixel and end of each stretch of one colour: flat drawings have
// few, and looking up a colour is what costs.
func runs(img *image.RGBA) iter.Seq2[int, int] {
	return func(yield func(start, end int) bool) {
		n := len(img.Pix) / 4
		for start := 0; start < n; {
			end, c := start+1, colourAt(img, start)
			for end < n && colourAt(img, end) == c {
				end++
			}
			if !yield(start, end) {
				return
			}
			start = end
		}
	}
}
