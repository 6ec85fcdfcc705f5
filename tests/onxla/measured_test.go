package onxla

import (
	"testing"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
	"cnnbook/chapters/measure"
)

// TestMeasuredOnXLA trains the first steps of the first arm of every experiment again,
// on the backend that the stored results come from, and runs the kept weights.
func TestMeasuredOnXLA(t *testing.T) {
	backend := openXLA(t)
	for _, s := range ch05.Sections() {
		for _, e := range s.Experiments {
			if err := measure.Check(t.Context(), backend, e, s.Results, e.Arms[0].Name, chapters.FirstLosses); err != nil {
				t.Error(err)
			}
		}
	}
}
