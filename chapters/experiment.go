package chapters

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

// Experiment answers a question by training: its arms differ in one thing, and
// each is trained with several seeds. Training takes minutes, so that the results
// are stored (Measured) and claims, figures and notebooks read them; a short test
// trains the first steps of each arm again and compares.
type Experiment struct {
	ID                   string // "05_05_overlap": the name of its file of results
	Question, QuestionZH string
	Seeds                int // trials of an arm have the seeds 1 to Seeds
	Arms                 []Arm
}

// Arm is one of the things compared.
type Arm struct {
	Name string // "overlapping"
	// Recipe is everything that fixes the result but the seed, as text: network, data
	// and options. Stored results with another recipe are not those of this arm.
	Recipe string
	// Run trains and measures. With steps above 0 it ends after so many steps and
	// needs to fill in Losses only.
	Run func(ctx context.Context, backend compute.Backend, seed int64, steps int) (*Trial, error)
	// Keep stores the weights of the first seed beside the results, in a safetensors
	// file; keep them small, they are committed.
	Keep bool

	// The network and the pictures of an arm that [Classify] or [Reconstruct] made, with which its
	// weights are read and checked; an arm with a Run of its own may leave them out.
	Net      cnnlib.Layer
	Pictures Pictures
}

// Trial is one training of one arm.
type Trial struct {
	Arm     string             `json:"arm"`
	Seed    int64              `json:"seed"`
	Losses  []float64          `json:"losses"`  // of the first steps, in order
	Values  map[string]float64 `json:"values"`  // what was measured, by name: "test accuracy"
	Seconds float64            `json:"seconds"` // of the training
	// Digest tells the pictures: those trained on, validated on and tested on.
	Digest string `json:"digest,omitempty"`

	Model *train.Model `json:"-"` // the trained network, where its weights can be kept
	// Text goes into the file of the weights: how they were trained (package
	// notebooks/kept looks for it).
	Text map[string]string `json:"-"`
}

// Measured holds the stored results of an experiment.
type Measured struct {
	Experiment string            `json:"experiment"`
	Backend    string            `json:"backend"`
	Machine    string            `json:"machine"` // processor and number of cores
	Recipes    map[string]string `json:"recipes"` // by arm
	Weights    map[string]string `json:"weights"` // SHA-256 of the files of weights, by arm
	Trials     []Trial           `json:"trials"`  // in the order of arms, then of seeds
}

// Arm returns the arm with this name.
func (e Experiment) Arm(name string) (Arm, error) {
	var names []string
	for _, a := range e.Arms {
		if a.Name == name {
			return a, nil
		}
		names = append(names, strconv.Quote(a.Name))
	}
	return Arm{}, fmt.Errorf("chapters: experiment %s has no arm %q: there are %s", e.ID, name, strings.Join(names, ", "))
}

// FindExperiment returns the experiment with this id, of any of the sections.
func FindExperiment(sections []Section, id string) (Experiment, error) {
	var ids []string
	for _, s := range sections {
		for _, e := range s.Experiments {
			if e.ID == id {
				return e, nil
			}
			ids = append(ids, e.ID)
		}
	}
	return Experiment{}, fmt.Errorf("chapters: no experiment %q: there are %s", id, strings.Join(ids, ", "))
}

// WeightsFile returns the name of the file with the kept weights of an arm:
// "05_05_overlap_no_pooling.safetensors".
func WeightsFile(id, arm string) string {
	slug := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '_'
	}, arm)
	return id + "_" + slug + ".safetensors"
}

// Trained returns the network of an arm as its first seed trained it, with the
// stored weights.
func (e Experiment) Trained(backend compute.Backend, folder fs.FS, arm string) (*train.Model, error) {
	a, err := e.Arm(arm)
	if err != nil {
		return nil, err
	}
	if !a.Keep || a.Net == nil {
		return nil, fmt.Errorf("chapters: the weights of arm %q of experiment %s are not kept: set Keep and Net", arm, e.ID)
	}
	name := WeightsFile(e.ID, arm)
	content, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, fmt.Errorf("chapters: the weights of arm %q of experiment %s are missing: %w: `go run . measure %s` makes them", arm, e.ID, err, e.ID)
	}
	m, _, err := train.DecodeWeights(backend, a.Net, name, content)
	return m, err
}

// ResultsIn returns the folder "measured" of the files that a topic embeds.
func ResultsIn(files embed.FS) fs.FS {
	folder, err := fs.Sub(files, "measured")
	if err != nil {
		panic(err) // the name above is a valid one
	}
	return folder
}

// ReadMeasured reads the results of the experiment from ID.json in a folder.
func ReadMeasured(folder fs.FS, id string) (*Measured, error) {
	data, err := fs.ReadFile(folder, id+".json")
	if err != nil {
		return nil, fmt.Errorf("chapters: experiment %s has no stored results: %w: `go run . measure %s` makes them", id, err, id)
	}
	m := new(Measured)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("chapters: the stored results of experiment %s: %w", id, err)
	}
	return m, nil
}

// Values returns one measured value of all trials of an arm, by seed.
func (m *Measured) Values(arm, name string) ([]float64, error) {
	var values []float64
	for _, t := range m.Trials {
		if t.Arm != arm {
			continue
		}
		v, ok := t.Values[name]
		if !ok {
			return nil, fmt.Errorf("chapters: experiment %s, arm %q, seed %d: no value %q", m.Experiment, arm, t.Seed, name)
		}
		values = append(values, v)
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("chapters: experiment %s has no trial of arm %q", m.Experiment, arm)
	}
	return values, nil
}

// Mean returns mean and standard deviation of a value over the seeds of an arm,
// and their number. The deviation of a single trial is 0.
func (m *Measured) Mean(arm, name string) (mean, sd float64, n int, err error) {
	e, err := m.Estimate(arm, name)
	return e.Mean, e.SD, e.N, err
}
