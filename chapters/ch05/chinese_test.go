package ch05

import (
	"regexp"
	"testing"
)

// halfWidth is a western comma, semicolon, colon, question or exclamation mark, or
// bracket, directly beside a Chinese character: Chinese text has its own.
var halfWidth = regexp.MustCompile(`\p{Han}[,;:?!()]|[,;:?!()]\p{Han}`)

// TestChinesePunctuation: readers of Chinese get the punctuation of their language.
func TestChinesePunctuation(t *testing.T) {
	seen := 0
	check := func(where, text string) {
		seen++
		if found := halfWidth.FindString(text); found != "" {
			t.Errorf("%s: %q has a western mark in %q", where, text, found)
		}
	}
	for _, s := range All() {
		check(s.ID, s.TitleZH)
		for _, c := range s.Claims {
			check(c.ID, c.NoteZH)
		}
		for _, f := range s.Figures {
			check(f.ID, f.CaptionZH)
		}
		for _, e := range s.Experiments {
			check(e.ID, e.QuestionZH)
		}
		for _, e := range s.Exercises {
			for _, text := range []string{e.TitleZH, e.TaskZH, e.LessonZH} {
				check(e.ID, text)
			}
		}
	}
	if seen < 100 { // nine sections have several hundred texts
		t.Errorf("only %d texts were looked at", seen)
	}
}
