package ref

import "fmt"

// PixelShuffle makes r × r cells of every r² channels: [N H W C·r²] → [N rH rW C].
// Cell (r·h+i, r·w+j) of channel c is cell (h, w) of channel c·r² + i·r + j (W. Shi
// et al., arXiv:1609.05158, eq. 4, in PyTorch's order of channels).
func PixelShuffle(x Array, r int) (Array, error) {
	if err := x.check("input", 4); err != nil {
		return Array{}, err
	}
	if r < 1 || x.Shape[3]%(r*r) != 0 {
		return Array{}, fmt.Errorf("ref: %d channels with factor %d: want a factor of at least 1, and r² = %d to divide the channels", x.Shape[3], r, r*r)
	}
	out := NewArray(x.Shape[0], r*x.Shape[1], r*x.Shape[2], x.Shape[3]/(r*r))
	for yi := range out.Data {
		at := indexOf(out.Shape, yi)
		n, row, col, c := at[0], at[1], at[2], at[3]
		out.Data[yi] = x.At(n, row/r, col/r, c*r*r+row%r*r+col%r)
	}
	return out, nil
}

// PixelUnshuffle is the inverse of PixelShuffle, [N rH rW C] → [N H W C·r²]. Since
// shuffling only moves values, it is the chain rule for PixelShuffle too.
func PixelUnshuffle(y Array, r int) (Array, error) {
	if err := y.check("input", 4); err != nil {
		return Array{}, err
	}
	if r < 1 || y.Shape[1]%r != 0 || y.Shape[2]%r != 0 {
		return Array{}, fmt.Errorf("ref: a %d×%d picture with factor %d: want a factor of at least 1 that divides both", y.Shape[1], y.Shape[2], r)
	}
	out := NewArray(y.Shape[0], y.Shape[1]/r, y.Shape[2]/r, y.Shape[3]*r*r)
	for yi, v := range y.Data {
		at := indexOf(y.Shape, yi)
		n, row, col, c := at[0], at[1], at[2], at[3]
		out.Set(v, n, row/r, col/r, c*r*r+row%r*r+col%r)
	}
	return out, nil
}
