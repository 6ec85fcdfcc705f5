package data

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// Orders that were once given stay as they are: a training that was stopped is
// resumed with a newer version of this package.
func TestPermutationIsPinned(t *testing.T) {
	for _, c := range []struct {
		n     int
		seed  uint64
		epoch int
		want  []int32
	}{
		// Computed by this package when it was written, on amd64.
		{10, 0, 0, []int32{4, 8, 1, 5, 0, 7, 3, 9, 6, 2}},
		{10, 1, 0, []int32{7, 6, 1, 3, 2, 4, 8, 9, 0, 5}},
		{10, 1, 1, []int32{2, 5, 8, 3, 4, 1, 7, 6, 0, 9}},
		{60000, 42, 7, []int32{36363, 53882, 58567, 31298, 26685, 42949, 17931, 56315, 6244, 16475}},
	} {
		if got := Permutation(c.n, c.seed, c.epoch)[:10]; !reflect.DeepEqual(got, c.want) {
			t.Errorf("Permutation(%d, %d, %d) begins with %v, want %v", c.n, c.seed, c.epoch, got, c.want)
		}
	}
}

func TestPermutationHasEveryNumberOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 1000} {
		order := Permutation(n, 3, 4)
		slices.Sort(order)
		for i, v := range order {
			if int(v) != i {
				t.Fatalf("n = %d: number %d at place %d", n, v, i)
			}
		}
		if len(order) != n {
			t.Errorf("n = %d: %d numbers", n, len(order))
		}
	}
	for _, n := range []int{-1, math.MaxInt32 + 1} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Permutation(%d) does not panic", n)
				}
			}()
			Permutation(n, 0, 0)
		}()
	}
}

// Orders of neighbouring seeds and epochs have nothing to do with each other.
func TestPermutationsOfNeighboursDiffer(t *testing.T) {
	const n = 10000
	first := Permutation(n, 1, 1)
	for _, other := range [][]int32{Permutation(n, 1, 2), Permutation(n, 2, 1), Permutation(n, 1, 0), Permutation(n, 1, -1)} {
		same := 0
		for i := range first {
			if first[i] == other[i] {
				same++
			}
		}
		// Two chance orders agree at about one place, with Poisson's distribution;
		// more than 10 places have a chance of 1e-8.
		if same > 10 {
			t.Errorf("two orders agree at %d places", same)
		}
	}
}

// All six orders of three things are equally frequent over 6000 epochs: 1000 times
// with a standard deviation of sqrt(6000·1/6·5/6) = 29; five of them are 145.
func TestPermutationIsFair(t *testing.T) {
	counts := map[[3]int32]int{}
	for epoch := range 6000 {
		counts[[3]int32(Permutation(3, 9, epoch))]++
	}
	for order, n := range counts {
		if n < 1000-145 || n > 1000+145 {
			t.Errorf("order %v came %d times", order, n)
		}
	}
	if len(counts) != 6 {
		t.Errorf("%d different orders", len(counts))
	}
}

// With n = 3·2⁶² a plain product would give the numbers that are multiples of 3
// twice as often: 2⁶⁴ is 4/3 of n. 3000 draws have a third of them ± 5·26, the
// standard deviation being sqrt(3000·1/3·2/3) = 26.
func TestBelowIsFair(t *testing.T) {
	source := rand.NewPCG(1, 2)
	const n = 3 << 62
	multiples := 0
	for range 3000 {
		v := below(source, n)
		if v >= n {
			t.Fatalf("%d is not below %d", v, uint64(n))
		}
		if v%3 == 0 {
			multiples++
		}
	}
	if multiples < 1000-5*26 || multiples > 1000+5*26 {
		t.Errorf("%d multiples of 3 in 3000 draws", multiples)
	}
}

func BenchmarkPermutation(b *testing.B) {
	for b.Loop() {
		Permutation(60000, 1, 0)
	}
}
