package settings

import "cnnbook/cnnlib/arith"

// Count returns the size of a setting without a formula: it lays down the kernel, position
// after position, and counts. 0 means that it fits nowhere.
func Count(s arith.Setting) int {
	span := (s.Kernel-1)*max(s.Dilation, 1) + 1
	stride := max(s.Stride, 1)
	if s.Operation == arith.TransposedConvolution {
		// Every input cell stamps the kernel. The result ends with the last stamp and the
		// output padding; the padding is cut off on both sides.
		last := 0
		for i := range s.In {
			last = max(last, i*stride+span)
		}
		return max(0, last+s.Output-2*s.Padding)
	}
	positions := 0
	for at := 0; at+span <= s.In+2*s.Padding; at += stride {
		positions++
	}
	return positions
}
