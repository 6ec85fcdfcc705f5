package plots

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
)

// Tiles draws images in rows and columns: photographs, filters, feature maps. All
// have one scale, which a bar below states in numbers, and every pixel is a sharp
// square.
type Tiles struct {
	Images  [][][][]float64 // [row][column] of images [H W]; nil leaves the place empty
	Rows    []string        // names of the rows, beside them; none draws none
	Columns []string        // names of the columns, above them; none draws none
	Under   [][]string      // [row][column] a line under each tile; none draws none
	Title   string
	// Scale of all images; zero: diverging about 0. Its Palette Grey is for
	// photographs, and with Low = −High also for responses in grey print (0 is mid
	// grey).
	Scale Scale
	// Side of a tile in points, the longer one of an image; 0 means what fits in a
	// figure of full width, at most 96.
	Side float64
	// Unit names what the numbers of the scale are, such as "grey level".
	Unit string
	Alt  string // replaces the description made from the numbers
}

// TilesData is what a picture of tiles shows: the Data of Tiles.
type TilesData struct {
	Rows    []string        `json:"rows,omitempty"`
	Columns []string        `json:"columns,omitempty"`
	Under   [][]string      `json:"under,omitempty"`
	Images  [][][][]float64 `json:"images"` // as given
	Low     float64         `json:"low"`    // the scale's ends
	High    float64         `json:"high"`
}

const tileGap = 8.0

// Picture draws the tiles. Its Data is a TilesData.
func (t Tiles) Picture() *Picture {
	cols, scale, err := t.check()
	if err != nil {
		return Failed(err)
	}
	p := &Picture{}
	const rowNameMax = 110.0
	named := 0.0
	names := make([][]string, len(t.Rows))
	for i, name := range t.Rows {
		names[i] = wrap(name, rowNameMax, labelSize, false)
		named = max(named, widest(labelSize, false, names[i]...)+8)
	}
	side := t.Side
	if side == 0 {
		side = min(96, (fullSize-2*margin-named-tileGap*float64(cols-1))/float64(cols))
	}
	heads := make([][]string, len(t.Columns))
	headLines := 0
	for i, name := range t.Columns {
		heads[i] = wrap(name, side, labelSize, false)
		headLines = max(headLines, len(heads[i]))
	}
	step := side + tileGap // from column to column, more where a word of a heading is wider
	for _, lines := range append(heads, t.Under...) {
		step = max(step, widest(labelSize, false, lines...)+tileGap)
	}

	x0, y := margin+named, margin
	right := x0 + float64(cols)*step - tileGap
	if t.Title != "" {
		p.bold(t.Title, margin, y+10, titleSize, start)
		right = max(right, margin+width(t.Title, titleSize, true))
		y += titleHeight
	}
	for j, lines := range heads {
		for i, line := range lines { // the last line just above the tiles
			p.text(line, x0+float64(j)*step+(step-tileGap)/2, y+9+labelLine*float64(headLines-len(lines)+i), labelSize, middle, ink)
		}
	}
	if headLines > 0 {
		y += labelLine*float64(headLines) + 5
	}
	for i, row := range t.Images {
		tall := 0.0
		for _, img := range row {
			_, h := fit(img, side)
			tall = max(tall, h)
		}
		if i < len(names) {
			for k, line := range names[i] {
				p.text(line, x0-8, y+tall/2+capHalf*labelSize+labelLine*(float64(k)-float64(len(names[i])-1)/2), labelSize, end, ink)
			}
		}
		for j, img := range row {
			if img == nil {
				continue
			}
			w, h := fit(img, side)
			at := rect{x0 + float64(j)*step + (step-tileGap-w)/2, y + (tall-h)/2, w, h}
			p.add(pixels{at, scale.image(img)})
		}
		for j, img := range row { // frames: a white tile would melt into the paper
			if img != nil {
				w, h := fit(img, side)
				p.add(box{rect: rect{x0 + float64(j)*step + (step-tileGap-w)/2, y + (tall-h)/2, w, h}.inset(-0.375), fill: none, stroke: gridLine, width: 0.75})
			}
		}
		y += tall + tileGap
		if t.Under != nil {
			for j, line := range t.Under[i] {
				p.text(line, x0+float64(j)*step+(step-tileGap)/2, y+4, labelSize, middle, ink)
			}
			y += 13
		}
	}
	right, bottom := p.scaleBar(scale, t.Unit, x0, y+4, right)
	return p.finish(right, bottom, t.Alt, t.words(cols, scale), TilesData{t.Rows, t.Columns, t.Under, t.Images, scale.Low, scale.High})
}

// check returns the number of columns and the scale filled in.
func (t Tiles) check() (int, Scale, error) {
	cols := 0
	var all []float64
	for i, row := range t.Images {
		cols = max(cols, len(row))
		for j, img := range row {
			if img == nil {
				continue
			}
			values, err := flat(fmt.Sprintf("image %d of row %d", j+1, i+1), img)
			if err != nil {
				return 0, t.Scale, err
			}
			all = append(all, values...)
		}
	}
	switch {
	case len(all) == 0:
		return 0, t.Scale, fmt.Errorf("plots: tiles without an image: give at least one")
	case len(t.Rows) > 0 && len(t.Rows) != len(t.Images):
		return 0, t.Scale, fmt.Errorf("plots: %d names for %d rows of tiles: give one for each, or none", len(t.Rows), len(t.Images))
	case len(t.Columns) > 0 && len(t.Columns) != cols:
		return 0, t.Scale, fmt.Errorf("plots: %d names for %d columns of tiles: give one for each, or none", len(t.Columns), cols)
	case t.Under != nil && !slices.EqualFunc(t.Under, t.Images, func(lines []string, row [][][]float64) bool { return len(lines) == len(row) }):
		return 0, t.Scale, fmt.Errorf("plots: lines under the tiles that are not as many as these in each row: give one for each tile, or none")
	case t.Side < 0:
		return 0, t.Scale, fmt.Errorf("plots: tiles of %v points: give a positive side, or 0", t.Side)
	}
	scale, err := t.Scale.fitted("a tile", all)
	return cols, scale, err
}

