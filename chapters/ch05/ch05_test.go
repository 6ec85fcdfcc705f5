package ch05_test

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"cnnbook/chapters/ch05"
)

// TestSections: thirty topics in the order of the book, each with an id and a slug that
// agree.
func TestSections(t *testing.T) {
	id := regexp.MustCompile(`^5\.(\d+)([a-z]?)$`)
	last, seen := "", map[string]bool{}
	for _, s := range ch05.Sections() {
		part := id.FindStringSubmatch(s.ID)
		if part == nil {
			t.Errorf("the id %q is none of chapter 5", s.ID)
			continue
		}
		n, err := strconv.Atoi(part[1])
		if err != nil {
			t.Fatal(err)
		}
		place := fmt.Sprintf("%02d%s", n, part[2])
		if place <= last {
			t.Errorf("%s comes behind 5.%s", s.ID, last)
		}
		last = place
		if want := "05_" + place + "_"; len(s.Slug) <= len(want) || s.Slug[:len(want)] != want {
			t.Errorf("section %s has the slug %s, want one that begins with %s", s.ID, s.Slug, want)
		}
		if seen[s.Slug] {
			t.Errorf("two sections have the slug %s", s.Slug)
		}
		seen[s.Slug] = true
	}
	if len(seen) != 30 {
		t.Errorf("%d sections, the chapter has 30 topics", len(seen))
	}
}
