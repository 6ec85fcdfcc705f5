package generalisation

import (
	"fmt"
	"testing"
	"testing/fstest"

	"cnnbook/chapters/sectiontest"
)

func TestSection(t *testing.T) {
	errata := []string{"E40", "E41", "E43", "E44", "E45", "E47"}
	s := stored(Table(), TableFolder())
	for row, erratum := range map[string]string{"5": "E42", "7": "E46"} { // once their rows are measured
		if s.has(row) {
			errata = append(errata, erratum)
		}
	}
	sectiontest.Check(t, Section(), errata...)
}

// TestNumbersAreFixed: the statements that trainings decide are 12 to 25, whatever is
// measured.
func TestNumbersAreFixed(t *testing.T) {
	everyRow := fstest.MapFS{}
	for _, row := range Table().Rows {
		everyRow[stored(Table(), everyRow).firstJob(row.ID).String()+".json"] = &fstest.MapFile{}
	}
	claims := stored(Table(), everyRow).claims()
	for n, c := range claims {
		if want := fmt.Sprintf("5.23/%d", n+12); c.ID != want {
			t.Errorf("claim %s stands where %s should", c.ID, want)
		}
	}
	if len(claims) != 14 {
		t.Errorf("%d claims of trainings, want 14", len(claims))
	}
}
