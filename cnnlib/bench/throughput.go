package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"cnnbook/internal/hugepages"
)

// A Bench runs the contests. Self is the command that does a task ([Commands] has it), without
// the task: the program starts itself.
type Bench struct {
	Engines Engines
	Self    []string
}

// Report is the result of Throughput.
type Report struct {
	Machine Machine `json:"machine"`
	Repeat  int     `json:"repeat"`
	Seconds float64 `json:"seconds"` // of a run
	Rows    []Row   `json:"rows"`
}

// Throughput measures pictures a second, measure being "train" or "infer", of every
// network, batch and number of jobs of the options. done, if not nil, gets each row when
// it is complete.
func (b Bench) Throughput(ctx context.Context, measure string, o Options, done func(Row) error) (Report, error) {
	if measure == "train" {
		o = o.filled(10, 64)
	} else {
		o = o.filled(10, 64, 500)
	}
	report := Report{Machine: machine(), Repeat: o.Repeat, Seconds: o.Seconds}
	if err := o.check(); err != nil {
		return report, err
	}
	engines, err := o.chosen(ctx, b.Engines)
	if err != nil {
		return report, err
	}
	var p *peers
	if o.Peers {
		if p, err = openPeers(ctx, o); err != nil {
			return report, err
		}
		defer p.close()
	}
	for _, jobs := range o.Jobs {
		if have := len(cores()); jobs > 1 && have < jobs {
			fmt.Fprintf(o.Log, "bench: %d jobs on a core each are not measured: this process may use %d cores\n", jobs, have)
			continue
		}
		for _, net := range o.Networks {
			for _, batch := range o.Batches {
				row, err := b.contest(ctx, task{Measure: measure, Net: network{Name: net}, Batch: batch, Lower: o.Lowering}, jobs, engines, p, o)
				if err != nil {
					return report, err
				}
				report.Rows = append(report.Rows, row)
				if done != nil {
					if err := done(row); err != nil {
						return report, err
					}
				}
			}
		}
	}
	return report, nil
}

// contest is one row.
func (b Bench) contest(ctx context.Context, t task, jobs int, engines []Engine, p *peers, o Options) (Row, error) {
	row := Row{Measure: t.Measure, Net: t.Net.Name, Batch: t.Batch, Jobs: jobs}
	var all []*contestant
	defer func() {
		for _, c := range all {
			for _, p := range c.processes {
				p.close()
			}
		}
	}()
	for _, e := range engines {
		t.Engine = e.choice()
		c := &contestant{who: "cnnlib", engine: e.Name()}
		all = append(all, c)
		if err := c.start(jobs, func(core int) (*process, error) { return b.child(ctx, t, core) }); err != nil {
			return row, err
		}
		if t.Measure == "train" && jobs == 1 && o.Many > 1 {
			together := t
			together.Many = o.Many
			c := &contestant{who: "cnnlib", engine: e.Name(), many: o.Many, way: fmt.Sprintf("%d networks in one graph", o.Many)}
			all = append(all, c)
			if err := c.start(jobs, func(core int) (*process, error) { return b.child(ctx, together, core) }); err != nil {
				return row, err
			}
		}
	}
	if p != nil {
		for _, script := range peerScripts {
			c := &contestant{peer: true}
			all = append(all, c)
			if err := c.start(jobs, func(core int) (*process, error) { return p.start(ctx, script, t, core) }); err != nil {
				return row, err
			}
			all = append(all, c.ways()...)
		}
	}
	if err := o.run(ctx, all); err != nil {
		return row, err
	}
	for _, c := range all {
		row.Results = append(row.Results, c.result())
	}
	row.rank()
	return row, nil
}

// start starts the contestant's processes: one with all cores, or two with one each.
func (c *contestant) start(jobs int, start func(core int) (*process, error)) error {
	use := []int{-1}
	if jobs > 1 {
		use = cores()[:jobs]
	}
	for _, core := range use {
		p, err := start(core)
		if err != nil {
			return err
		}
		c.processes = append(c.processes, p)
	}
	return nil
}

// ways gives the contestant the way that was fastest in the warm-up, and returns
// another one with the next, if there is one: the warm-up is short.
func (c *contestant) ways() []*contestant {
	ways := slices.Clone(c.processes[0].Ways)
	slices.SortStableFunc(ways, func(a, b way) int {
		switch {
		case a.ImagesPerS > b.ImagesPerS:
			return -1
		case a.ImagesPerS < b.ImagesPerS:
			return 1
		}
		return 0
	})
	c.who, c.way = c.processes[0].Who, ways[0].Name
	if len(ways) == 1 {
		return nil
	}
	return []*contestant{{peer: c.peer, who: c.who, way: ways[1].Name, processes: c.processes}}
}

// child starts this program again, for one task.
func (b Bench) child(ctx context.Context, t task, core int) (*process, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("cnnlib (%s %s, batch %d)", t.Measure, t.Net.Name, t.Batch)
	return start(ctx, what, core, hugepages.Environ(), append(slices.Clone(b.Self), string(text))...)
}
