package arith

import "fmt"

// Operation is one of the three operations that arXiv:1603.07285 gives sizes of.
// The zero value is Convolution.
type Operation int

const (
	Convolution           Operation = iota // see Conv
	Pooling                                // see Pool
	TransposedConvolution                  // see Transposed
)

// String returns the name of the constant.
func (op Operation) String() string {
	switch op {
	case Convolution:
		return "Convolution"
	case Pooling:
		return "Pooling"
	case TransposedConvolution:
		return "TransposedConvolution"
	}
	return fmt.Sprintf("Operation(%d)", int(op))
}

// Setting is one choice of the numbers of an operation along one axis, in the
// notation of arXiv:1603.07285. Unlike Conv, Pool and Transposed it has the same
// padding on both sides. Stride and Dilation 0 mean 1; the stride of a pooling 0
// means Kernel.
type Setting struct {
	Name      string    // of the drawing, as in the repository vdumoulin/conv_arithmetic
	Figure    string    // number of the drawing in arXiv:1603.07285: "2.1"
	Book      string    // number of its caption in the book's section 5.3b: "01" to "12"; "" has none
	Operation Operation // Convolution, Pooling or TransposedConvolution

	In       int // i: cells of the input; of a transposed convolution i'
	Kernel   int // k: taps of the kernel, or cells of the window
	Stride   int // s
	Padding  int // p: cells on each side; a transposed convolution cuts them off
	Dilation int // d: not for a pooling
	Output   int // a: output padding, for a transposed convolution only
	Out      int // o: what Size must give; of a transposed convolution o'
}

// Size computes the size of the output with Conv.Out, Pool.Out or Transposed.Out.
// It does not look at Out.
func (s Setting) Size() (int, error) {
	if s.Operation != TransposedConvolution && s.Output != 0 {
		return 0, fmt.Errorf("arith: output padding %d given with %v: only a transposed convolution has it", s.Output, s.Operation)
	}
	switch s.Operation {
	case Convolution:
		return s.conv().Out()
	case Pooling:
		if orOne(s.Dilation) != 1 {
			return 0, fmt.Errorf("arith: dilation %d given with Pooling: a window has no gaps, use 0 or 1", s.Dilation)
		}
		return PoolSize(s.In, s.Kernel, s.Stride, s.Padding)
	case TransposedConvolution:
		return s.transposed().Out()
	}
	return 0, fmt.Errorf("arith: %v is none of Convolution, Pooling, TransposedConvolution", s.Operation)
}

func (s Setting) conv() Conv {
	return Conv{In: s.In, Kernel: s.Kernel, Stride: s.Stride, Dilation: s.Dilation, Padding: Explicit, Start: s.Padding, End: s.Padding}
}

func (s Setting) transposed() Transposed {
	return Transposed{In: s.In, Kernel: s.Kernel, Stride: s.Stride, Dilation: s.Dilation, Padding: Explicit, Start: s.Padding, End: s.Padding, Output: s.Output}
}

// Transpose returns the transposed convolution that takes Out back to In. Its
// output padding is the number of cells that the convolution left over at the end,
// see Lost. Name gets "_transposed" at its end, Figure and Book are left empty.
func (s Setting) Transpose() (Setting, error) {
	if s.Operation != Convolution {
		return Setting{}, fmt.Errorf("arith: %v given, only a Convolution has a transposed one", s.Operation)
	}
	o, err := s.Size()
	if err != nil {
		return Setting{}, err
	}
	lost, err := s.Lost()
	if err != nil {
		return Setting{}, err
	}
	t := s
	t.Name += "_transposed"
	t.Figure, t.Book = "", ""
	t.Operation = TransposedConvolution
	t.In, t.Out, t.Output = o, s.In, lost
	return t, nil
}

// Lost returns the cells of the padded input behind the last position of the
// kernel, (i + 2p - k) mod s with k the effective kernel: what the floor in the
// formula drops. (As padding stands at the end, these cells are zeros before they
// are cells of the input.)
func (s Setting) Lost() (int, error) {
	if s.Operation != Convolution {
		return 0, fmt.Errorf("arith: %v given, only a Convolution loses cells by its stride; Pool has a Lost of its own", s.Operation)
	}
	if _, err := s.Size(); err != nil {
		return 0, err
	}
	k, err := EffectiveKernel(s.Kernel, s.Dilation)
	if err != nil {
		return 0, err
	}
	return (s.In + 2*s.Padding - k) % orOne(s.Stride), nil
}

