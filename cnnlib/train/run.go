package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/checkpoint"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
)

// Run trains the network on the pictures and returns it. The pictures must have
// labels below Options.Classes, and the network must give one number for each class;
// with Options.Reconstruct it must give a picture.
//
// When ctx ends or the loss is no longer finite, Run returns the network as it was
// after the last whole epoch, together with the error; before the first epoch has
// ended that is the network it began with.
func Run(ctx context.Context, backend compute.Backend, net cnnlib.Layer, images *data.Images, options Options) (*Model, error) {
	if ctx == nil {
		return nil, errContext
	}
	if backend == nil || net == nil || images == nil {
		return nil, errors.New("train: the backend, the network or the pictures are nil: give all three")
	}
	o := options.filled()
	if err := o.check(images.N, images.H, images.W); err != nil {
		return nil, err
	}
	m, err := newModel(backend, net, cnnlib.Shape{images.H, images.W, images.C}, o.Classes*o.networks, o.White, o.Seed)
	if err != nil {
		return nil, err
	}
	if err := m.accepts(images); err != nil {
		return nil, err
	}
	if o.Validation != nil {
		if err := m.accepts(o.Validation); err != nil {
			return nil, fmt.Errorf("train: Validation: %s", strings.TrimPrefix(err.Error(), "train: "))
		}
	}
	if !m.trains() {
		return nil, fmt.Errorf("train: the network %v has no weights to train: give it a layer with weights, a Dense for instance", net)
	}
	if err := o.checkRates(o.Epochs * (images.N / o.Batch)); err != nil {
		return nil, err
	}
	r, err := newRun(ctx, m, images, o)
	if err != nil {
		return nil, err
	}
	return m, errors.Join(r.train(ctx), r.close())
}

// run is a training under way.
type run struct {
	m       *Model
	o       Options
	images  *data.Images
	devices *devices
	x, y    any // the pictures and their labels, on the devices
	batches int // steps of an epoch
	step    *model.Exec
	loops   bool // the graph takes the number of steps to take
	pace    *pace

	lowerings map[string]string // by work: how convolutions were written

	// After the last whole epoch, or at the beginning:
	kept   values // all variables of the store
	result values // the network's variables: what Run returns if no more comes

	best        Score // on the validation pictures
	bestResult  values
	sinceBest   int // epochs
	folder      *checkpoint.Folder
	saved       string // the newest checkpoint
	fingerprint []string

	began time.Time
	seen  int // pictures since then
}

