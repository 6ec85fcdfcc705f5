package table

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// Report is the table as it is stored, for one profile. Its JSON is what
// `table --json` prints. All accuracies are in per cent of the test pictures.
type Report struct {
	Section     string       `json:"section"`
	Profile     string       `json:"profile"`
	Title       string       `json:"title"`
	Differences []Difference `json:"differences"`
	Pictures    int          `json:"test_pictures"`
	Lines       []Line       `json:"rows"`
	Effects     []Effect     `json:"effects"`        // the largest first
	SeedSD      float64      `json:"seed_sd"`        // of one training, from all rows with several; 0 if there is none
	Vote        *Vote        `json:"vote,omitempty"` // of the first row that is one
	Unused      []string     `json:"unused"`         // stored results that are not of the code's recipe
}

// Line is one row of the report. What is measured is 0 or left out where Runs is 0.
type Line struct {
	Row        string  `json:"row"`
	What       string  `json:"what"`
	Book       float64 `json:"book"`
	Source     string  `json:"source"`
	Parameters int     `json:"parameters"` // of one network

	Runs int      `json:"runs"`
	Mean float64  `json:"mean"`
	SD   float64  `json:"sd"`            // over the runs; 0 where there is one
	Of   Interval `json:"mean_interval"` // Wilson, of the mean

	OfSeeds *Interval `json:"mean_seeds_interval,omitempty"` // Student, of the mean; from three runs on

	// The run that did best on the validation pictures, which is the one that the book
	// reports; of votes the first.
	Best         float64  `json:"best"`
	BestErrors   int      `json:"best_errors"`
	BestSeed     int64    `json:"best_seed,omitempty"`
	BestInterval Interval `json:"best_interval"`
	BookInMean   bool     `json:"book_in_mean_interval"`
	BookInBest   bool     `json:"book_in_best_interval"`

	Against    string      `json:"against,omitempty"`    // the row that it changes
	Comparison *Comparison `json:"comparison,omitempty"` // of the best runs of both; of a vote with the best of its voters

	Epochs          int      `json:"epochs"`
	SecondsPerEpoch float64  `json:"seconds_per_epoch"` // median over all epochs of all runs
	Backends        []string `json:"backends,omitempty"`
	Machines        []string `json:"machines,omitempty"`
	Cores           []int    `json:"cores,omitempty"` // that a run was bound to

	// What is told only if a row like it was trained here:
	EpochHere float64 `json:"estimated_seconds_per_epoch,omitempty"`
	Hours     float64 `json:"estimated_hours,omitempty"` // of a missing row, all its trainings

	Missing string `json:"missing,omitempty"` // the command that trains it

	runs   []*Result // in the order of seeds
	votes  [][]uint8
	voters int // of each vote
}

// Here is where missing rows would be trained; the zero value makes no estimate.
type Here struct {
	Machine string // as in Result.Machine
	Jobs    int    // trainings at once
}

// Report makes the report of one profile ("" is the first) from the stored results.
func (t Table) Report(folder fs.FS, profile string, here Here) (*Report, error) {
	p, err := t.Profile(profile)
	if err != nil {
		return nil, err
	}
	test, err := t.Test()
	if err != nil {
		return nil, err
	}
	r := &Report{Section: t.Section, Profile: p.Name, Title: p.Title, Differences: p.Differences, Pictures: test.N, Unused: []string{}}
	digest := train.Digest(test)
	for _, row := range t.Rows {
		line := Line{Row: row.ID, What: row.What, Book: row.Book, Source: row.Source, Against: row.Against}
		if err := t.fill(&line, row, p, folder, test, digest, r); err != nil {
			return nil, err
		}
		r.Lines = append(r.Lines, line)
	}
	for i := range r.Lines {
		if err := r.compare(&r.Lines[i], test); err != nil {
			return nil, err
		}
		if err := t.estimate(&r.Lines[i], r, p, here, shapeOf(test)); err != nil {
			return nil, err
		}
		if r.Vote == nil {
			if r.Vote, err = r.Lines[i].voteBesideBest(test.Labels); err != nil {
				return nil, err
			}
		}
	}
	return r, r.effects(test.Labels)
}

