// Package table holds a table of the book whose rows are trained networks, and its
// stored results: one file a training, with the predictions for every test picture, so
// that votes, intervals and comparisons are computed without training. Package
// table/jobs trains; it is apart from this one, which cells link.
package table

import (
	"fmt"
	"slices"
	"strings"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// Table is a table of the book, by rows, with one or more ways to train them.
type Table struct {
	Section  string // "5.23"
	Rows     []Row
	Profiles []Profile // the first is the one that is meant where none is named
	// Test returns the test pictures, to which all stored predictions belong.
	Test func() (*data.Images, error)
}

// Row is a row of the table: one network.
type Row struct {
	ID           string  // "5b"
	What, WhatZH string  // what it changes: "300 hidden units"
	Book         float64 // accuracy on the test pictures in the book, in per cent
	Source       string  // where the book has it from
	Against      string  // the row that it changes; "" for the first
	Seeds        int     // trainings, with the seeds 1 to Seeds
	// VoteOf, where given, is a row whose trainings vote, Voters at a time; such a row is
	// not trained itself.
	VoteOf string
	Voters int
}

// Profile is a way to train all rows.
type Profile struct {
	Name, Title string
	// Differences are what it does otherwise than the first profile; those of the first are
	// what it does otherwise than the program behind the book.
	Differences []Difference
	Recipe      func(row string) (Recipe, error)
}

// Difference is one deviation and its reason, a line each.
type Difference struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Recipe is everything that fixes what a row learns, but the seed.
type Recipe struct {
	Net      cnnlib.Layer
	Pictures chapters.Pictures // with some to validate on, which choose the epoch
	Options  train.Options     // without a seed
	Images   int               // pictures of an epoch, for estimates
	// Keep stores weights of the first seed beside its result: all, or, where they are
	// more than a committed file should have, those of the convolutions.
	Keep bool
}

// Lines are the recipe as text, one setting a line. What changes the speed and the
// rounding only (StepsPerCall, Devices) is not in it.
func (r Recipe) Lines() []string {
	lines := strings.Split(chapters.Classify("", r.Net, r.Pictures, r.Options).Recipe, "\n")
	return slices.DeleteFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, "StepsPerCall: ") || strings.HasPrefix(line, "Devices: ")
	})
}

// IDs lists the ids of the rows.
func (t Table) IDs() []string {
	var ids []string
	for _, r := range t.Rows {
		ids = append(ids, r.ID)
	}
	return ids
}

// Names lists the names of the profiles, in one line.
func (t Table) Names() string {
	var names []string
	for _, p := range t.Profiles {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// Row returns the row with this id.
func (t Table) Row(id string) (Row, error) {
	for _, r := range t.Rows {
		if r.ID == id {
			return r, nil
		}
	}
	return Row{}, fmt.Errorf("table: the table of section %s has no row %q: there are %s", t.Section, id, strings.Join(t.IDs(), ", "))
}

// Profile returns the profile with this name; "" is the first.
func (t Table) Profile(name string) (Profile, error) {
	for _, p := range t.Profiles {
		if p.Name == name || name == "" {
			return p, nil
		}
	}
	return Profile{}, fmt.Errorf("table: there is no profile %q: there are %s", name, t.Names())
}

// Job is one training.
type Job struct {
	Profile, Row string
	Seed         int64
}

// String is the name of the job and of its files: "faithful_5b_seed1".
func (j Job) String() string { return fmt.Sprintf("%s_%s_seed%d", j.Profile, j.Row, j.Seed) }

// Jobs returns the trainings of the rows in one profile, first those of seed 1 of all
// rows; a vote needs those of the row that votes. seeds above 0 replaces [Row.Seeds];
// a vote has at least its voters.
func (t Table) Jobs(profile string, rows []string, seeds int) ([]Job, error) {
	wanted := map[string]int{} // seeds, by row
	for _, id := range rows {
		row, err := t.Row(id)
		if err != nil {
			return nil, err
		}
		n := row.Seeds
		if seeds > 0 {
			n = seeds
		}
		if row.VoteOf != "" {
			id, n = row.VoteOf, max(n, row.Voters)
		}
		wanted[id] = max(wanted[id], n)
	}
	var jobs []Job
	for seed := 1; ; seed++ {
		before := len(jobs)
		for _, row := range t.Rows {
			if seed <= wanted[row.ID] {
				jobs = append(jobs, Job{profile, row.ID, int64(seed)})
			}
		}
		if len(jobs) == before {
			return jobs, nil
		}
	}
}

// trained are the rows that are trained, in order.
func (t Table) trained() []Row {
	return slices.DeleteFunc(slices.Clone(t.Rows), func(r Row) bool { return r.VoteOf != "" })
}

// Number is that of a job among those of its profile, from 1: first seed 1 of all rows,
// then seed 2. It depends on the rows of the table alone, and so stays what it is while
// trainings end, and however many seeds are asked for. It is 0 if the row is not trained.
func (t Table) Number(j Job) int {
	rows := t.trained()
	i := slices.IndexFunc(rows, func(r Row) bool { return r.ID == j.Row })
	if i < 0 || j.Seed < 1 {
		return 0
	}
	return int(j.Seed-1)*len(rows) + i + 1
}

// Numbered returns the job with a [Table.Number], if it is one of those that [Table.Jobs]
// has for all rows with so many seeds.
func (t Table) Numbered(profile string, n, seeds int) (Job, error) {
	all, err := t.Jobs(profile, t.IDs(), seeds)
	if err != nil {
		return Job{}, err
	}
	rows := t.trained()
	if n < 1 || len(rows) == 0 {
		return Job{}, fmt.Errorf("table: there is no training number %d: `table jobs` lists them", n)
	}
	j := Job{profile, rows[(n-1)%len(rows)].ID, int64((n-1)/len(rows) + 1)}
	if !slices.Contains(all, j) {
		return Job{}, fmt.Errorf("table: training number %d would be seed %d of row %s, and so many are not asked for: take a number of `table jobs`, or a larger --seeds", n, j.Seed, j.Row)
	}
	return j, nil
}

// Recipe returns the recipe of a job.
func (t Table) Recipe(j Job) (Recipe, error) {
	p, err := t.Profile(j.Profile)
	if err != nil {
		return Recipe{}, err
	}
	row, err := t.Row(j.Row)
	if err != nil {
		return Recipe{}, err
	}
	if row.VoteOf != "" {
		return Recipe{}, fmt.Errorf("table: row %s is a vote of row %s and is not trained: train row %s", row.ID, row.VoteOf, row.VoteOf)
	}
	return p.Recipe(j.Row)
}
