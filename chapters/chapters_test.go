package chapters

import (
	"strings"
	"testing"
)

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		book  string
		value float64
		want  Verdict
	}{
		{"−5", -5, Holds},
		{"-5", 5, Differs},
		{"0.2", 0.2004, Rounded}, // 2 of 998 in per cent
		{"8.5", 8.47, Rounded},
		{"9", 8.47, Differs},
		{"364", 363, Differs},
	} {
		if f := Number(c.book, c.value); f.Verdict != c.want {
			t.Errorf("Number(%q, %v) = %v, want %v", c.book, c.value, f, c.want)
		}
	}
	words := []Section{{ID: "9.9", Claims: []Claim{{ID: "9.9/1", Book: "about nine", Check: func(c Check) Finding { return c.Found(9) }}}}}
	if _, err := CheckClaims(words, nil); err == nil || !strings.Contains(err.Error(), "about nine") {
		t.Errorf("a number compared with words: %v", err)
	}
}

func TestFormatMatrix(t *testing.T) {
	if got, want := FormatMatrix([][]float64{{-5, 0}, {0.5, 1e6}}), "[−5 0; 0.5 1e+06]"; got != want {
		t.Errorf("FormatMatrix = %q, want %q", got, want)
	}
}

// wrongBook is a section whose book says 4 where 3 is computed.
func wrongBook(reviewed Verdict) []Section {
	return []Section{{ID: "9.9a", Slug: "09_09a_x", Claims: []Claim{{
		ID: "9.9a/a", Quote: "四", Book: "4", Verdict: reviewed, Note: "It is three.", NoteZH: "应为三。",
		Check: func(c Check) Finding { return c.Found(3) },
	}}}}
}

func TestErrataAreInBothLanguages(t *testing.T) {
	sections := wrongBook(Differs)
	results, err := CheckClaims(sections, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := Errata(sections, results)
	for _, want := range []string{"9.9a/a", "It is three.", "应为三。", "Computed: 3"} {
		if !strings.Contains(got, want) {
			t.Errorf("the errata lack %q:\n%s", want, got)
		}
	}
}

// TestMisprintsNameTheirPage: nothing is computed, and the list says so.
func TestMisprintsNameTheirPage(t *testing.T) {
	sections := []Section{{ID: "9.9", Claims: []Claim{{ID: "9.9/1", Quote: "三三", Book: "a word twice", Verdict: Misprint, Page: 17, Note: "Once.", NoteZH: "重复。"}}}}
	results, err := CheckClaims(sections, nil)
	if err != nil || !results[0].OK() {
		t.Fatal(results, err)
	}
	if got := Errata(sections, results); !strings.Contains(got, "Read on page 17") || strings.Contains(got, "Computed:") {
		t.Errorf("the errata say:\n%s", got)
	}
}

// TestExtractionDamageStandsApart: the book is not blamed for what only the
// extracted text has lost.
func TestExtractionDamageStandsApart(t *testing.T) {
	sections := wrongBook(Holds)
	sections[0].Claims[0].Book, sections[0].Claims[0].Extracted = "3", "|3|"
	results, err := CheckClaims(sections, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := Errata(sections, results)
	if strings.Contains(got, "## 9.9a") || !strings.Contains(got, "Damage of the extracted text") || !strings.Contains(got, "extracted “|3|”, printed: 3") {
		t.Errorf("the errata say:\n%s", got)
	}
}

func TestSelect(t *testing.T) {
	all := []Section{{ID: "5.1"}, {ID: "5.2a"}, {ID: "5.2b"}}
	for _, c := range []struct{ ids, want string }{
		{"", "5.1 5.2a 5.2b"},
		{"5.2", "5.2a 5.2b"},
		{"5.2b", "5.2b"},
		{"5.2b 5.1", "5.1 5.2b"},
	} {
		got, err := Select(all, strings.Fields(c.ids))
		if err != nil || strings.Join(IDs(got), " ") != c.want {
			t.Errorf("Select(%q) = %v, %v, want %s", c.ids, IDs(got), err, c.want)
		}
	}
	if _, err := Select(all, []string{"5.3"}); err == nil || !strings.Contains(err.Error(), "5.2a") {
		t.Errorf("Select of an unknown section: %v", err)
	}
}
