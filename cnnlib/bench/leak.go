package bench

import (
	"context"
	"fmt"
	"io"

	"gonum.org/v1/gonum/stat"
)

// A Block is a number of consecutive steps of a long training.
type Block struct {
	Steps  int     `json:"steps"` // done at its end
	StepUS float64 `json:"step_us"`
	RSSMB  float64 `json:"rss_mb"` // without garbage
	PeakMB float64 `json:"peak_mb"`
}

// Endurance is a long training in blocks: whether it becomes slower or larger.
type Endurance struct {
	Engine string  `json:"engine"`
	Net    string  `json:"net"`
	Batch  int     `json:"batch"`
	Blocks []Block `json:"blocks"`
	// Of the blocks behind the first, which still fills caches:
	BytesPerStep float64 `json:"bytes_per_step"` // by least squares
	SlowerBy     float64 `json:"slower_by"`      // what the median step time of the last four is above that of the first four, as a share
}

// blocks is the number of blocks of Endure.
const blocks = 10

// Endure trains conv2 for the given number of steps of batch 10, in ten blocks.
func (b Bench) Endure(ctx context.Context, steps int, o Options) (all []Endurance, err error) {
	if steps < blocks {
		return nil, fmt.Errorf("bench: %d steps in %d blocks: want at least %[2]d", steps, blocks)
	}
	o = o.filled()
	engines, err := o.chosen(ctx, b.Engines)
	if err != nil {
		return nil, err
	}
	for _, e := range engines {
		one, err := b.endure(ctx, e, steps/blocks)
		if err != nil {
			return all, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (b Bench) endure(ctx context.Context, e Engine, steps int) (Endurance, error) {
	r := Endurance{Engine: e.Name(), Net: "conv2", Batch: 10}
	p, err := b.child(ctx, task{Measure: "train", Engine: e.choice(), Net: network{Name: r.Net}, Batch: r.Batch}, -1)
	if err != nil {
		return r, err
	}
	defer p.close()
	done := 0
	var at, mb, us []float64
	for range blocks {
		s, err := p.ask(ctx, request{Steps: steps, Collect: true})
		if err != nil {
			return r, err
		}
		done += s.Steps
		block := Block{Steps: done, StepUS: 1e6 * s.Seconds / float64(s.Steps), RSSMB: s.RSSMB, PeakMB: s.PeakMB}
		r.Blocks = append(r.Blocks, block)
		at, mb, us = append(at, float64(done)), append(mb, s.RSSMB), append(us, block.StepUS)
	}
	_, perStep := stat.LinearRegression(at[1:], mb[1:], nil, false)
	r.BytesPerStep = perStep * (1 << 20)
	r.SlowerBy = median(us[blocks-4:])/median(us[1:5]) - 1
	return r, nil
}

func writeEndurance(w io.Writer, all []Endurance) error {
	for _, r := range all {
		fmt.Fprintf(w, "%s, %s, batch %d\n%9s %9s %8s %8s\n", r.Engine, r.Net, r.Batch, "steps", "µs a step", "MB", "MB most")
		for _, b := range r.Blocks {
			fmt.Fprintf(w, "%9d %9.0f %8.1f %8.1f\n", b.Steps, b.StepUS, b.RSSMB, b.PeakMB)
		}
		if _, err := fmt.Fprintf(w, "from the second block on: %+.1f bytes a step, step time %+.1f %%\n", r.BytesPerStep, 100*r.SlowerBy); err != nil {
			return err
		}
	}
	return nil
}
