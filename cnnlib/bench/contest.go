package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat"

	"cnnbook/cnnlib/lower"
)

// Options say what is measured, and for how long.
type Options struct {
	Networks []string // nil means networkNames
	Batches  []int    // nil means the command's
	Many     int      // networks in one graph, measured beside one; 0 means 5, 1 leaves it out; of training only
	Lowering string   // of all our convolutions in training: auto, direct, im2col or phases; "" means auto
	Jobs     []int    // processes side by side, 1 or 2, a core each if 2; nil means 1 and 2
	Engines  []string // names of packages, paths, or go; nil means all CPU plugins that are installed
	Peers    bool     // measures PyTorch and JAX too
	Python   string   // that has both; "" means an environment of our own
	Repeat   int      // runs of each contestant; 0 means 3
	Seconds  float64  // of a run at least; 0 means 1
	Log      io.Writer
}

func (o Options) filled(batches ...int) Options {
	if o.Networks == nil {
		o.Networks = networkNames()
	}
	if o.Batches == nil {
		o.Batches = batches
	}
	if o.Jobs == nil {
		o.Jobs = []int{1, 2}
	}
	if o.Repeat == 0 {
		o.Repeat = 3
	}
	if o.Seconds == 0 {
		o.Seconds = 1
	}
	if o.Many == 0 {
		o.Many = 5
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	return o
}

func (o Options) check() error {
	for _, name := range o.Networks {
		if !slices.Contains(networkNames(), name) {
			return fmt.Errorf("bench: no network %q: give some of %v", name, networkNames())
		}
	}
	for _, b := range o.Batches {
		if b < 1 || b > 60_000 {
			return fmt.Errorf("bench: a batch of %d pictures: want 1 to 60000", b)
		}
	}
	for _, j := range o.Jobs {
		if j < 1 || j > 2 {
			return fmt.Errorf("bench: %d jobs side by side: want 1 or 2", j)
		}
	}
	if o.Lowering != "" {
		if _, err := lower.Parse(o.Lowering); err != nil {
			return fmt.Errorf("bench: %w", err)
		}
	}
	if o.Repeat < 1 || !(o.Seconds > 0) {
		return fmt.Errorf("bench: %d runs of %v seconds: want at least one run, and more than 0 seconds", o.Repeat, o.Seconds)
	}
	return nil
}

// A contestant is one engine and way of one program, as one process or two.
type contestant struct {
	peer      bool
	who       string // cnnlib, or a peer and its version
	engine    string // ours: the plugin
	way       string
	many      int // networks in one graph
	processes []*process
	runs      []float64 // pictures a second, the processes summed
	total     sample
}

// A Result is what a contestant came to.
type Result struct {
	Who     string    `json:"who"`
	Engine  string    `json:"engine,omitempty"`
	Way     string    `json:"way,omitempty"`
	Peer    bool      `json:"peer"`
	Many    int       `json:"networks,omitempty"` // in one graph, if more than one: the pictures count all together
	Median  float64   `json:"images_per_s"`       // of the runs
	Min     float64   `json:"min_images_per_s"`
	Max     float64   `json:"max_images_per_s"`
	Runs    []float64 `json:"runs_images_per_s"`
	Ratio   float64   `json:"ratio_to_best_peer,omitempty"`
	Steps   int       `json:"steps"`   // of all runs
	Images  int       `json:"images"`  // of all runs
	Seconds float64   `json:"seconds"` // of all runs
	PeakMB  float64   `json:"peak_mb"` // of the largest process
}

// A Row is one contest.
type Row struct {
	Measure  string   `json:"measure"` // train or infer
	Net      string   `json:"net"`
	Batch    int      `json:"batch"`
	Jobs     int      `json:"jobs"` // processes of each contestant; 2 have a core each
	Results  []Result `json:"results"`
	BestPeer float64  `json:"best_peer_images_per_s,omitempty"`
	BestOurs float64  `json:"best_ours_images_per_s"`
	Ratio    float64  `json:"ratio_of_the_best,omitempty"`  // BestOurs / BestPeer
	Together float64  `json:"ratio_in_one_graph,omitempty"` // best of many networks in one graph / BestOurs
}

// run has all contestants take turns.
func (o Options) run(ctx context.Context, all []*contestant) error {
	for range o.Repeat {
		for _, c := range all {
			if err := c.run(ctx, request{Way: c.way, Seconds: o.Seconds}); err != nil {
				return err
			}
		}
	}
	return nil
}

// run is one turn. Two processes begin together.
func (c *contestant) run(ctx context.Context, r request) error {
	samples := make([]sample, len(c.processes))
	errs := make([]error, len(c.processes))
	var all sync.WaitGroup
	for i, p := range c.processes {
		all.Go(func() { samples[i], errs[i] = p.ask(ctx, r) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return errs[slices.IndexFunc(errs, func(err error) bool { return err != nil })]
	}
	rate := 0.0
	for _, s := range samples {
		rate += s.rate()
		c.total.Steps += s.Steps
		c.total.Images += s.Images
		c.total.Seconds += s.Seconds
		c.total.PeakMB = max(c.total.PeakMB, s.PeakMB)
	}
	c.runs = append(c.runs, rate)
	return nil
}

func (c *contestant) result() Result {
	return Result{Who: c.who, Engine: c.engine, Way: c.way, Peer: c.peer, Many: c.many, Runs: c.runs,
		Median: median(c.runs), Min: slices.Min(c.runs), Max: slices.Max(c.runs),
		Steps: c.total.Steps, Images: c.total.Images, Seconds: c.total.Seconds, PeakMB: c.total.PeakMB}
}

// median is the middle value, of two the lower.
func median(values []float64) float64 {
	return stat.Quantile(0.5, stat.Empirical, slices.Sorted(slices.Values(values)), nil)
}

// rank fills in the figures of a row that follow from its results.
func (r *Row) rank() {
	many := 0.0
	for _, c := range r.Results {
		switch {
		case c.Peer:
			r.BestPeer = max(r.BestPeer, c.Median)
		case c.Many > 1:
			many = max(many, c.Median)
		default:
			r.BestOurs = max(r.BestOurs, c.Median)
		}
	}
	if many > 0 {
		r.Together = many / r.BestOurs
	}
	if r.BestPeer == 0 {
		return
	}
	for i := range r.Results {
		if r.Results[i].Many > 1 {
			continue // no peer does that
		}
		r.Results[i].Ratio = r.Results[i].Median / r.BestPeer
	}
	r.Ratio = r.BestOurs / r.BestPeer
}