// Direct returns the convolution that the drawing shows: the setting itself, or
// for a transposed one the stride-1 convolution that is equal to it (see
// Transposed.Direct), whose input has Stride-1 zeros between its cells and
// k-1-p zeros around.
func (s Setting) Direct() (Conv, error) {
	if _, err := s.Size(); err != nil {
		return Conv{}, err
	}
	switch s.Operation {
	case Convolution:
		return s.conv(), nil
	case TransposedConvolution:
		return s.transposed().Direct()
	}
	return Conv{}, fmt.Errorf("arith: %v given, only a Convolution or a TransposedConvolution is a convolution", s.Operation)
}

// Settings returns the fifteen drawings of arXiv:1603.07285 and of its repository
// (https://github.com/vdumoulin/conv_arithmetic): seven convolutions (figures 2.1
// to 2.7, which section 5.19 of the book prints), the seven transposed ones that
// take their results back (figures 4.1 to 4.7), and the dilated convolution
// (figure 5.1). Of the transposed ones the book leaves out the three with stride
// 2: the twelve with a number in Book are left.
func Settings() []Setting {
	return []Setting{
		{Name: "no_padding_no_strides", Figure: "2.1", Book: "01", In: 4, Kernel: 3, Stride: 1, Padding: 0, Dilation: 1, Out: 2},
		{Name: "arbitrary_padding_no_strides", Figure: "2.2", Book: "02", In: 5, Kernel: 4, Stride: 1, Padding: 2, Dilation: 1, Out: 6},
		{Name: "same_padding_no_strides", Figure: "2.3", Book: "03", In: 5, Kernel: 3, Stride: 1, Padding: 1, Dilation: 1, Out: 5},
		{Name: "full_padding_no_strides", Figure: "2.4", Book: "04", In: 5, Kernel: 3, Stride: 1, Padding: 2, Dilation: 1, Out: 7},
		{Name: "no_padding_strides", Figure: "2.5", Book: "09", In: 5, Kernel: 3, Stride: 2, Padding: 0, Dilation: 1, Out: 2},
		{Name: "padding_strides", Figure: "2.6", Book: "10", In: 5, Kernel: 3, Stride: 2, Padding: 1, Dilation: 1, Out: 3},
		// The last row and column of the padded input are not used.
		{Name: "padding_strides_odd", Figure: "2.7", Book: "11", In: 6, Kernel: 3, Stride: 2, Padding: 1, Dilation: 1, Out: 3},

		{Name: "no_padding_no_strides_transposed", Figure: "4.1", Book: "05", Operation: TransposedConvolution, In: 2, Kernel: 3, Stride: 1, Padding: 0, Dilation: 1, Out: 4},
		{Name: "arbitrary_padding_no_strides_transposed", Figure: "4.2", Book: "06", Operation: TransposedConvolution, In: 6, Kernel: 4, Stride: 1, Padding: 2, Dilation: 1, Out: 5},
		{Name: "same_padding_no_strides_transposed", Figure: "4.3", Book: "07", Operation: TransposedConvolution, In: 5, Kernel: 3, Stride: 1, Padding: 1, Dilation: 1, Out: 5},
		{Name: "full_padding_no_strides_transposed", Figure: "4.4", Book: "08", Operation: TransposedConvolution, In: 7, Kernel: 3, Stride: 1, Padding: 2, Dilation: 1, Out: 5},
		{Name: "no_padding_strides_transposed", Figure: "4.5", Operation: TransposedConvolution, In: 2, Kernel: 3, Stride: 2, Padding: 0, Dilation: 1, Out: 5},
		{Name: "padding_strides_transposed", Figure: "4.6", Operation: TransposedConvolution, In: 3, Kernel: 3, Stride: 2, Padding: 1, Dilation: 1, Out: 5},
		{Name: "padding_strides_odd_transposed", Figure: "4.7", Operation: TransposedConvolution, In: 3, Kernel: 3, Stride: 2, Padding: 1, Dilation: 1, Output: 1, Out: 6},

		{Name: "dilation", Figure: "5.1", Book: "12", In: 7, Kernel: 3, Stride: 1, Padding: 0, Dilation: 2, Out: 3},
	}
}
