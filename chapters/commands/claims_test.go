package commands

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnnbook/chapters"
)

// wrongBook is a section whose book says 4 where 3 is computed.
func wrongBook(reviewed chapters.Verdict) []chapters.Section {
	return []chapters.Section{{ID: "9.9a", Slug: "09_09a_x", Claims: []chapters.Claim{{
		ID: "9.9a/a", Quote: "四", Book: "4", Verdict: reviewed, Note: "It is three.", NoteZH: "应为三。",
		Check: func(c chapters.Check) chapters.Finding { return c.Found(3) },
	}}}}
}

// TestAWrongBookIsAPassingClaim: the reviewer knows; the ledger is in order.
func TestAWrongBookIsAPassingClaim(t *testing.T) {
	var out strings.Builder
	if err := (ledger{all: wrongBook(chapters.Differs)}).write(&out, nil, nil); err != nil {
		t.Error(err)
	}
	if !strings.Contains(out.String(), "✓ 9.9a/a Differs") {
		t.Errorf("the ledger says %q", out.String())
	}
}

// TestAWrongReviewFails: the computed verdict is not bent to the reviewed one.
func TestAWrongReviewFails(t *testing.T) {
	var out strings.Builder
	if err := (ledger{all: wrongBook(chapters.Holds), asJSON: true}).write(&out, nil, nil); !errors.Is(err, ErrClaims) {
		t.Errorf("claims: %v, want ErrClaims", err)
	}
	if !strings.Contains(out.String(), `"computed": "Differs"`) {
		t.Errorf("the ledger says %s", out.String())
	}
}

// TestErrataAreThoseOfTheWholeChapter: a file of errata is never that of some sections.
func TestErrataAreThoseOfTheWholeChapter(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ERRATA.md")
	l := ledger{all: wrongBook(chapters.Differs), errata: file}
	if err := l.write(new(strings.Builder), nil, []string{"9.9a"}); err == nil || !strings.Contains(err.Error(), "--errata") {
		t.Errorf("errata of one section: %v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the errata of one section were written")
	}
	if err := l.write(new(strings.Builder), nil, nil); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "应为三。") {
		t.Errorf("the errata say %q, %v", text, err)
	}
}
