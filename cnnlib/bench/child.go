package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/train"
)

// A task is what a process of ours measures.
type task struct {
	Measure string  `json:"measure"` // train, infer, or a part of a step or of the machine: see parts
	Engine  string  `json:"engine"`  // what Engines.With takes
	Net     network `json:"net"`
	Batch   int     `json:"batch"`
	Many    int     `json:"many,omitempty"`     // networks trained in one graph; 0 means 1
	Lower   string  `json:"lowering,omitempty"` // of all convolutions in training; "" leaves the choice to package train
	Size    int     `json:"size,omitempty"`     // of what measures the machine
}

// Warm-up: the graphs are compiled, and the caches and the clock of the core settle.
// Neither is counted. Where steps are slow, fewer will do.
const (
	warmSteps   = 50
	warmSeconds = 0.3
	warmAtMost  = 3 // seconds
)

// collectTime is for the finalizers of a block's garbage, some ten thousand tensors.
const collectTime = 200 * time.Millisecond

// errEnd ends a training from within: there are no more requests.
var errEnd = errors.New("bench: no more requests")

// runTask does a task in this process: it tells w when it is ready, and answers the
// requests that come from r until there are no more.
func runTask(ctx context.Context, r io.Reader, w, log io.Writer, engines Engines, t task) error {
	return engines.With(ctx, t.Engine, log, func(backend compute.Backend) error {
		g := &gate{in: bufio.NewReader(r), out: json.NewEncoder(w)}
		var err error
		switch t.Measure {
		case "train":
			err = trainTask(ctx, backend, t, g)
		case "infer":
			err = inferTask(ctx, backend, t, g)
		default:
			err = partTask(ctx, backend, t, g)
		}
		if errors.Is(err, errEnd) {
			return nil
		}
		return err
	})
}

// A gate lets a task go on step by step: it is told of each call and stops the task
// between two requests.
type gate struct {
	in    *bufio.Reader
	out   *json.Encoder
	warm  bool
	began time.Time // of the request, or of the warm-up
	steps int       // since then
	batch int
	ask   request
}

// passed records that steps more steps are done. It returns errEnd at the end.
func (g *gate) passed(steps int) error {
	g.steps += steps
	seconds := time.Since(g.began).Seconds()
	if !g.warm {
		if (g.steps < warmSteps || seconds < warmSeconds) && seconds < warmAtMost {
			return nil
		}
		g.warm = true
		if err := g.out.Encode(ready{Who: "cnnlib", Ways: []way{{ImagesPerS: float64(g.steps*g.batch) / seconds}}}); err != nil {
			return err
		}
	} else {
		if g.ask.Steps > 0 && g.steps < g.ask.Steps || g.ask.Steps == 0 && seconds < g.ask.Seconds {
			return nil
		}
		s := sample{Steps: g.steps, Images: g.steps * g.batch, Seconds: seconds}
		if g.ask.Collect {
			debug.FreeOSMemory()
			time.Sleep(collectTime) // what the garbage held outside Go's heap is freed by finalizers
		}
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
	g.ask = request{}
	if err := json.Unmarshal(line, &g.ask); err != nil {
		return fmt.Errorf("bench: the request %q: %w", line, err)
	}
	g.steps, g.began = 0, time.Now()
	return nil
}

// run takes the step f again and again, until there are no more requests.
func (g *gate) run(ctx context.Context, batch int, f func() error) error {
	return g.runSome(ctx, batch, 1, f)
}

// runSome is run for an f that takes the given number of steps.
func (g *gate) runSome(ctx context.Context, batch, steps int, f func() error) error {
	g.batch, g.began = batch, time.Now()
	for {
		if err := f(); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := g.passed(steps); err != nil {
			return err
		}
	}
}

// trainTask trains as a reader does, through train.Run with what it chooses by itself.
func trainTask(ctx context.Context, backend compute.Backend, t task, g *gate) error {
	net, err := t.Net.Build()
	if err != nil {
		return err
	}
	images, err := t.Net.pictures()
	if err != nil {
		return err
	}
	done := 0
	many := max(t.Many, 1)
	g.batch = t.Batch * many
	o := train.Options{
		Epochs: 1 << 20, // ends with errEnd
		Batch:  t.Batch, Rate: train.Constant(0.03), White: data.NielsenDivisor,
		OnStep: func(p train.Progress) error {
			steps := p.Step - done
			done = p.Step
			if steps == p.Step { // the first call, which compiles
				g.began = time.Now()
				return nil
			}
			return g.passed(steps)
		},
	}
	if t.Lower != "" {
		l, err := lower.Parse(t.Lower)
		if err != nil {
			return err
		}
		o.Lowerings = lower.Force(l)
	}
	if many > 1 {
		_, err = train.RunMany(ctx, backend, net, images, o, many)
	} else {
		_, err = train.Run(ctx, backend, net, images, o)
	}
	return err
}

// inferTask asks a network for the classes of random batches.
func inferTask(ctx context.Context, backend compute.Backend, t task, g *gate) error {
	net, err := t.Net.Build()
	if err != nil {
		return err
	}
	images, err := t.Net.pictures()
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
	// As with the peers, the pictures are on the device, the network sees t.Batch of them
	// at once, a call gets the places of several such batches, and only classes come
	// back (here to Go, there they stay arrays of the library).
	m.Batch = t.Batch
	loaded, err := m.Load(images)
	if err != nil {
		return err
	}
	defer loaded.Close()
	random := rand.New(rand.NewPCG(0, 0))
	places := make([]int32, t.Batch*askedTogether*max(1, askedAtOnce/(t.Batch*askedTogether)))
	return g.runSome(ctx, t.Batch, len(places)/t.Batch, func() error {
		for i := range places {
			places[i] = random.Int32N(int32(images.N))
		}
		_, err := loaded.Predict(places)
		return err
	})
}

// A call of Predict is given about askedAtOnce pictures, in multiples of askedTogether batches:
// the most that run in parallel, so that no place in a turn stays empty.
const (
	askedAtOnce   = 8000
	askedTogether = 80
)
