package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// Result is a training that has ended: the content of a file of results.
type Result struct {
	Profile    string   `json:"profile"`
	Row        string   `json:"row"`
	Seed       int64    `json:"seed"`
	Recipe     []string `json:"recipe"`  // Recipe.Lines
	Digest     string   `json:"digest"`  // of the pictures trained, validated and tested on
	Backend    string   `json:"backend"` // "xla:cpu (lammps-jax-pjrt-cpu 0.11.2)"
	Machine    string   `json:"machine"` // processor and number of its cores
	Cores      int      `json:"cores"`   // that the training was bound to; 0 where it was not bound
	Date       string   `json:"date"`    // of its end, "2026-11-27"
	Parameters int      `json:"parameters"`

	FirstLosses []Loss  `json:"first_losses"` // of the first steps
	Curve       []Epoch `json:"curve"`        // of every epoch

	ValidationPictures int `json:"validation_pictures"`
	Chosen             int `json:"chosen"` // the epoch that did best on them, the latest of equals
	ValidationErrors   int `json:"validation_errors"`
	// Of the network of that epoch; the first is the share of the training pictures, the
	// first 10,000 at most, from 0 to 1:
	TrainingAccuracy float64 `json:"training_accuracy"`
	TestErrors       int     `json:"test_errors"`
	Predictions      string  `json:"predictions"` // a digit for each test picture, in order

	Weights string `json:"weights,omitempty"` // SHA-256 of the file of kept weights
}

// Loss is that of one step, counted from 1.
type Loss struct {
	Step int     `json:"step"`
	Loss float64 `json:"loss"`
}

// Epoch is one epoch of the curve.
type Epoch struct {
	Loss             float64 `json:"loss"` // mean over its steps, without the penalty
	ValidationErrors int     `json:"validation_errors"`
	Seconds          float64 `json:"seconds"` // of its training alone
}

// Job returns the training whose result it is.
func (r *Result) Job() Job { return Job{r.Profile, r.Row, r.Seed} }

// ErrNone says that a training has no stored result.
var ErrNone = errors.New("not stored")

// ErrRecipe says that a stored result is of another recipe than the code's.
var ErrRecipe = errors.New("another recipe")

// Read returns the stored result of a job from a folder, where it is of the recipe of
// the code: otherwise the error is ErrNone or ErrRecipe, or another for a damaged file.
func (t Table) Read(folder fs.FS, j Job) (*Result, error) {
	recipe, err := t.Recipe(j)
	if err != nil {
		return nil, err
	}
	name := j.String() + ".json"
	content, err := fs.ReadFile(folder, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("table: %s: %w", name, ErrNone)
	}
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	r := new(Result)
	if err := json.Unmarshal(content, r); err != nil {
		return nil, fmt.Errorf("table: %s: %w: delete it and train it anew", name, err)
	}
	if r.Job() != j {
		return nil, fmt.Errorf("table: %s holds the result of %v: delete it and train it anew", name, r.Job())
	}
	want := recipe.Lines()
	if slices.Equal(r.Recipe, want) {
		return r, nil
	}
	return nil, fmt.Errorf("table: %s is not used: it was trained with %w, %s", name, ErrRecipe, difference(r.Recipe, want))
}

// difference tells the first line in which two recipes differ.
func difference(stored, code []string) string {
	for i := range max(len(stored), len(code)) {
		line := func(lines []string) string {
			if i < len(lines) {
				return fmt.Sprintf("%q", lines[i])
			}
			return "nothing"
		}
		if line(stored) != line(code) {
			return line(stored) + " where the code has " + line(code)
		}
	}
	return "none"
}

// Check holds a result against itself and the test pictures: the predictions make the
// errors that it claims, and the curve the epoch that was chosen.
func (r *Result) Check(test *data.Images) error { return r.check(test, train.Digest(test)) }

// check is Check with the digest of the test pictures, which takes longer than all else.
func (r *Result) check(test *data.Images, digest string) error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("table: %v.json: %s: delete it and train it anew", r.Job(), fmt.Sprintf(format, args...))
	}
	predicted, err := r.Classes()
	if err != nil {
		return err
	}
	if len(predicted) != test.N {
		return wrong("%d predictions for %d test pictures", len(predicted), test.N)
	}
	if n := len(train.Mistakes(test.Labels, predicted)); n != r.TestErrors {
		return wrong("its predictions have %d mistakes, it says %d", n, r.TestErrors)
	}
	if !strings.HasSuffix(r.Digest, "tested on "+digest) {
		return wrong("it was tested on other pictures than %s", digest)
	}
	best := 0
	for i, e := range r.Curve {
		if e.ValidationErrors <= r.Curve[best].ValidationErrors {
			best = i
		}
	}
	if len(r.Curve) == 0 || r.Chosen != best+1 || r.ValidationErrors != r.Curve[best].ValidationErrors {
		return wrong("it chose epoch %d with %d errors, and its curve of %d epochs is best at %d", r.Chosen, r.ValidationErrors, len(r.Curve), best+1)
	}
	return nil
}

// Classes returns the predictions as classes.
func (r *Result) Classes() ([]uint8, error) {
	classes := make([]uint8, len(r.Predictions))
	for i := range classes {
		c := r.Predictions[i]
		if c < '0' || c > '9' {
			return nil, fmt.Errorf("table: %v.json: prediction %d is %q, want a digit: delete it and train it anew", r.Job(), i, c)
		}
		classes[i] = c - '0'
	}
	return classes, nil
}

// Digits writes classes from 0 to 9 as one string.
func Digits(classes []uint8) string {
	text := make([]byte, len(classes))
	for i, c := range classes {
		text[i] = '0' + c
	}
	return string(text)
}
