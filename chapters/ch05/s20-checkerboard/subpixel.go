package checkerboard

import (
	"fmt"

	"cnnbook/cnnlib"
)

// SubPixel rearranges the weights of a transposed convolution with stride r, whose
// kernel is r times m, into the weights of a convolution with an m×m kernel before
// PixelShuffle (W. Shi et al., arXiv:1609.07009, section 2). kernel[i][o] is the matrix
// that input channel i stamps on output channel o, as in cnnlib.ConvTranspose2D. Output
// channel o·r² + p·r + q of the convolution makes the cells of phase (p, q): it has the
// taps (t, u) with t mod r = p and u mod r = q, turned round, because a stamp reaches
// forward and a window reaches back.
func SubPixel(kernel cnnlib.Weights, r int) (cnnlib.Weights, error) {
	stamps := cnnlib.ConvTranspose2D{Weights: kernel}
	if _, err := stamps.OutShape(cnnlib.Shape{1, 1, len(kernel)}); err != nil {
		return nil, err // the matrices are not of one size, or there is none
	}
	k := len(kernel[0][0])
	if r < 1 || k%r != 0 || len(kernel[0][0][0]) != k {
		return nil, fmt.Errorf("checkerboard: a kernel of %d×%d with stride %d: want a square kernel whose size is a multiple of the stride; fill it up with zeros", k, len(kernel[0][0][0]), r)
	}
	m, outs, ins := k/r, len(kernel[0]), len(kernel)
	w := make(cnnlib.Weights, outs*r*r)
	for channel := range w {
		o, p, q := channel/(r*r), channel/r%r, channel%r
		w[channel] = make([][][]float64, ins)
		for i := range ins {
			w[channel][i] = make([][]float64, m)
			for a := range m {
				for c := range m {
					w[channel][i][a] = append(w[channel][i][a], kernel[i][o][p+(m-1-a)*r][q+(m-1-c)*r])
				}
			}
		}
	}
	return w, nil
}
