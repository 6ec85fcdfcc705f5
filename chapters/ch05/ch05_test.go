package ch05

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/chapters"
)

// pureGo is the backend that is on every machine; tests/ runs the same on XLA.
func pureGo(t *testing.T) compute.Backend {
	t.Helper()
	b, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Finalize)
	return b
}

func TestClaimsOnPureGo(t *testing.T) {
	results, err := chapters.CheckClaims(All(), pureGo(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if !r.OK() {
			t.Errorf("%s: computed %s (%s), reviewed %s", r.ID, r.Computed, r.Value, r.Verdict)
		}
	}
}

// TestClaimsAreComplete: a claim has a quotation, its own id, a check unless it is
// an opinion, and a note in both languages where the book differs or is unclear.
func TestClaimsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range All() {
		for _, c := range s.Claims {
			if seen[c.ID] {
				t.Errorf("two claims have the id %s", c.ID)
			}
			seen[c.ID] = true
			if c.Quote == "" || c.Book == "" {
				t.Errorf("%s has no quotation or does not say what the book says", c.ID)
			}
			if (c.Check == nil) != (c.Verdict == chapters.Opinion) {
				t.Errorf("%s: verdict %s, check %v: opinions, and only they, have none", c.ID, c.Verdict, c.Check != nil)
			}
			if c.Verdict != chapters.Holds && c.Note == "" {
				t.Errorf("%s is %s without a note", c.ID, c.Verdict)
			}
			if (c.Verdict == chapters.Differs || c.Verdict == chapters.Unclear) && c.NoteZH == "" {
				t.Errorf("%s is %s without a note in Chinese", c.ID, c.Verdict)
			}
		}
	}
}

// errata are those of the reviewed list that fall into each section.
var errata = map[string][]string{
	"5.1":  {"E55"},
	"5.2a": {"E06"},
	"5.2b": {"E28", "E29", "E30"},
	"5.3b": {"E31", "E56"},
	"5.5":  {"E13", "E14", "E15", "E16", "E17", "E18"},
	"5.11": {"E12"},
	"5.17": {"E05", "E59"},
	"5.19": {"E32", "E34"},
	"5.23": {"E40", "E41", "E43", "E44", "E45", "E47"}, // E42 and E46 once their rows are measured
	"5.20": {"E02", "E35", "E36", "E37", "E38"},
}

// TestEveryErratumHasAClaim: what the reviewed list says of a section is checked
// by a claim of that section.
func TestEveryErratumHasAClaim(t *testing.T) {
	for _, s := range All() {
		if len(s.Claims) == 0 {
			continue
		}
		var found []string
		for _, c := range s.Claims {
			found = append(found, c.Erratum)
		}
		for _, want := range errata[s.ID] {
			if !slices.Contains(found, want) {
				t.Errorf("section %s has no claim for erratum %s", s.ID, want)
			}
		}
	}
}

// TestFigures: each is drawn, has both captions, a description with numbers, and
// numbers to show.
func TestFigures(t *testing.T) {
	backend := pureGo(t)
	for _, s := range All() {
		for _, f := range s.Figures {
			p, err := f.Picture(backend)
			if err != nil {
				t.Errorf("%s: %v", f.ID, err)
				continue
			}
			if p.Err() != nil {
				t.Errorf("%s: %v", f.ID, p.Err())
			}
			if f.Caption == "" || f.CaptionZH == "" {
				t.Errorf("%s lacks a caption", f.ID)
			}
			if !strings.ContainsAny(p.Alt, "0123456789") {
				t.Errorf("%s: its description has no number: %q", f.ID, p.Alt)
			}
			if data, err := json.Marshal(p.Data); err != nil || len(data) < 10 {
				t.Errorf("%s: data %s, %v", f.ID, data, err)
			}
		}
	}
}

// TestBandIsTwoCells: k−1 cells, whatever the size (figures.md, 5.2-e).
func TestBandIsTwoCells(t *testing.T) {
	backend := pureGo(t)
	for _, n := range []int{6, 7, 50} {
		line, width, err := band(backend, n)
		if err != nil || line != 2 || width != n-2 {
			t.Errorf("band(%d) = %d of %d, %v, want 2 of %d", n, line, width, err, n-2)
		}
	}
}

func TestDrawNamesWhatIsMissing(t *testing.T) {
	if _, err := Draw(nil, "05_99_x"); err == nil || !strings.Contains(err.Error(), "05_99_x") {
		t.Errorf("Draw of an unknown figure: %v", err)
	}
}
