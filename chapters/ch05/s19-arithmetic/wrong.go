package arithmetic

import (
	"slices"

	"cnnbook/chapters"
)

// wrongDilatedSizes are formulas that one easily takes for relationship 15.
var wrongDilatedSizes = []chapters.WrongAnswer{
	{Name: "dilation ignored", Answer: func(i, k, s, p, d int) int { return fitted(i+2*p-k, s) }, Says: "dilation is not used"},
	{Name: "span k·d", Answer: func(i, k, s, p, d int) int { return fitted(i+2*p-k*d, s) }, Says: "k−1 gaps"},
	{Name: "Go's division where nothing fits", Answer: func(i, k, s, p, d int) int { return (i+2*p-(k-1)*d-1)/s + 1 }, Says: "does not fit"},
	{Name: "first position forgotten", Answer: func(i, k, s, p, d int) int { return max(0, (i+2*p-(k-1)*d-1)/s) }, Says: "first position"},
	{Name: "rounded up", Answer: func(i, k, s, p, d int) int { return max(0, (i+2*p-(k-1)*d-1+s-1)/s+1) }, Says: "round down"},
	{Name: "padding on one side", Answer: func(i, k, s, p, d int) int { return fitted(i+p-(k-1)*d-1, s) }, Says: "both sides"},
	{Name: "stride forgotten", Answer: func(i, k, s, p, d int) int { return max(0, i+2*p-(k-1)*d) }, Says: "stride is not used"},
}

// fitted counts the positions of a kernel that can move by a number of cells, s at a time;
// below 0 it does not fit.
func fitted(moves, s int) int {
	if moves < 0 {
		return 0
	}
	return moves/s + 1
}

// explainDilatedSize says which of the wrong formulas gives the number.
func explainDilatedSize(args []any, want, got any) string {
	i, k, s, p, d := args[0].(int), args[1].(int), args[2].(int), args[3].(int), args[4].(int)
	g, moves := got.(int), i+2*p-(k-1)*d-1
	switch {
	case moves < 0:
		return "The kernel does not fit: it spans more cells than there are, zeros included. Return 0 before you divide; Go rounds −1/2 towards 0, not down."
	case d > 1 && g == fitted(i+2*p-k, s):
		return "The dilation is not used: the weights are d cells apart."
	case d > 1 && g == fitted(i+2*p-k*d, s):
		return "The span is not k·d: there are k−1 gaps between k weights, so it is (k−1)·d + 1."
	case s > 1 && g == moves+1:
		return "The stride is not used: the kernel moves s cells at a time."
	case g == moves/s:
		return "One too few: the moves are counted, but not the first position, before any move."
	case g == (moves+s-1)/s+1:
		return "The last position is counted although the kernel sticks out there: round down."
	case g == fitted(i+p-(k-1)*d-1, s):
		return "The zeros are counted on one side only; they stand on both sides."
	}
	return ""
}

// wrongNeverReads count something else than the cells of the image that are never read.
var wrongNeverReads = []chapters.WrongAnswer{
	{Name: "one axis only", Answer: func(i, k, s, p int) int { return i - readOnAxis(i, k, s, p) }, Says: "one axis"},
	{Name: "the square of one axis", Answer: func(i, k, s, p int) int {
		n := i - readOnAxis(i, k, s, p)
		return n * n
	}, Says: "the corner only"},
	{Name: "corner counted twice", Answer: func(i, k, s, p int) int { return 2 * i * (i - readOnAxis(i, k, s, p)) }, Says: "twice"},
	{Name: "padding counted", Answer: func(i, k, s, p int) int { return neverRead(i+2*p, k, s, 0) }, Says: "zeros of the padding"},
	{Name: "padding ignored", Answer: func(i, k, s, p int) int { return neverRead(i, k, s, 0) }, Says: "padding is not used"},
	{Name: "gaps between positions forgotten", Answer: func(i, k, s, p int) int {
		lost := max(0, (i+2*p-k)%s-p)
		return i*i - (i-lost)*(i-lost)
	}, Says: "between"},
}

