package table

import (
	"fmt"

	"gonum.org/v1/gonum/stat/distuv"
)

// Comparison holds two networks against each other on the same pictures.
type Comparison struct {
	Better int     `json:"better"` // pictures that only the new one recognises
	Worse  int     `json:"worse"`  // pictures that only the old one recognises
	P      float64 `json:"p"`      // see McNemar
}

// McNemar compares two networks by the pictures that only one of them recognises: were
// both equally good, each of these would be as likely to be one's as the other's. P is
// the probability of a split as uneven as this one, or more, on both sides (Q. McNemar
// 1947, Psychometrika 12; in its exact form a binomial test with ½).
func McNemar(labels, before, after []uint8) (Comparison, error) {
	if len(before) != len(labels) || len(after) != len(labels) {
		return Comparison{}, fmt.Errorf("table: %d and %d predictions for %d labels: compare networks on the same pictures", len(before), len(after), len(labels))
	}
	var c Comparison
	for i, label := range labels {
		switch {
		case before[i] != label && after[i] == label:
			c.Better++
		case before[i] == label && after[i] != label:
			c.Worse++
		}
	}
	c.P = 1
	if n := c.Better + c.Worse; n > 0 {
		fewer := float64(min(c.Better, c.Worse))
		c.P = min(1, 2*distuv.Binomial{N: float64(n), P: 0.5}.CDF(fewer))
	}
	return c, nil
}