func newRun(ctx context.Context, m *Model, images *data.Images, o Options) (r *run, err error) {
	r = &run{m: m, o: o, images: images, batches: images.N / o.Batch, best: worst, began: time.Now()}
	choose, err := m.lowerings(ctx, o, r.batches)
	if err != nil {
		return nil, err
	}
	r.follow(choose)
	if r.devices, err = newDevices(m.backend, o); err != nil {
		return nil, err
	}
	if o.Average > 0 {
		if err := m.startAverages(); err != nil {
			return nil, err
		}
	}
	if r.kept, err = m.snapshot(); err != nil {
		return nil, err
	}
	if r.result, err = m.Weights(); err != nil {
		return nil, err
	}
	if o.Checkpoint != "" {
		if err := r.resume(); err != nil {
			return nil, errors.Join(err, r.close())
		}
	}
	if err := r.prepare(); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

// follow makes convolutions follow a choice, and notes what it was.
func (r *run) follow(choose func(work) lower.Lowering) {
	r.lowerings = map[string]string{}
	lower.Set(r.m.store, func(w lower.Work) lower.Lowering {
		here := r.m.workOf(w)
		l := choose(here)
		if w.Batch == r.o.Batch {
			r.lowerings[here.key()] = l.String()
		}
		return l
	})
}

// prepare makes the inputs and the graph of the steps.
func (r *run) prepare() (err error) {
	x, y := onDevice(r.images)
	if r.x, err = r.devices.put(x, false); err != nil {
		return err
	}
	if r.y, err = r.devices.put(y, false); err != nil {
		return err
	}
	return r.compile()
}

// compile chooses and makes the graph of the steps.
func (r *run) compile() (err error) {
	if r.o.StepsPerCall != 1 && r.devices == nil {
		if r.loops, err = r.m.makeVariables(r.o, r.batches); err != nil {
			return err
		}
	}
	if r.loops {
		r.pace = newPace(r.o.StepsPerCall)
		r.pace.most = min(r.pace.most, r.batches)
		r.step, err = r.m.looped(r.o, r.batches)
	} else {
		r.pace = newPace(max(1, r.o.StepsPerCall))
		r.step, err = r.m.unrolled(r.o, r.batches)
	}
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	r.devices.spread(r.step)
	return nil
}

func (r *run) close() error {
	if r.step != nil {
		r.step.Finalize()
	}
	if r.folder != nil {
		return r.folder.Close()
	}
	return nil
}

// train runs the epochs that are left.
func (r *run) train(ctx context.Context) error {
	for epoch := len(r.m.History) + 1; epoch <= r.o.Epochs && !r.outOfPatience(); epoch++ {
		start := time.Now()
		loss, err := r.epoch(ctx, epoch)
		if err != nil {
			return errors.Join(err, r.m.restore(r.kept), r.m.setWeights(r.result))
		}
		done := Epoch{Number: epoch, Loss: loss, Time: time.Since(start)}
		if err := r.finish(done); err != nil {
			return err
		}
		if r.o.OnEpoch != nil {
			if err := r.o.OnEpoch(r.m.History[len(r.m.History)-1]); err != nil {
				return errors.Join(err, r.m.setWeights(r.result))
			}
		}
	}
	if r.o.Validation != nil && r.bestResult != nil {
		return r.m.setWeights(r.bestResult)
	}
	return r.m.setWeights(r.result)
}

func (r *run) outOfPatience() bool { return r.o.Patience > 0 && r.sinceBest >= r.o.Patience }

// epoch runs the steps of one epoch and returns the mean of their losses.
func (r *run) epoch(ctx context.Context, epoch int) (float64, error) {
	places := order(r.images.N, epoch, r.o)
	sum := 0.0
	for b := 0; b < r.batches; {
		if err := ctx.Err(); err != nil {
			return 0, fmt.Errorf("train: stopped in epoch %d: %w", epoch, err)
		}
		n := min(r.pace.next, r.batches-b)
		start := time.Now()
		losses, err := r.call(places, epoch, b, n)
		if err != nil {
			return 0, err
		}
		r.pace.took(n, time.Since(start))
		for i, loss := range losses {
			if !finite(loss) {
				return 0, r.notFinite(places, epoch, b, i, loss)
			}
			sum += float64(loss)
		}
		b += n
		r.seen += n * r.o.Batch
		if r.o.OnStep != nil {
			err := r.o.OnStep(Progress{Step: r.first(epoch) + b, Steps: r.o.Epochs * r.batches, Epoch: epoch,
				Losses: widened(losses), Loss: float64(losses[n-1]), Images: r.seen, Time: time.Since(r.began)})
			if err != nil {
				return 0, err
			}
		}
	}
	return sum / float64(r.batches), nil
}

// first returns the number of steps before an epoch.
func (r *run) first(epoch int) int { return (epoch - 1) * r.batches }

// call runs n steps from batch b of an epoch on and returns their losses.
func (r *run) call(places []int32, epoch, b, n int) (losses []float32, err error) {
	size := n
	if r.loops {
		size = r.pace.most // of the inputs; the graph stops after n
	}
	rates := make([]float32, size)
	for i := range n {
		rates[i] = r.rate(r.first(epoch) + b + i)
	}
	chosen := make([]int32, size*r.o.Batch)
	copy(chosen, places[b*r.o.Batch:(b+n)*r.o.Batch])
	batch, err := r.devices.put(tensors.FromFlatDataAndDimensions(chosen, size, r.o.Batch), true)
	if err != nil {
		return nil, err
	}
	rate, err := r.devices.put(tensors.FromFlatDataAndDimensions(rates, size), false)
	if err != nil {
		return nil, err
	}
	inputs := []any{r.x, r.y, batch, rate}
	if r.loops {
		inputs = append(inputs, tensors.FromScalar(int32(n)))
	}
	err = lower.Guard("training "+r.m.Net.String(), func() error {
		results, err := r.step.Call(inputs...)
		if err != nil {
			return err
		}
		losses = results[0].Value().([]float32)[:n] // every device has them all
		done := results                             // otherwise their memory waits for the garbage collector
		for _, input := range inputs[2:] {
			if t, ok := input.(*tensors.Tensor); ok {
				done = append(done, t)
			}
		}
		for _, t := range done {
			if err := t.FinalizeAll(); err != nil {
				return err
			}
		}
		return nil
	})
	return losses, err
}

func widened(losses []float32) []float64 {
	wide := make([]float64, len(losses))
	for i, l := range losses {
		wide[i] = float64(l)
	}
	return wide
}

func (r *run) rate(step int) float32 { return float32(r.o.Rate.Rate(step, r.o.Epochs*r.batches)) }

// finish keeps the state after an epoch and measures it.
func (r *run) finish(done Epoch) (err error) {
	if r.kept, err = r.m.snapshot(); err != nil {
		return err
	}
	if r.result, err = r.m.Weights(); err != nil {
		return err
	}
	if r.o.Average > 0 {
		r.m.takeAverages(r.result, r.kept)
	}
	r.sinceBest++
	if r.o.Validation != nil {
		if err := r.m.setWeights(r.result); err != nil {
			return err
		}
		if done.Validation, err = r.m.Evaluate(r.o.Validation); err != nil {
			return err
		}
		if done.Best = r.notWorse(done.Validation); done.Best {
			r.best, r.bestResult, r.sinceBest = done.Validation, r.result, 0
		}
		if r.o.Average > 0 { // training goes on from the weights, not from their average
			if err := r.m.restore(r.kept); err != nil {
				return err
			}
		}
	}
	r.m.History = append(r.m.History, done)
	if r.folder != nil {
		return r.save()
	}
	return nil
}

// worst is below every score that can be measured. Its loss can be written as JSON.
var worst = Score{Accuracy: -1, Loss: math.MaxFloat64}

// notWorse says whether a score on the validation pictures equals or beats the best.
func (r *run) notWorse(s Score) bool {
	if r.o.Reconstruct {
		return s.Loss <= r.best.Loss
	}
	// By counts: a checkpoint can hold a share that was rounded otherwise.
	return r.best.Accuracy < 0 || s.Errors <= r.best.Errors
}

// notFinite tells which layer the loss of step i behind batch b comes from. The
// weights of that step are lost, so the epoch is done again up to there.
func (r *run) notFinite(places []int32, epoch, b, i int, loss float32) error {
	step := r.first(epoch) + b + i
	e := &NotFiniteError{Step: step, Epoch: epoch, Loss: float64(loss), Rate: r.o.Rate.Rate(step, r.o.Epochs*r.batches), Saved: r.saved}
	if err := r.m.restore(r.kept); err != nil {
		return errors.Join(e, err)
	}
	for again := 0; again < b+i; {
		n := min(r.pace.most, b+i-again)
		if _, err := r.call(places, epoch, again, n); err != nil {
			return errors.Join(e, err)
		}
		again += n
	}
	var err error
	e.Layer, err = r.m.notFiniteLayer(r.images, places[(b+i)*r.o.Batch:][:r.o.Batch])
	return errors.Join(e, err)
}

func finite(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }

// order returns the numbers of the pictures in the order of an epoch, a function
// of the seed and the epoch only.
func order(n, epoch int, o Options) []int32 {
	if !o.KeepOrder {
		return data.Permutation(n, uint64(o.Seed), epoch)
	}
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	return order
}
