package arith_test

import (
	"testing"

	"cnnbook/cnnlib/arith"
)

// countWeights visits every connection a kernel has, channel by channel.
func countWeights(in, out, k, groups int) int {
	n := 0
	for o := range out {
		for i := range in {
			if i*groups/in == o*groups/out { // the two channels are in the same group
				n += k
			}
		}
	}
	return n
}

func TestWeightsEqualCountedConnections(t *testing.T) {
	for groups := 1; groups <= 4; groups++ {
		for a := 1; a <= 3; a++ {
			for b := 1; b <= 3; b++ {
				for _, k := range []int{1, 4, 9, 27} {
					in, out := a*groups, b*groups
					want := countWeights(in, out, k, groups)
					if got, err := arith.Weights(in, out, k, groups); err != nil || got != want {
						t.Errorf("Weights(%d,%d,%d,%d) = %d, %v; counted %d", in, out, k, groups, got, err, want)
					}
					if got, err := arith.Params(in, out, k, groups); err != nil || got != want+out {
						t.Errorf("Params(%d,%d,%d,%d) = %d, %v; counted %d", in, out, k, groups, got, err, want+out)
					}
					const positions = 7 * 5
					if got, err := arith.MACs(in, out, k, groups, positions); err != nil || got != want*positions {
						t.Errorf("MACs(%d,%d,%d,%d,%d) = %d, %v; want %d", in, out, k, groups, positions, got, err, want*positions)
					}
				}
			}
		}
	}
}
