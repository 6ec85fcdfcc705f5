package ch05

import (
	"io/fs"
	"testing"

	"cnnbook/chapters"
	"cnnbook/chapters/measure"
)

// goSteps are the steps that are trained again here, where a step takes several times
// as long as on XLA, on which tests/ trains all chapters.FirstLosses. One shows the
// starting weights, the pictures and the loss, and needs measure.Tolerance for its
// sums alone; the second shows one update, which moves the weights by the
// rounding of a gradient times a rate below 1.
const goSteps = 2

// TestMeasured: the stored results are those of the experiments as they are in the
// code, and the pure-Go backend begins the last arm of each as it is stored.
func TestMeasured(t *testing.T) {
	backend := pureGo(t)
	expected := map[string]bool{"README.md": true, "table": true} // the table of 5.23 has a test of its own
	for _, s := range All() {
		for _, e := range s.Experiments {
			expected[e.ID+".json"] = true
			m, err := Measured(e.ID)
			if err != nil {
				t.Error(err)
				continue
			}
			if err := measure.Complete(e, m); err != nil {
				t.Error(err)
			}
			if e.Question == "" || e.QuestionZH == "" {
				t.Errorf("experiment %s does not say what it asks, in both languages", e.ID)
			}
			for _, arm := range e.Arms {
				if arm.Keep {
					expected[chapters.WeightsFile(e.ID, arm.Name)] = true
				}
			}
			if err := measure.Check(t.Context(), backend, e, MeasuredFolder(), e.Arms[len(e.Arms)-1].Name, goSteps); err != nil {
				t.Error(err)
			}
		}
	}
	files, err := fs.ReadDir(MeasuredFolder(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !expected[f.Name()] {
			t.Errorf("measured/%s belongs to no experiment: delete it", f.Name())
		}
	}
}
