package arithmetic

// The worked solutions. Readers are shown each as it stands here, so none calls another
// function of the package.

// dilatedSize is the worked solution: relationship 15 of arXiv:1603.07285, and 0
// where the kernel does not fit.
func dilatedSize(i, k, s, p, d int) int {
	span := (k-1)*d + 1
	return fitted(i+2*p-span, s)
}

// neverReadCells is the worked solution: what both axes read is read.
func neverReadCells(i, k, s, p int) int {
	read := readOnAxis(i, k, s, p)
	return i*i - read*read
}

// inputSizes is the worked solution. The smallest input ends with the last
// position; s−1 more cells make no room for another one.
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
