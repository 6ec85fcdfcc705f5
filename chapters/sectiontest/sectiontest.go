// Package sectiontest has what every topic of the book must obey, for the topic's own
// test.
package sectiontest

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cnnbook/chapters"
	"cnnbook/chapters/measure"
	"cnnbook/internal/purego"
)

// Steps are the training steps of an experiment that [Check] trains again, on the pure-Go
// backend, where a step takes several times as long as on XLA, on which tests/onxla trains
// all chapters.FirstLosses. One shows the starting weights, the pictures and the loss, and
// needs measure.Tolerance for its sums alone; the second shows one update, which moves the
// weights by the rounding of a gradient times a rate below 1.
const Steps = 2

// Check tests a topic on the pure-Go backend. errata are those of the reviewed list that
// fall into the topic: each must have a claim. A topic without content passes, and the
// test's log says what is owed.
func Check(t *testing.T, s chapters.Section, errata ...string) {
	t.Helper()
	for _, owed := range s.Owes() {
		t.Logf("section %s owes %s", s.ID, owed)
	}
	t.Run("Words", func(t *testing.T) { words(t, s) })
	t.Run("Chinese", func(t *testing.T) { chinese(t, s) })
	if s.Empty() {
		if len(errata) > 0 {
			t.Logf("section %s owes claims of the errata %s", s.ID, strings.Join(errata, ", "))
		}
		return
	}
	t.Run("Errata", func(t *testing.T) { haveClaims(t, s, errata) })
	t.Run("Claims", func(t *testing.T) { claims(t, s) })
	t.Run("Figures", func(t *testing.T) { figures(t, s) })
	t.Run("Results", func(t *testing.T) { results(t, s) })
}

// words tests that nothing is missing in the claims.
func words(t *testing.T, s chapters.Section) {
	last := 0
	for _, c := range s.Claims {
		number, err := strconv.Atoi(strings.TrimPrefix(c.ID, s.ID+"/"))
		if err != nil || number <= last {
			t.Errorf("the claim %s comes behind %s/%d: ids are numbers that rise in the order of the book", c.ID, s.ID, last)
		}
		last = number
		if c.Quote == "" || c.Book == "" {
			t.Errorf("%s has no quotation or does not say what the book says", c.ID)
		}
		read := c.Verdict == chapters.Opinion || c.Verdict == chapters.Misprint
		if (c.Check == nil) != read {
			t.Errorf("%s: verdict %s, check %v: opinions and misprints, and only they, have none", c.ID, c.Verdict, c.Check != nil)
		}
		if c.Verdict == chapters.Misprint && c.Page == 0 {
			t.Errorf("%s is a misprint and does not say on which page", c.ID)
		}
		if c.Verdict != chapters.Holds && c.Note == "" {
			t.Errorf("%s is %s without a note", c.ID, c.Verdict)
		}
		if slices.Contains([]chapters.Verdict{chapters.Differs, chapters.Unclear, chapters.Misprint}, c.Verdict) && c.NoteZH == "" {
			t.Errorf("%s is %s without a note in Chinese", c.ID, c.Verdict)
		}
	}
}

// haveClaims tests that what the reviewed list says of a section is a claim of it.
func haveClaims(t *testing.T, s chapters.Section, errata []string) {
	var have []string
	for _, c := range s.Claims {
		have = append(have, c.Erratum)
	}
	for _, want := range errata {
		if !slices.Contains(have, want) {
			t.Errorf("section %s has no claim for erratum %s", s.ID, want)
		}
	}
}

func claims(t *testing.T, s chapters.Section) {
	results, err := chapters.CheckClaims([]chapters.Section{s}, purego.Open(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if !r.OK() {
			t.Errorf("%s: computed %s (%s), reviewed %s", r.ID, r.Computed, r.Value, r.Verdict)
		}
	}
}

// figures tests that each is drawn, has both captions, a description with numbers, and
// numbers to show.
func figures(t *testing.T, s chapters.Section) {
	backend := purego.Open(t)
	number, _, _ := strings.Cut(strings.TrimPrefix(s.Slug, "05_"), "_")
	for _, f := range s.Figures {
		if !strings.HasPrefix(f.ID, "05_"+number+"_") {
			t.Errorf("the figure %s does not begin with 05_%s_, as the section's slug %s does", f.ID, number, s.Slug)
		}
		p := f.Draw(backend)
		if p.Err() != nil {
			t.Errorf("%s: %v", f.ID, p.Err())
			continue
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

// results tests that the stored results are those of the experiments as they are in the
// code, and that the pure-Go backend begins the last arm of each as it is stored.
func results(t *testing.T, s chapters.Section) {
	if len(s.Experiments) == 0 {
		return
	}
	backend := purego.Open(t)
	expected := map[string]bool{"README.md": true}
	for _, e := range s.Experiments {
		expected[e.ID+".json"] = true
		m, err := s.Measured(e.ID)
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
		if err := measure.Check(t.Context(), backend, e, s.Results, e.Arms[len(e.Arms)-1].Name, Steps); err != nil {
			t.Error(err)
		}
	}
	files, err := fs.ReadDir(s.Results, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !f.IsDir() && !expected[f.Name()] {
			t.Errorf("measured/%s belongs to no experiment: delete it", f.Name())
		}
	}
}

// halfWidth is a western comma, semicolon, colon, question or exclamation mark, or
// bracket, directly beside a Chinese character: Chinese text has its own.
var halfWidth = regexp.MustCompile(`\p{Han}[,;:?!()]|[,;:?!()]\p{Han}`)

// chinese tests that readers of Chinese get the punctuation of their language.
func chinese(t *testing.T, s chapters.Section) {
	check := func(where, text string) {
		if found := halfWidth.FindString(text); found != "" {
			t.Errorf("%s: %q has a western mark in %q", where, text, found)
		}
	}
	if s.TitleZH == "" {
		t.Errorf("section %s has no title in Chinese", s.ID)
	}
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