// readOnAxis marks the cells of one axis of the image, position after position.
func readOnAxis(i, k, s, p int) int {
	read := make([]bool, i)
	for at := -p; at+k <= i+p; at += s {
		for x := max(at, 0); x < min(at+k, i); x++ {
			read[x] = true
		}
	}
	n := 0
	for _, r := range read {
		if r {
			n++
		}
	}
	return n
}

// explainNeverRead says which of the wrong counts gives the number.
func explainNeverRead(args []any, want, got any) string {
	i, k, s, p := args[0].(int), args[1].(int), args[2].(int), args[3].(int)
	lost := i - readOnAxis(i, k, s, p)
	switch got.(int) {
	case 2 * i * lost:
		return "Where a lost row and a lost column cross, the cells are counted twice."
	case lost:
		return "That is the number of one axis. Each lost row is lost over its whole length, and so is each lost column."
	case lost * lost:
		return "That is the corner only, where lost rows and lost columns cross."
	case neverRead(i+2*p, k, s, 0):
		return "The zeros of the padding are counted too; only cells of the image count."
	case neverRead(i, k, s, 0):
		return "The padding is not used: it lets the kernel begin before the image, and end behind it."
	}
	if s > k {
		return "The stride is larger than the kernel: cells between two positions are left out too, not only those at the end."
	}
	return ""
}

// wrongInputSizes have too few, too many or other sizes.
var wrongInputSizes = []chapters.WrongAnswer{
	{Name: "the smallest only", Answer: func(o, k, s, p int) []int { return inputSizes(o, k, s, p)[:1] }, Says: "floor"},
	{Name: "one too many", Answer: func(o, k, s, p int) []int {
		all := inputSizes(o, k, s, p)
		return append(all, all[len(all)-1]+1)
	}, Says: "too large"},
	{Name: "descending", Answer: func(o, k, s, p int) []int {
		all := inputSizes(o, k, s, p)
		slices.Reverse(all)
		return all
	}, Says: "ascending"},
	{Name: "padding ignored", Answer: func(o, k, s, p int) []int { return inputSizes(o, k, s, 0) }, Says: "padding"},
	{Name: "padding added", Answer: func(o, k, s, p int) []int {
		all := inputSizes(o, k, s, 0)
		for n := range all {
			all[n] += 2 * p
		}
		return all
	}, Says: "padding"},
	{Name: "o strides", Answer: func(o, k, s, p int) []int { return inputSizes(o+1, k, s, p) }, Says: "o−1"},
	{Name: "Go's division where nothing fits", Answer: dividedSizes, Says: "smaller than the kernel"},
}

// dividedSizes tries every size with the formula, but divides before it looks whether the
// kernel fits.
func dividedSizes(o, k, s, p int) (sizes []int) {
	for i := 1; i <= o*s+k; i++ {
		if (i+2*p-k)/s+1 == o {
			sizes = append(sizes, i)
		}
	}
	return sizes
}

// explainInputSizes says which mistake gives the sizes.
func explainInputSizes(args []any, want, got any) string {
	o, k, s, p := args[0].(int), args[1].(int), args[2].(int), args[3].(int)
	w, g := want.([]int), got.([]int)
	sorted := slices.Sorted(slices.Values(g))
	switch {
	case len(g) == 0:
		return "There is at least one such input."
	case slices.Equal(sorted, w):
		return "These are the right sizes, but not in ascending order."
	case o == 1 && slices.Equal(g, dividedSizes(o, k, s, p)):
		return "Inputs smaller than the kernel are counted too, zeros included: Go rounds −1/3 towards 0, not down, and so gives 1 where nothing fits."
	case p > 0 && slices.Equal(g, inputSizes(o, k, s, 0)):
		return "The padding is not used: its zeros make the input longer, so that a smaller one is enough."
	case slices.Equal(g, inputSizes(o+1, k, s, p)):
		return "These give o+1: between o positions there are o−1 moves."
	case len(g) < len(w) && slices.Contains(w, g[0]):
		return "There are more: the floor of Relationship 6 takes several inputs to the same result."
	case len(g) == len(w)+1 && slices.Equal(g[:len(w)], w):
		return "The last one is too large: it has room for another position."
	case p > 0:
		return "Look at the padding: its p zeros on each side make the input longer, so that an input with 2p cells fewer is enough."
	}
	return ""
}