// fit returns width and height of an image whose longer side is side.
func fit(img [][]float64, side float64) (w, h float64) {
	if img == nil {
		return 0, 0
	}
	rows, cols := float64(len(img)), float64(len(img[0]))
	pixel := side / max(rows, cols)
	return cols * pixel, rows * pixel
}

// levels is the number of colours of an image: all that 8 bits of grey have.
const levels = 256

// image returns the image in colours of the scale.
func (s Scale) image(m [][]float64) *image.Paletted {
	all := s.colors()
	img := image.NewPaletted(image.Rect(0, 0, len(m[0]), len(m)), nil)
	entry := make(map[uint8]uint8) // level to place in the palette, which has the used colours only: small files
	for y, row := range m {
		for x, v := range row {
			level := s.level(v)
			i, known := entry[level]
			if !known {
				i = uint8(len(img.Palette))
				entry[level] = i
				img.Palette = append(img.Palette, all[level])
			}
			img.SetColorIndex(x, y, i)
		}
	}
	return img
}

// colors returns the colours of all levels. Level 0 is Low, 255 is High; of a
// diverging scale 127 and 128 are both white, so that 0 is.
func (s Scale) colors() color.Palette {
	p := make(color.Palette, levels)
	for i := range p {
		t := float64(i) / (levels - 1)
		if s.Palette == Diverging {
			t = float64(max(i-128, 0)-max(127-i, 0))/254 + 0.5
		}
		p[i] = s.color(s.Low + float64(t*(s.High-s.Low)))
		if s.High == s.Low {
			p[i] = s.color(s.Low)
		}
	}
	return p
}

func (s Scale) level(v float64) uint8 {
	if s.High == s.Low {
		return levels / 2
	}
	if s.Palette == Diverging {
		if v < 0 {
			return uint8(127 - int(math.Round(127*(v/s.Low))))
		}
		return uint8(128 + int(math.Round(127*(v/s.High))))
	}
	return uint8(math.Round((levels - 1) * ((v - s.Low) / (s.High - s.Low))))
}

// scaleBar draws the colours of a scale with their numbers and returns where the
// drawing now ends.
func (p *Picture) scaleBar(s Scale, unit string, x, y, right float64) (float64, float64) {
	const barHeight = 10.0
	img := image.NewPaletted(image.Rect(0, 0, levels, 1), s.colors())
	for i := range levels {
		img.SetColorIndex(i, 0, uint8(i))
	}
	low, high := s.Low, s.High
	marks := []float64{low, (low + high) / 2, high}
	if low < 0 && high > 0 {
		marks[1] = 0
	}
	switch {
	case low == high:
		marks = marks[:1]
	case decimalsOf(4, marks[1]) > decimalsOf(4, low, high): // 127.5 of 0 to 255 says nothing
		marks = []float64{low, high}
	}
	decimals := decimalsOf(4, marks...)
	if max(-low, high) >= 1000 {
		decimals = 0
	}
	if most := max(-low, high); most > 0 { // three digits are enough for a colour
		decimals = min(decimals, max(0, 2-int(math.Floor(math.Log10(most)))))
	}
	num := numbers(marks, decimals)
	for i, v := range marks {
		if v == 0 {
			num[i] = "0"
		}
	}
	half := widest(labelSize, false, num...) / 2 // the numbers at the ends stand out that far
	barWidth := min(160, max(right-x-2*half, 80))
	x += half
	bar := rect{x, y, barWidth, barHeight}
	p.add(pixels{bar, img}, box{rect: bar, fill: none, stroke: gridLine, width: 0.75})
	for i, v := range marks {
		at := x
		if low != high {
			at = x + barWidth*(v-low)/(high-low)
		}
		p.add(path{points: []point{{at, y + barHeight}, {at, y + barHeight + 3}}, stroke: ink, width: 0.75})
		p.text(num[i], at, y+barHeight+12, labelSize, middle, ink)
	}
	caption := "one scale for all tiles"
	if unit != "" {
		caption = unit + ", " + caption
	}
	edge, wide := x+barWidth+half, width(caption, labelSize, false)
	if edge+8+wide <= right {
		p.text(caption, edge+8, y+barHeight/2+capHalf*labelSize, labelSize, start, muted)
		return right, y + barHeight + 14
	}
	p.text(caption, x-half, y+barHeight+25, labelSize, start, muted) // no room beside the bar
	return max(right, edge, x-half+wide), y + barHeight + 27
}

func (t Tiles) words(cols int, s Scale) string {
	w := fmt.Sprintf("%d by %d images", len(t.Images), cols)
	if t.Title != "" {
		w = t.Title + ": " + w
	}
	if len(t.Rows) > 0 {
		w += "; rows: " + strings.Join(t.Rows, ", ")
	}
	if len(t.Columns) > 0 {
		w += "; columns: " + strings.Join(t.Columns, ", ")
	}
	if t.Under != nil {
		w += "; under them: " + strings.Join(slices.Concat(t.Under...), ", ")
	}
	ends := "blue over white at 0 to orange"
	switch s.Palette {
	case Grey:
		ends = "black to white"
	case Sequential:
		ends = "white to dark orange"
	}
	return w + fmt.Sprintf("; one scale from %s to %s, %s.", short(s.Low), short(s.High), ends)
}
