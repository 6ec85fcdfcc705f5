package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"github.com/gomlx/compute"
)

// A Job is what a process of ours measures.
type Job struct {
	Measure string  `json:"measure"` // train, infer, or a part of a step or of the machine: see parts
	Engine  string  `json:"engine"`  // what Engines.With takes
	Net     Network `json:"net"`
	Batch   int     `json:"batch"`
	Size    int     `json:"size,omitempty"` // of what measures the machine
}

// Warm-up: the graphs are compiled, and the caches and the clock of the core settle.
// Neither is counted. Where steps are slow, fewer will do.
const (
	warmSteps   = 50
	warmSeconds = 0.3
	warmAtMost  = 3 // seconds
)

// errEnd ends a training from within: there are no more requests.
var errEnd = errors.New("bench: no more requests")

// Child does a job in this process: it tells w when it is ready, and answers the
// requests that come from r until there are no more.
func Child(ctx context.Context, r io.Reader, w, log io.Writer, engines Engines, job Job) error {
	return engines.With(ctx, job.Engine, log, func(backend compute.Backend) error {
		g := &gate{in: bufio.NewReader(r), out: json.NewEncoder(w)}
		var err error
		switch job.Measure {
		case "train":
			err = trainJob(ctx, backend, job, g)
		case "infer":
			err = inferJob(ctx, backend, job, g)
		default:
			err = partJob(ctx, backend, job, g)
		}
		if errors.Is(err, errEnd) {
			return nil
		}
		return err
	})
}

// A gate lets a job run step by step: it is told of each call and stops the job
// between two requests.
type gate struct {
	in    *bufio.Reader
	out   *json.Encoder
	warm  bool
	began time.Time // of the request, or of the warm-up
	steps int       // since then
	batch int
	ask   Request
}

// passed says that so many steps more are done. It returns errEnd at the end.
func (g *gate) passed(steps int) error {
	g.steps += steps
	seconds := time.Since(g.began).Seconds()
	if !g.warm {
		if (g.steps < warmSteps || seconds < warmSeconds) && seconds < warmAtMost {
			return nil
		}
		g.warm = true
		if err := g.out.Encode(Ready{Who: "cnnlib", Ways: []Way{{ImagesPerS: float64(g.steps*g.batch) / seconds}}}); err != nil {
			return err
		}
	} else {
		if g.ask.Steps > 0 && g.steps < g.ask.Steps || g.ask.Steps == 0 && seconds < g.ask.Seconds {
			return nil
		}
		s := Sample{Steps: g.steps, Images: g.steps * g.batch, Seconds: seconds}
		s.RSSMB, s.PeakMB = memory()
		if err := g.out.Encode(s); err != nil {
			return err
		}
	}
	line, err := g.in.ReadBytes('\n')
	if errors.Is(err, io.EOF) {
		return errEnd
	}
	if err != nil {
		return err
	}
	g.ask = Request{}
	if err := json.Unmarshal(line, &g.ask); err != nil {
		return fmt.Errorf("bench: the request %q: %w", line, err)
	}
	g.steps, g.began = 0, time.Now()
	return nil
}

// run takes the step f again and again, until there are no more requests.
func (g *gate) run(ctx context.Context, batch int, f func() error) error {
	g.batch, g.began = batch, time.Now()
	for {
		if err := f(); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := g.passed(1); err != nil {
			return err
		}
	}
}

// trainJob trains as a reader does, through train.Run with what it chooses by itself.
func trainJob(ctx context.Context, backend compute.Backend, job Job, g *gate) error {
	net, err := job.Net.Build()
	if err != nil {
		return err
	}
	images, err := job.Net.pictures()
	if err != nil {
		return err
	}
	done := 0
	g.batch = job.Batch
	_, err = train.Run(ctx, backend, net, images, train.Options{
		Epochs: 1 << 20, // ends with errEnd
		Batch:  job.Batch, Rate: train.Constant(0.03), White: data.NielsenDivisor,
		OnStep: func(p train.Progress) error {
			steps := p.Step - done
			done = p.Step
			if steps == p.Step { // the first call, which compiles
				g.began = time.Now()
				return nil
			}
			return g.passed(steps)
		},
	})
	return err
}

// inferJob asks a network for the classes of random batches.
func inferJob(ctx context.Context, backend compute.Backend, job Job, g *gate) error {
	net, err := job.Net.Build()
	if err != nil {
		return err
	}
	images, err := job.Net.pictures()
	if err != nil {
		return err
	}
	one, err := images.Slice(0, 1)
	if err != nil {
		return err
	}
	m, err := train.Run(ctx, backend, net, one, train.Options{Batch: 1, White: data.NielsenDivisor})
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(0, 0))
	places := make([]int32, job.Batch)
	return g.run(ctx, job.Batch, func() error {
		for i := range places {
			places[i] = random.Int32N(int32(images.N))
		}
		batch, err := images.Take(places)
		if err != nil {
			return err
		}
		_, err = m.Predict(batch)
		return err
	})
}
