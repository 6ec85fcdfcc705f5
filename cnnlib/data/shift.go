package data

// shifts are the moves of expand_mnist.py (M. Nielsen, "Neural Networks and Deep
// Learning", chapter 6), in its order, in rows and columns.
var shifts = [...]struct{ down, right int }{{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}}

// Shifted returns the set of section 5.23 that is five times as large: each
// picture, then the same one pixel down, up, to the right and to the left. What is
// moved out of the picture is lost and the line that is left is 0. The 50,000
// pictures of [MNISTSplit] become 250,000, which take 196 MB.
//
// Neighbours show the same digit, so shuffle before you train: the book's set was
// shuffled once, which is Shifted(m).Shuffled(seed); to train on a fresh
// [Permutation] in each epoch does as well and copies nothing.
func Shifted(m *Images) *Images {
	size, row := m.H*m.W*m.C, m.W*m.C
	to := &Images{N: m.N * len(shifts), H: m.H, W: m.W, C: m.C,
		Pixels: make([]uint8, len(shifts)*len(m.Pixels)), Labels: make([]uint8, 0, len(shifts)*len(m.Labels))}
	for i := range m.N {
		from := m.one(i)
		for k, s := range shifts {
			out := to.Pixels[(i*len(shifts)+k)*size:][:size]
			for r := range m.H {
				if source := r - s.down; source >= 0 && source < m.H {
					shiftRow(out[r*row:][:row], from[source*row:][:row], s.right*m.C)
				}
			}
			to.Labels = append(to.Labels, m.Labels[i])
		}
	}
	return to
}

// shiftRow copies a row, by values to the right or, if by is negative, to the
// left; to is all 0.
func shiftRow(to, from []uint8, by int) {
	if by >= 0 {
		copy(to[min(by, len(to)):], from)
	} else {
		copy(to, from[min(-by, len(from)):])
	}
}
