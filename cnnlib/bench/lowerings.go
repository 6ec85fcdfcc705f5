package bench

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

// Lowerings is what train.Tune knows about the convolutions of a network on an engine.
type Lowerings struct {
	Engine       string           `json:"engine"`
	Net          string           `json:"net"`
	Batch        int              `json:"batch"`
	Convolutions []train.Measured `json:"convolutions"`
}

// Lowerings measures the lowerings of every network and batch of the options, if that
// is not done yet, on each engine. It runs in this process: the switches of the
// first plugin hold for all.
func (b Bench) Lowerings(ctx context.Context, o Options) (all []Lowerings, err error) {
	o = o.filled(10, 64)
	if err := o.check(); err != nil {
		return nil, err
	}
	engines, err := o.chosen(ctx, b.Engines)
	if err != nil {
		return nil, err
	}
	for _, e := range engines {
		err := b.Engines.With(ctx, e.choice(), o.Log, func(backend compute.Backend) error {
			for _, name := range o.Networks {
				for _, batch := range o.Batches {
					net, err := network{Name: name}.Build()
					if err != nil {
						return err
					}
					found, err := train.Tune(ctx, backend, net, cnnlib.Shape{28, 28, 1}, train.Options{Batch: batch})
					if err != nil {
						return err
					}
					if len(found) > 0 {
						all = append(all, Lowerings{Engine: e.Name(), Net: name, Batch: batch, Convolutions: found})
					}
				}
			}
			return nil
		})
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// writeLowerings prints a line for each convolution, the fastest lowering first.
func writeLowerings(w io.Writer, all []Lowerings) error {
	for _, l := range all {
		if _, err := fmt.Fprintf(w, "%s, batch %d on %s\n", l.Net, l.Batch, l.Engine); err != nil {
			return err
		}
		for _, c := range l.Convolutions {
			names := make([]string, 0, len(c.Seconds))
			for name := range c.Seconds {
				names = append(names, name)
			}
			slices.SortFunc(names, func(a, b string) int {
				if c.Seconds[a] < c.Seconds[b] {
					return -1
				}
				return 1
			})
			for i, name := range names {
				names[i] = fmt.Sprintf("%s %.3g ms", name, 1000*c.Seconds[name])
			}
			if _, err := fmt.Fprintf(w, "  %s: %s\n", c.Work, strings.Join(names, ", ")); err != nil {
				return err
			}
		}
	}
	return nil
}
