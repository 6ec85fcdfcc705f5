package lower

import (
	"fmt"
	"strings"
)

// Lowering is a way to write a two-dimensional convolution into a graph. All give
// the same result up to rounding; which is fastest depends on the backend, the
// sizes and the batch, as with the algorithms of cuDNN (S. Chetlur et al. 2014,
// arXiv:1410.0759, §3).
type Lowering int

const (
	// Auto leaves the choice to the store (Set), or to the rule for the backend (Rule).
	Auto Lowering = iota
	// Direct is the backend's own convolution.
	Direct
	// Im2col lays what is under the kernel at each position into a row of a matrix,
	// and multiplies it by the kernel as a matrix (K. Chellapilla, S. Puri, P. Simard
	// 2006, "High performance convolutional neural networks for document processing").
	Im2col
	// Phases computes a convolution together with the max-pooling behind it: a row of
	// the matrix holds what is under the kernel at all positions of a pooling window,
	// and one product gives the results at all of them, side by side, so that the
	// pooling is a maximum of s·s columns. For a kernel k and a window s it multiplies
	// ((k+s-1)/k)² times as often, and moves (s·k/(k+s-1))² times less memory.
	Phases
	// Winograd is Phases with fewer multiplications (S. Winograd 1980; A. Lavin, S. Gray
	// 2016, arXiv:1509.09308). What is under a tile of pooling windows is transformed by rows
	// and by columns, likewise each kernel; number (i, j) of one is multiplied by number (i, j)
	// of the other, all channels by all filters; one more transformation gives the results at
	// all positions of the tile. For k = 5 and s = 2 a tile of four windows needs 64 products
	// in place of 400, and rounding errors are five times larger with 20 channels, fifteen
	// times with one. It pays if a product of numbers costs much: on the pure-Go backend
	// without SIMD.
	Winograd
	// Fused is the backend's own convolution and its own max-pooling, the bias behind both:
	// the form in which newer XLA makes one operation of all of them on the processor, and
	// of the dense layers that follow. It is for graphs without gradients: gradients of
	// max-pooling are slow on XLA and missing on the pure-Go backend; there it is Direct.
	Fused
)

var loweringNames = [...]string{Auto: "auto", Direct: "direct", Im2col: "im2col", Phases: "phases", Winograd: "winograd", Fused: "fused"}

// String returns the name: "im2col".
func (l Lowering) String() string {
	if l < 0 || int(l) >= len(loweringNames) {
		return fmt.Sprintf("Lowering(%d)", int(l))
	}
	return loweringNames[l]
}

// Parse returns the lowering of that name.
func Parse(name string) (Lowering, error) {
	for l, n := range loweringNames {
		if n == name {
			return Lowering(l), nil
		}
	}
	return Auto, fmt.Errorf("cnnlib: there is no lowering %q: give one of %s", name, strings.Join(loweringNames[:], ", "))
}
