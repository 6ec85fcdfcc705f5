package ch05

import (
	"encoding/json"
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
	results, err := chapters.CheckClaims(Sections(), pureGo(t))
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
	for _, s := range Sections() {
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
	// The errata of claims.md that fall into the sections so far.
	for _, want := range []string{"E06", "E28", "E29", "E30"} {
		found := false
		for _, s := range Sections() {
			for _, c := range s.Claims {
				found = found || c.Erratum == want
			}
		}
		if !found {
			t.Errorf("no claim stands for erratum %s", want)
		}
	}
}

// TestFigures: each is drawn, has both captions, a description with numbers, and
// numbers to show.
func TestFigures(t *testing.T) {
	backend := pureGo(t)
	for _, s := range Sections() {
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
