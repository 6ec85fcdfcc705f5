// Package chapters holds what the companion says about the book: its sections,
// each with the book's claims recomputed, its figures redrawn from computed data,
// and its exercises. A section is data plus functions; a chapter is an explicit
// list of sections (package ch05).
//
// The backend on which claims and figures are computed arrives as an argument.
package chapters

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib/train"
	"cnnbook/plots"
)

// Section is one topic of the book. The same id and slug name its Go file, its
// notebook, its figures, its claims and its exercises.
type Section struct {
	ID        string // "5.2a"
	Slug      string // "05_02a_edges", the notebook's name
	Title     string
	TitleZH   string
	Claims    []Claim
	Figures   []Figure
	Exercises []Exercise
	// Experiments are the trainings whose results its claims and figures use.
	Experiments []Experiment
	// Solutions is the source of the worked solutions, which readers are shown: the
	// topic's solutions.go.
	Solutions string
	// Results is the folder with the stored results of the experiments; nil if there are
	// none.
	Results fs.FS
}

// Folder is the name of the topic's folder: "s05-pooling" for the slug "05_05_pooling".
func (s Section) Folder() string {
	_, topic, _ := strings.Cut(s.Slug, "_")
	return "s" + strings.Replace(topic, "_", "-", 1)
}

// Owes lists what the section has not yet: at least one claim and one figure, and two
// exercises.
func (s Section) Owes() []string {
	var owed []string
	if len(s.Claims) == 0 {
		owed = append(owed, "claims")
	}
	if len(s.Figures) == 0 {
		owed = append(owed, "figures")
	}
	if len(s.Exercises) < 2 {
		owed = append(owed, fmt.Sprintf("exercises (%d of at least 2)", len(s.Exercises)))
	}
	return owed
}

// Unwritten lists the ids of sections in which what returns 0.
func Unwritten(sections []Section, what func(Section) int) []string {
	var ids []string
	for _, s := range sections {
		if what(s) == 0 {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// Empty reports whether the section has no content yet.
func (s Section) Empty() bool {
	return len(s.Claims) == 0 && len(s.Figures) == 0 && len(s.Exercises) == 0
}

// Draw computes and draws one figure of the section. What goes wrong is the picture's
// error.
func (s Section) Draw(backend compute.Backend, id string) *plots.Picture {
	var ids []string
	for _, f := range s.Figures {
		if f.ID == id {
			return f.Draw(backend)
		}
		ids = append(ids, f.ID)
	}
	return plots.Failed(fmt.Errorf("chapters: section %s has no figure %q: there are %s", s.ID, id, strings.Join(ids, ", ")))
}

// Measured returns the stored results of one experiment of the section. If they are
// missing, the error says which command makes them.
func (s Section) Measured(id string) (*Measured, error) { return ReadMeasured(s.Results, id) }

// Trained returns the network of an arm with Keep as its first seed trained it, with the
// stored weights.
func (s Section) Trained(backend compute.Backend, id, arm string) (*train.Model, error) {
	e, err := FindExperiment([]Section{s}, id)
	if err != nil {
		return nil, err
	}
	return e.Trained(backend, s.Results, arm)
}

// Select returns the sections that the ids name, in the order of the chapter:
// "5.2a" names one, "5.2" both 5.2a and 5.2b, no id all.
func Select(all []Section, ids []string) ([]Section, error) {
	if len(ids) == 0 {
		return all, nil
	}
	var chosen []Section
	known := make(map[string]bool)
	for _, s := range all {
		for _, id := range ids {
			if s.ID == id || strings.TrimRight(s.ID, "ab") == id {
				known[id] = true
				chosen = append(chosen, s)
				break
			}
		}
	}
	for _, id := range ids {
		if !known[id] {
			return nil, fmt.Errorf("chapters: no section %q: there are %s", id, strings.Join(IDs(all), ", "))
		}
	}
	return chosen, nil
}

// IDs lists the ids of sections.
func IDs(sections []Section) []string {
	var ids []string
	for _, s := range sections {
		ids = append(ids, s.ID)
	}
	return ids
}
