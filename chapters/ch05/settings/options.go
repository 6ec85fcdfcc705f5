package settings

import (
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
)

// Options returns stride, dilation and padding of a setting in the form of package ref,
// which the generators of package plots take too.
func Options(s arith.Setting) ref.Options {
	return ref.Options{Stride: s.Stride, Dilation: s.Dilation, Top: s.Padding, Bottom: s.Padding, Left: s.Padding, Right: s.Padding}
}

// TransposedOptions returns [Options] and the output padding of a transposed convolution.
func TransposedOptions(s arith.Setting) ref.TransposedOptions {
	return ref.TransposedOptions{Options: Options(s), Output: s.Output}
}
