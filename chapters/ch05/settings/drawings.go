package settings

import "cnnbook/cnnlib/arith"

// Drawing is a picture of a convolution in the printed book, as one can count it: the cells
// on a side of the blue plane, of the plane with the dashed cells, and of the green plane.
type Drawing struct {
	Page            int    // of the printed book
	Under           string // its caption: "01" in section 5.3b, "Figure 2.1" in 5.18 and 5.19; "" has none
	In, Padded, Out int
}

// Drawings are the pictures of sections 5.3b, 5.18 and 5.19 that show a setting of
// arith.Settings, in the order of the book.
var Drawings = []Drawing{
	{178, "01", 4, 4, 2},
	{179, "03", 5, 7, 5},
	{179, "04", 5, 9, 7},
	{180, "08", 7, 7, 5},
	{180, "11", 6, 8, 3},
	{181, "12", 7, 7, 3},
	{181, "", 5, 7, 5}, // the picture of 03 once more, behind the last caption
	{198, "5.18, full", 2, 6, 4},
	{201, "Figure 2.1", 4, 4, 2},
	{201, "Figure 2.2", 5, 9, 6},
	{201, "Figure 2.3", 5, 7, 5},
	{201, "Figure 2.4", 5, 9, 7},
	{202, "Figure 2.5", 5, 5, 2},
	{202, "Figure 2.6", 5, 7, 3},
	{203, "Figure 2.7", 6, 8, 3},
	{204, "Figure 2.5", 5, 5, 2},
	{204, "Figure 2.6", 5, 7, 3},
	{204, "Figure 2.7", 6, 8, 3},
}

// DrawingsOf returns the pictures that fit a setting: input, padded input and output have
// its sizes. It is an error if the kernel of the setting does not fit.
func DrawingsOf(s arith.Setting) ([]Drawing, error) {
	direct, err := s.Direct()
	if err != nil {
		return nil, err
	}
	start, end, err := direct.Pads()
	if err != nil {
		return nil, err
	}
	o, err := s.Size()
	if err != nil {
		return nil, err
	}
	var fit []Drawing
	for _, d := range Drawings {
		if d.In == direct.In && d.Padded == start+direct.In+end && d.Out == o {
			fit = append(fit, d)
		}
	}
	return fit, nil
}
