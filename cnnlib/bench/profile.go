package bench

import (
	"context"
	"fmt"
	"io"
)

// A Part is a share of a training step: what a graph takes that does all the parts
// before it too, and what this one adds.
type Part struct {
	Name    string  `json:"part"`
	Says    string  `json:"says"`
	StepUS  float64 `json:"step_us"`  // µs of a step up to here, median of the runs
	AddedUS float64 `json:"added_us"` // µs more than the part before
}

// A Profile says where the time of a training step goes.
type Profile struct {
	Engine string `json:"engine"`
	Net    string `json:"net"`
	Batch  int    `json:"batch"`
	Parts  []Part `json:"parts"`
}

// Profile measures the parts of a step of every network, batch and engine of the options.
func (b Bench) Profile(ctx context.Context, o Options) (all []Profile, err error) {
	o = o.filled(10, 64)
	if err := o.check(); err != nil {
		return nil, err
	}
	engines, err := o.chosen(ctx, b.Engines)
	if err != nil {
		return nil, err
	}
	parts := append(stepParts[:len(stepParts):len(stepParts)], stepPartKind{name: "train", says: "+ the new weights, and the loop: train.Run"})
	for _, e := range engines {
		for _, net := range o.Networks {
			for _, batch := range o.Batches {
				var tasks []task
				for _, part := range parts {
					tasks = append(tasks, task{Measure: part.name, Engine: e.choice(), Net: network{Name: net}, Batch: batch})
				}
				took, err := b.measure(ctx, o, tasks...)
				if err != nil {
					return all, err
				}
				p := Profile{Engine: e.Name(), Net: net, Batch: batch}
				before := 0.0
				for i, part := range parts {
					us := 1e6 * took[i].step
					p.Parts = append(p.Parts, Part{Name: part.name, Says: part.says, StepUS: us, AddedUS: us - before})
					before = us
				}
				all = append(all, p)
			}
		}
	}
	return all, nil
}

// measured is what a task came to.
type measured struct {
	step float64 // seconds, median of the runs
	last sample
}

// measure does tasks, each in a process of its own, which take turns.
func (b Bench) measure(ctx context.Context, o Options, tasks ...task) ([]measured, error) {
	all := make([]measured, len(tasks))
	steps := make([][]float64, len(tasks))
	var processes []*process
	defer func() {
		for _, p := range processes {
			p.close()
		}
	}()
	for _, t := range tasks {
		p, err := b.child(ctx, t, -1)
		if err != nil {
			return nil, err
		}
		processes = append(processes, p)
	}
	for range o.Repeat {
		for i, p := range processes {
			s, err := p.ask(ctx, request{Seconds: o.Seconds})
			if err != nil {
				return nil, err
			}
			all[i].last = s
			steps[i] = append(steps[i], s.Seconds/float64(s.Steps))
		}
	}
	for i := range all {
		all[i].step = median(steps[i])
	}
	return all, nil
}

func writeProfiles(w io.Writer, all []Profile) error {
	for _, p := range all {
		total := p.Parts[len(p.Parts)-1].StepUS
		if _, err := fmt.Fprintf(w, "%s, %s, batch %d: a step takes %.0f µs\n", p.Engine, p.Net, p.Batch, total); err != nil {
			return err
		}
		for _, part := range p.Parts {
			if _, err := fmt.Fprintf(w, "  %-10s %8.0f µs %5.0f %%  %s\n", part.Name, part.AddedUS, 100*part.AddedUS/total, part.Says); err != nil {
				return err
			}
		}
	}
	return nil
}
