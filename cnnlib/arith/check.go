package arith

import (
	"fmt"
	"math"
)

const maxInt = math.MaxInt

func orOne(n int) int {
	if n == 0 {
		return 1
	}
	return n
}

func atLeast(name string, value, min int) error {
	if value < min {
		return fmt.Errorf("arith: %s %d is below %d", name, value, min)
	}
	return nil
}

// add and mul report whether the result of two non-negative numbers fits an int.
func add(a, b int) (int, bool) { return a + b, a <= maxInt-b }

func mul(a, b int) (int, bool) { return a * b, b == 0 || a <= maxInt/b }

// maxListed bounds what is listed cell by cell, so that a wrong number gives an
// error and does not use up the memory.
const maxListed = 1 << 24

func listable(what string, n int) error {
	if n > maxListed {
		return fmt.Errorf("arith: %d %s are too many to list one by one: use at most %d", n, what, maxListed)
	}
	return nil
}

func product(factors ...int) (int, error) {
	p := 1
	for _, f := range factors {
		q, ok := mul(p, f)
		if !ok {
			return 0, fmt.Errorf("arith: the product of %v is more than an int can count", factors)
		}
		p = q
	}
	return p, nil
}
