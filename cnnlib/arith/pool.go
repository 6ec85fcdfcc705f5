package arith

import "fmt"

// Pool describes a pooling along one axis: a window of k cells that moves over
// the input. Windows that do not overlap are the default (chapter 5.5.1).
type Pool struct {
	In      int     // i: cells of the input
	Window  int     // k: cells of the window
	Stride  int     // s: cells the window moves at a time; 0 means Window
	Padding Padding // Valid, Same, Full or Explicit
	// Start and End are the cells of padding before and after the input. They
	// belong to Padding: Explicit and must be 0 otherwise.
	Start, End int
	// Ceil counts one window more if cells at the end are left over. That
	// window is cut off by the edge. It must start inside the input or the padding
	// before it (PyTorch's rule for ceil_mode).
	Ceil bool
}

func (p Pool) stride() int {
	if p.Stride == 0 {
		return p.Window
	}
	return p.Stride
}

// Pads returns the cells of padding before and after the input. Each must be
// smaller than the window: otherwise a window could hold padding only, and
// nothing has neither a maximum nor a mean.
func (p Pool) Pads() (start, end int, err error) {
	if err := atLeast("window", p.Window, 1); err != nil {
		return 0, 0, err
	}
	start, end, err = p.Padding.zeros(p.Window, p.Start, p.End)
	if err != nil {
		return 0, 0, err
	}
	if max(start, end) >= p.Window {
		return 0, 0, fmt.Errorf("arith: padding %d and %d, but a window of %d cells: use at most %d, so that each window holds a cell of the input", start, end, p.Window, p.Window-1)
	}
	return start, end, nil
}

// Out returns the number of windows, o = floor((i + start + end - k) / s) + 1, or
// with Ceil one more if the division leaves a rest (arXiv:1603.07285,
// Relationship 7, with padding added). It is an error if the window is larger
// than the padded input, with Ceil if it is larger by the stride or more (PyTorch's rule).
func (p Pool) Out() (int, error) {
	start, end, err := p.Pads()
	if err != nil {
		return 0, err
	}
	s := p.stride()
	if short := p.Window - (p.In + start + end); p.Ceil && p.In > 0 && p.In <= p.Window && 0 < short && short < s {
		return 1, nil // what is there is less than a window, and is left over
	}
	free, err := room("window", p.In, p.Window, s, start, end)
	if err != nil {
		return 0, err
	}
	o := free/s + 1
	// The next window starts at o*s - start, which must be at most In - 1.
	if p.Ceil && free%s != 0 && o <= (p.In+start-1)/s {
		o++
	}
	return o, nil
}

// Covered returns the number of input cells that lie in at least one window. The
// others are cells at the end that fill no window, or, if the stride is larger
// than the window, cells between two windows.
func (p Pool) Covered() (int, error) {
	o, err := p.Out()
	if err != nil {
		return 0, err
	}
	start, _, err := p.Pads()
	if err != nil {
		return 0, err
	}
	s := p.stride()
	last := (o-1)*s - start            // where the last window begins
	inLast := min(p.Window, p.In-last) // its cells before the end of the input
	if s <= p.Window {                 // no gaps: all cells up to the end of the last window
		return last + inLast, nil
	}
	return (o-1)*p.Window + inLast - start, nil
}

// Lost returns the number of input cells that lie in no window: In - Covered.
func (p Pool) Lost() (int, error) {
	covered, err := p.Covered()
	if err != nil {
		return 0, err
	}
	return p.In - covered, nil
}

// PoolSize returns floor((i + 2p - k) / s) + 1, the number of windows of a
// pooling whose window k never leaves the padded input. Here s = 0 means k:
// windows that do not overlap. Cells at the end that fill no window are lost.
// p must be below k.
func PoolSize(i, k, s, p int) (int, error) {
	return Pool{In: i, Window: k, Stride: s, Padding: Explicit, Start: p, End: p}.Out()
}

// PoolSizeCeil returns one window more than PoolSize if cells at the end are
// left over; see Pool.Ceil.
func PoolSizeCeil(i, k, s, p int) (int, error) {
	return Pool{In: i, Window: k, Stride: s, Padding: Explicit, Start: p, End: p, Ceil: true}.Out()
}
