package arithmetic

// The worked solutions, as readers are shown them: each stands alone.

// dilatedSize is relationship 15 of arXiv:1603.07285, and 0 if the kernel does not fit.
func dilatedSize(i, k, s, p, d int) int {
	span := (k-1)*d + 1
	moves := i + 2*p - span
	if moves < 0 {
		return 0 // before the division: Go rounds −1/2 towards 0, not down
	}
	return moves/s + 1
}

// neverRead marks the cells that are read along one axis, position after position, as
// section 5.19 counts them. A cell of the image is read if its row and its column are.
func neverRead(i, k, s, p int) int {
	marked := make([]bool, i)
	for at := -p; at+k <= i+p; at += s { // at: where the kernel begins; the image begins at 0
		for x := max(at, 0); x < min(at+k, i); x++ {
			marked[x] = true
		}
	}
	read := 0
	for _, m := range marked {
		if m {
			read++
		}
	}
	return i*i - read*read
}

// inputSizes solves relationship 6 of arXiv:1603.07285 for i. The smallest input ends with
// the last position; up to s−1 more cells make no room for another one.
func inputSizes(o, k, s, p int) []int {
	var sizes []int
	smallest := (o-1)*s + k - 2*p
	for i := smallest; i < smallest+s; i++ {
		if i >= 1 {
			sizes = append(sizes, i)
		}
	}
	return sizes
}
