package settings

import "cnnbook/cnnlib/arith"

// Visits returns, for each cell of the plane that the drawing of a setting shows, padding
// and inserted zeros included, how many positions of the kernel read it. It is an error if
// the kernel does not fit.
func Visits(s arith.Setting) ([][]int, error) {
	direct, err := s.Direct()
	if err != nil {
		return nil, err
	}
	visits, err := direct.PaddedVisits()
	if err != nil {
		return nil, err
	}
	return arith.Outer(visits, visits)
}

// NeverRead counts the cells of the drawn plane, padding and inserted zeros included, that
// the kernel reads at no position; image counts those among them that are cells of the
// input itself. It is an error if the kernel does not fit.
func NeverRead(s arith.Setting) (all, image int, err error) {
	direct, err := s.Direct()
	if err != nil {
		return 0, 0, err
	}
	visits, err := direct.PaddedVisits()
	if err != nil {
		return 0, 0, err
	}
	bare, err := direct.Visits()
	if err != nil {
		return 0, 0, err
	}
	return unread(visits), unread(bare), nil
}

// unread counts the cells of a square plane that nothing reads, from the visits along one
// axis: a cell is read if both its row and its column are.
func unread(visits []int) int {
	read := 0
	for _, n := range visits {
		if n > 0 {
			read++
		}
	}
	return len(visits)*len(visits) - read*read
}
