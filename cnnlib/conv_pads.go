package cnnlib

// Pads1D are zeros before and after a sequence.
type Pads1D struct{ Start, End int }

// Pads are rows and columns of zeros around an image.
type Pads struct{ Top, Bottom, Left, Right int }

// Pads3D are slices, rows and columns of zeros around a volume.
type Pads3D struct{ Front, Back, Top, Bottom, Left, Right int }

// String returns the literal, with the sides that are not 0.
func (p Pads1D) String() string {
	var f fields
	f.int("Start", p.Start)
	f.int("End", p.End)
	return f.literal("Pads1D")
}

// String returns the literal, with the sides that are not 0.
func (p Pads) String() string {
	var f fields
	f.int("Top", p.Top)
	f.int("Bottom", p.Bottom)
	f.int("Left", p.Left)
	f.int("Right", p.Right)
	return f.literal("Pads")
}

// String returns the literal, with the sides that are not 0.
func (p Pads3D) String() string {
	var f fields
	f.int("Front", p.Front)
	f.int("Back", p.Back)
	f.int("Top", p.Top)
	f.int("Bottom", p.Bottom)
	f.int("Left", p.Left)
	f.int("Right", p.Right)
	return f.literal("Pads3D")
}

func (p Pads1D) given() (string, bool) { return p.String(), p != Pads1D{} }
func (p Pads) given() (string, bool)   { return p.String(), p != Pads{} }
func (p Pads3D) given() (string, bool) { return p.String(), p != Pads3D{} }