// Line returns the row with this id, or nil.
func (r *Report) Line(id string) *Line {
	i := slices.IndexFunc(r.Lines, func(l Line) bool { return l.Row == id })
	if i < 0 {
		return nil
	}
	return &r.Lines[i]
}

// BestRun is the result of the run that did best on the validation pictures; nil where
// there is none, and for votes.
func (l *Line) BestRun() *Result {
	if len(l.runs) == 0 || l.votes != nil {
		return nil
	}
	return best(l.runs)
}

// best is the run that did best on the validation pictures, the first of equals.
func best(runs []*Result) *Result {
	return slices.MinFunc(runs, func(a, b *Result) int {
		return cmp.Compare(a.ValidationErrors, b.ValidationErrors)
	})
}

// Results are the stored results of the line, in the order of seeds; of a vote those
// that vote.
func (l *Line) Results() []*Result { return l.runs }

// Predictions are those of the best run, or of the first vote; nil where there is none.
func (l *Line) Predictions() ([]uint8, error) {
	if l.votes != nil {
		return l.votes[0], nil
	}
	if best := l.BestRun(); best != nil {
		return best.Classes()
	}
	return nil, nil
}

// fill reads and counts the runs of a row.
func (t Table) fill(l *Line, row Row, p Profile, folder fs.FS, test *data.Images, digest string, r *Report) error {
	trained := row.ID
	if row.VoteOf != "" {
		trained = row.VoteOf
	}
	recipe, err := p.Recipe(trained)
	if err != nil {
		return err
	}
	l.Parameters = recipe.Net.Params(shapeOf(test))
	l.Epochs = max(recipe.Options.Epochs, 1)
	if err := t.read(l, p.Name, trained, row, folder, r); err != nil {
		return err
	}
	var errs []float64
	if row.VoteOf == "" {
		for _, run := range l.runs {
			if err := run.check(test, digest); err != nil {
				return err
			}
			errs = append(errs, float64(run.TestErrors))
		}
	} else if errs, err = l.vote(row.Voters, test); err != nil {
		return err
	}
	if l.Runs = len(errs); l.Runs == 0 {
		l.Missing = "go run . table " + row.ID
		if p.Name != t.Profiles[0].Name {
			l.Missing += " --profile " + p.Name
		}
		l.runs = nil
		return nil
	}
	l.measure(errs, test.N)
	return nil
}

// read takes the stored results of seeds 1, 2, ... as far as there are any: as many as
// the row asks for and all beyond.
func (t Table) read(l *Line, profile, trained string, row Row, folder fs.FS, r *Report) error {
	names, err := fs.Glob(folder, profile+"_"+trained+"_seed*.json")
	if err != nil {
		return fmt.Errorf("table: %w", err)
	}
	for _, name := range names {
		j := Job{Profile: profile, Row: trained}
		if _, err := fmt.Sscanf(name, profile+"_"+trained+"_seed%d.json", &j.Seed); err != nil || name != j.String()+".json" {
			return fmt.Errorf("table: %s is not the name of a result, want %v.json with a seed such as 1: delete or rename it", name, Job{profile, trained, 1})
		}
		run, err := t.Read(folder, j)
		if errors.Is(err, ErrRecipe) {
			if row.VoteOf == "" { // otherwise it is told twice
				r.Unused = append(r.Unused, err.Error())
			}
			continue
		}
		if err != nil {
			return err
		}
		l.runs = append(l.runs, run)
	}
	slices.SortFunc(l.runs, func(a, b *Result) int { return cmp.Compare(a.Seed, b.Seed) })
	return nil
}

// vote lets the runs vote, so many at a time, and returns the errors of each vote.
func (l *Line) vote(voters int, test *data.Images) (errs []float64, err error) {
	l.voters = voters
	for some := range slices.Chunk(l.runs, voters) {
		if len(some) < voters {
			break
		}
		var predictions [][]uint8
		for _, run := range some {
			classes, err := run.Classes()
			if err != nil {
				return nil, err
			}
			predictions = append(predictions, classes)
		}
		winners, err := train.Vote(predictions...)
		if err != nil {
			return nil, err
		}
		l.votes = append(l.votes, winners)
		errs = append(errs, float64(len(train.Mistakes(test.Labels, winners))))
	}
	return errs, nil
}

