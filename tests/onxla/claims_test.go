package onxla

import (
	"testing"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
)

// TestClaims: what the code computes is what the reviewer said, on XLA.
func TestClaims(t *testing.T) {
	backend := openXLA(t)
	results, err := chapters.CheckClaims(ch05.Sections(), backend)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) == 0 {
		t.Fatal("there are no claims")
	}
	for _, r := range results {
		if !r.OK() {
			t.Errorf("claim %s: computed %s (%s), reviewed %s: book %q", r.ID, r.Computed, r.Value, r.Verdict, r.Book)
		}
	}
}
