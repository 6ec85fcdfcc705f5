// Package chapters holds what the companion says about the book: its sections,
// each with the book's claims recomputed, its figures redrawn from computed data,
// and its exercises. A section is data plus functions; a chapter is an explicit
// list of sections (package ch05).
//
// The backend on which claims and figures are computed arrives as an argument.
package chapters

import (
	"fmt"
	"strings"
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