// measure fills in what the errors of the runs, or votes, say.
func (l *Line) measure(errs []float64, n int) {
	mean, sd := stat.MeanStdDev(errs, nil)
	if math.IsNaN(sd) { // one run
		sd = 0
	}
	l.Mean, l.SD, l.Of = accuracy(mean, n), 100*sd/float64(n), Wilson(float64(n)-mean, n)
	if len(errs) >= fewestSeeds {
		each := make([]float64, len(errs))
		for i, e := range errs {
			each[i] = accuracy(e, n)
		}
		i := Student(each)
		l.OfSeeds = &i
	}
	best := errs[0]
	if run := l.BestRun(); run != nil {
		best, l.BestSeed = float64(run.TestErrors), run.Seed
	}
	l.Best, l.BestErrors, l.BestInterval = accuracy(best, n), int(best), Wilson(float64(n)-best, n)
	l.BookInMean, l.BookInBest = l.Of.Contains(l.Book), l.BestInterval.Contains(l.Book)

	backends, machines, cores := map[string]bool{}, map[string]bool{}, map[int]bool{}
	var seconds []float64
	for _, run := range l.runs {
		backends[run.Backend], machines[run.Machine], cores[run.Cores] = true, true, true
		for _, e := range run.Curve {
			seconds = append(seconds, e.Seconds)
		}
	}
	slices.Sort(seconds)
	l.SecondsPerEpoch = stat.Quantile(0.5, stat.Empirical, seconds, nil)
	l.Backends, l.Machines, l.Cores = slices.Sorted(maps.Keys(backends)), slices.Sorted(maps.Keys(machines)), slices.Sorted(maps.Keys(cores))
}

// compare holds a line against the one that it changes.
func (r *Report) compare(l *Line, test *data.Images) error {
	before := r.Line(l.Against)
	if before == nil || before.Runs == 0 || l.Runs == 0 {
		return nil
	}
	if l.votes != nil {
		v, err := l.voteBesideBest(test.Labels)
		if err == nil {
			l.Comparison = &v.Comparison
		}
		return err
	}
	old, err := before.Predictions()
	if err != nil {
		return err
	}
	now, err := l.Predictions()
	if err != nil {
		return err
	}
	c, err := McNemar(test.Labels, old, now)
	l.Comparison = &c
	return err
}

// estimate tells how long an epoch of a row takes here, and the row if it is missing.
func (t Table) estimate(l *Line, r *Report, p Profile, here Here, in cnnlib.Shape) error {
	if here.Jobs == 0 {
		return nil
	}
	jobs, err := t.Jobs(p.Name, []string{l.Row}, 0)
	if err != nil {
		return err
	}
	if l.EpochHere, err = epochHere(jobs[0].Row, r, p, here, in); err != nil || l.Runs > 0 {
		return err
	}
	rounds := (len(jobs) + here.Jobs - 1) / here.Jobs // trainings one after the other
	l.Hours = l.EpochHere * float64(l.Epochs*rounds) / time.Hour.Seconds()
	return nil
}

// epochHere is how many seconds an epoch of a row takes here, after the row measured here
// whose network multiplies about as often, which may be itself: time goes with the
// multiplications, roughly. It is 0 if none was measured here.
func epochHere(row string, r *Report, p Profile, here Here, in cnnlib.Shape) (seconds float64, err error) {
	work := func(row string) (macs float64, err error) { // of one epoch
		recipe, err := p.Recipe(row)
		return float64(recipe.Net.MACs(in)) * float64(recipe.Images), err
	}
	want, err := work(row)
	if err != nil {
		return 0, err
	}
	nearest := math.Inf(1)
	for _, other := range r.Lines {
		if other.Runs == 0 || other.votes != nil || !slices.Contains(other.Machines, here.Machine) {
			continue
		}
		have, err := work(other.Row)
		if err != nil {
			return 0, err
		}
		if d := math.Abs(math.Log(want / have)); d < nearest {
			nearest, seconds = d, other.SecondsPerEpoch*want/have
		}
	}
	return seconds, nil
}

// accuracy in per cent of n pictures, of which so many are mistaken.
func accuracy(errors float64, n int) float64 { return 100 * (float64(n) - errors) / float64(n) }

func shapeOf(images *data.Images) cnnlib.Shape {
	return cnnlib.Shape{images.H, images.W, images.C}
}
