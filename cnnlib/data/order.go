package data

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
)

// Permutation returns the numbers 0 to n-1 in an order that depends on n, seed and
// epoch alone. It is the same on every machine, and no order depends on the one
// before it: training that is resumed at epoch 7 sees the pictures exactly as
// training that was never stopped. Every order is equally likely, as far as the
// generator goes (PCG-DXSM of math/rand/v2, its 128 bits of state being seed and
// epoch). It panics unless n is from 0 to 2³¹-1.
func Permutation(n int, seed uint64, epoch int) []int32 {
	if n < 0 || n > math.MaxInt32 {
		panic(fmt.Sprintf("data: an order of %d: want 0 to %d", n, math.MaxInt32))
	}
	// The exchanges are our own (Fisher and Yates; D. E. Knuth, The Art of Computer
	// Programming, volume 2, algorithm 3.4.2P), because math/rand/v2 fixes the
	// numbers of PCG for ever but not what its Shuffle makes of them.
	source := rand.NewPCG(seed, uint64(epoch))
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	for i := n - 1; i > 0; i-- {
		j := below(source, uint64(i)+1)
		order[i], order[j] = order[j], order[i]
	}
	return order
}

// below returns a number from 0 to n-1, each equally likely (D. Lemire, "Fast
// Random Integer Generation in an Interval", arXiv:1805.10941, algorithm 5): the
// high half of a 128-bit product, drawn again if the low half falls into the
// few values that some numbers would have in excess.
func below(source *rand.PCG, n uint64) uint64 {
	excess := -n % n // 2⁶⁴ mod n
	for {
		if high, low := bits.Mul64(source.Uint64(), n); low >= excess {
			return high
		}
	}
}
