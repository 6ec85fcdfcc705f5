package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
	"cnnbook/notebooks/exercise"
)

// row is an exercise in the list.
type row struct {
	Section      string        `json:"section"`
	ID           string        `json:"id"`
	Kind         chapters.Kind `json:"kind"`
	Title        string        `json:"title"`
	TitleZH      string        `json:"title_zh,omitempty"`
	State        string        `json:"state"`
	Tries        int           `json:"tries"`
	Hints        int           `json:"hints"` // given
	SolutionSeen bool          `json:"solution_seen"`
	Task         string        `json:"task"`
	TaskZH       string        `json:"task_zh,omitempty"`
	Notebook     string        `json:"notebook"` // from the checkout's folder, as File
	File         string        `json:"file"`     // of the answer, whether it is there or not
	Started      bool          `json:"started"`

	exercise chapters.Exercise
	dir      string
}

// states in the order of the counts.
var states = []string{"solved", "solution seen", "tried", "open"}

// rows lists all exercises with the reader's progress. A progress that cannot be read
// is told on log.
func rows(log io.Writer, folder string) ([]row, error) {
	a, err := findAnswers(folder)
	if err != nil {
		return nil, err
	}
	p, err := exercise.Read()
	if err != nil {
		fmt.Fprintln(log, err)
	}
	var all []row
	for _, s := range ch05.Sections() {
		for _, ex := range s.Exercises {
			r := p.Exercises[ex.ID]
			dir := a.dir(s, ex)
			_, err := os.Stat(answerFile(dir))
			all = append(all, row{
				Section: s.ID, ID: ex.ID, Kind: ex.Kind, Title: ex.Title, TitleZH: ex.TitleZH,
				State: r.State(), Tries: r.Tries, Hints: r.Hints, SolutionSeen: !r.SolutionSeen.IsZero(),
				Task: ex.Task, TaskZH: ex.TaskZH,
				Notebook: "notebooks/ch05/" + s.Slug + ".ipynb", File: a.short(answerFile(dir)), Started: err == nil,
				exercise: ex, dir: dir,
			})
		}
	}
	return all, nil
}

func list(out, log io.Writer, folder string, asJSON bool) error {
	all, err := rows(log, folder)
	if err != nil {
		return err
	}
	counts := map[string]int{}
	for _, s := range states {
		counts[s] = 0
	}
	for _, r := range all {
		counts[r.State]++
	}
	if asJSON {
		return writeJSON(out, struct {
			Exercises []row          `json:"exercises"`
			Counts    map[string]int `json:"counts"`
		}{all, counts})
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "section\texercise\tkind\tstate\ttitle")
	for _, r := range all {
		state := r.State
		switch {
		case state == "tried":
			state = fmt.Sprintf("tried %d×", r.Tries)
		case state == "solved" && r.SolutionSeen:
			state = "solved (solution seen)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Section, r.ID, r.Kind, state, both(r.Title, r.TitleZH))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	var parts []string
	for _, s := range states {
		parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
	}
	fmt.Fprintf(out, "\n%d exercises: %s.\n", len(all), strings.Join(parts, ", "))
	if missing := chapters.Unwritten(ch05.Sections(), func(s chapters.Section) int { return len(s.Exercises) }); len(missing) > 0 {
		fmt.Fprintln(out, "Without exercises yet: "+strings.Join(missing, ", "))
	}
	if counts["solved"] < len(all) {
		fmt.Fprintln(out, "`go run . exercises next` shows the next one.")
	}
	return nil
}

// both writes a title with the Chinese one where there is one.
func both(title, zh string) string {
	if zh == "" {
		return title
	}
	return title + " · " + zh
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// nextOpen returns the first exercise that is not solved, those whose solution was
// seen last, or nil where all are solved.
func nextOpen(all []row) *row {
	var seen *row
	for i := range all {
		switch all[i].State {
		case "open", "tried":
			return &all[i]
		case "solution seen":
			if seen == nil {
				seen = &all[i]
			}
		}
	}
	return seen
}

const allSolved = "All exercises are solved. Well done!"

func next(out, log io.Writer, folder string, asJSON bool) error {
	all, err := rows(log, folder)
	if err != nil {
		return err
	}
	r := nextOpen(all)
	if asJSON {
		return writeJSON(out, r)
	}
	if r == nil {
		fmt.Fprintln(out, allSolved)
		return nil
	}
	fmt.Fprintf(out, "%s  %s  %s\n\n%s\n", r.ID, r.Kind, both(r.Title, r.TitleZH), wrapped(r.Task, "", 90))
	if r.TaskZH != "" {
		fmt.Fprintf(out, "%s\n", r.TaskZH)
	}
	fmt.Fprintf(out, "\nin the notebook: `go run . lab`, then %s\n", r.Notebook)
	if r.Started {
		fmt.Fprintf(out, "in your editor:  %s, and `go run . exercises watch %s` checks it each time you save\n", r.File, r.ID)
	} else {
		fmt.Fprintf(out, "in your editor:  `go run . exercises watch %s` writes %s and checks it each time you save\n", r.ID, r.File)
	}
	fmt.Fprintf(out, "a hint:          `go run . exercises hint %s`\n", r.ID)
	return nil
}

// wrapped breaks a text into lines of at most width characters.
func wrapped(text, prefix string, width int) string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines = append(lines, prefix+line)
			line = word
			continue
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return strings.Join(append(lines, prefix+line), "\n")
}
