package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Options say how to train. The zero value trains one epoch of plain descent.
type Options struct {
	Epochs    int       // passes over the training pictures; 0 means 1
	Batch     int       // pictures in a step; 0 means 10. What is left of an epoch when no full batch remains is not used
	Optimizer Optimizer // nil means SGD{}
	Rate      Schedule  // nil means Constant(0.03)

	// L2 is the λ of section 5.23: ½·λ·Σw²/batches is added to the cost, over the
	// weights of all layers but no biases, batches being the steps of an epoch (so
	// in network3.py; the book's formula divides by the number of pictures).
	L2 float64
	// Smoothing is the share of the target that is spread evenly over all classes
	// (C. Szegedy et al. 2015, arXiv:1512.00567, §7).
	Smoothing float64

	Classes   int     // 0 means 10
	White     float64 // the pixel value that becomes 1.0; 0 means 255. Section 5.23 has 256
	Seed      int64   // fixes every random number
	KeepOrder bool    // takes the pictures in the same order in every epoch, as section 5.23 did

	// Validation, where given, is measured after every epoch. The weights of the
	// epoch that does best on it, the latest of equals, are the result.
	Validation *data.Images
	Patience   int // stops after so many epochs without a new best; 0 means never

	StepsPerCall int                  // steps in one graph; 0 means 1. More save calls and cost compilation
	OnStep       func(Progress) error // is told after each call of steps; an error ends the training
	OnEpoch      func(Epoch) error    // is told of each epoch; an error ends the training
}

// Progress is what is known within an epoch.
type Progress struct {
	Step, Steps int           // steps done, and steps of the whole run
	Epoch       int           // counted from 1
	Loss        float64       // of the last step
	Images      int           // pictures seen since Run was called
	Time        time.Duration // since Run was called, validation included
}

// Epoch is what is known after an epoch.
type Epoch struct {
	Number     int           // counted from 1
	Loss       float64       // mean over the steps of the epoch
	Validation Score         // the zero value without validation pictures
	Best       bool          // best on the validation pictures so far
	Time       time.Duration // of the training alone
}

// NotFiniteError says that the loss became infinite or not a number.
type NotFiniteError struct {
	Step  int // counted from 0
	Epoch int // counted from 1
	Loss  float64
	Rate  float64 // the learning rate of that step
}

// Error returns one line.
func (e *NotFiniteError) Error() string {
	return fmt.Sprintf("train: the loss is %v at step %d (epoch %d, learning rate %v): use a smaller learning rate; the weights are those of the last whole epoch", e.Loss, e.Step, e.Epoch, e.Rate)
}

func (o Options) filled() Options {
	or := func(v *int, zero int) {
		if *v == 0 {
			*v = zero
		}
	}
	or(&o.Epochs, 1)
	or(&o.Batch, 10)
	or(&o.Classes, 10)
	or(&o.StepsPerCall, 1)
	if o.White == 0 {
		o.White = 255
	}
	if o.Optimizer == nil {
		o.Optimizer = SGD{}
	}
	if o.Rate == nil {
		o.Rate = Constant(0.03)
	}
	return o
}

func (o Options) check(images int) error {
	for _, c := range []struct {
		name       string
		value, min int
	}{{"Epochs", o.Epochs, 1}, {"Batch", o.Batch, 1}, {"Classes", o.Classes, 2}, {"StepsPerCall", o.StepsPerCall, 1}, {"Patience", o.Patience, 0}} {
		if c.value < c.min {
			return fmt.Errorf("train: %s is %d, want at least %d", c.name, c.value, c.min)
		}
	}
	switch {
	case o.Batch > images:
		return fmt.Errorf("train: Batch is %d, but there are %d training pictures: use a smaller batch", o.Batch, images)
	case o.Smoothing < 0 || o.Smoothing >= 1:
		return fmt.Errorf("train: Smoothing is %v, want 0 to below 1", o.Smoothing)
	case o.L2 < 0 || o.White <= 0:
		return fmt.Errorf("train: L2 is %v and White %v, want L2 not below 0 and White above 0", o.L2, o.White)
	case o.Patience > 0 && o.Validation == nil:
		return fmt.Errorf("train: Patience is %d without Validation: give pictures to measure on", o.Patience)
	}
	return nil
}

// Run trains the network on the pictures and returns it. The pictures must have
// labels below Options.Classes, and the network must give one number for each class.
//
// When ctx ends or the loss is no longer finite, Run returns the network as it was
// after the last whole epoch, together with the error; before the first epoch has
// ended that is the network it began with.
func Run(ctx context.Context, backend compute.Backend, net cnnlib.Layer, images *data.Images, options Options) (*Model, error) {
	if backend == nil || net == nil || images == nil {
		return nil, errors.New("train: the backend, the network or the pictures are nil: give all three")
	}
	o := options.filled()
	if err := o.check(images.N); err != nil {
		return nil, err
	}
	m, err := newModel(backend, net, cnnlib.Shape{images.H, images.W, images.C}, o.Classes, o.White, o.Seed)
	if err != nil {
		return nil, err
	}
	return m, m.train(ctx, images, o)
}

func (m *Model) train(ctx context.Context, images *data.Images, o Options) error {
	if err := m.accepts(images); err != nil {
		return err
	}
	x, y := onDevice(images)
	batches := images.N / o.Batch
	step, err := m.stepExec(o, batches)
	if err != nil {
		return err
	}
	defer step.Finalize()

	kept, err := m.Weights() // what an interrupted epoch falls back to
	if err != nil {
		return err
	}
	best, bestWeights := Score{Accuracy: -1}, kept
	sinceBest := 0
	began, seen := time.Now(), 0
	giveUp := func(err error) error { return errors.Join(err, m.setWeights(kept)) }
	for epoch := 1; epoch <= o.Epochs; epoch++ {
		start := time.Now()
		places := order(images.N, epoch, o)
		sum := 0.0
		for b := 0; b < batches; {
			if err := ctx.Err(); err != nil {
				return giveUp(fmt.Errorf("train: stopped in epoch %d: %w", epoch, err))
			}
			n := min(o.StepsPerCall, batches-b)
			first := (epoch-1)*batches + b
			rates := make([]float32, n)
			for i := range rates {
				rates[i] = float32(o.Rate.Rate(first+i, o.Epochs*batches))
			}
			losses, err := m.call(step, x, y,
				tensors.FromFlatDataAndDimensions(places[b*o.Batch:(b+n)*o.Batch], n, o.Batch),
				tensors.FromFlatDataAndDimensions(rates, n))
			if err != nil {
				return giveUp(err)
			}
			for i, loss := range losses {
				if math.IsNaN(float64(loss)) || math.IsInf(float64(loss), 0) {
					return giveUp(&NotFiniteError{Step: first + i, Epoch: epoch, Loss: float64(loss), Rate: float64(rates[i])})
				}
				sum += float64(loss)
			}
			b += n
			seen += n * o.Batch
			if o.OnStep != nil {
				now := Progress{Step: first + n, Steps: o.Epochs * batches, Epoch: epoch, Loss: float64(losses[n-1]), Images: seen, Time: time.Since(began)}
				if err := o.OnStep(now); err != nil {
					return giveUp(err)
				}
			}
		}
		done := Epoch{Number: epoch, Loss: sum / float64(batches), Time: time.Since(start)}
		if kept, err = m.Weights(); err != nil {
			return err
		}
		sinceBest++
		if o.Validation != nil {
			if done.Validation, err = m.Evaluate(o.Validation); err != nil {
				return err
			}
			if done.Best = done.Validation.Accuracy >= best.Accuracy; done.Best {
				best, bestWeights, sinceBest = done.Validation, kept, 0
			}
		}
		m.History = append(m.History, done)
		if o.OnEpoch != nil {
			if err := o.OnEpoch(done); err != nil {
				return err
			}
		}
		if o.Patience > 0 && sinceBest >= o.Patience {
			break
		}
	}
	if o.Validation != nil {
		return m.setWeights(bestWeights)
	}
	return nil
}

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

// stepExec returns the graph of o.StepsPerCall steps, or fewer at the end of an
// epoch: from pictures [N H W C], labels [N], places [steps batch] and rates
// [steps] to losses [steps].
func (m *Model) stepExec(o Options, batches int) (*model.Exec, error) {
	return model.NewExec(m.backend, m.store, func(s *model.Scope, in []*graph.Node) *graph.Node {
		x, y, places, rates := in[0], in[1], in[2], in[3]
		g := x.Graph()
		s.Store().SetTraining(g, true)
		var losses []*graph.Node
		for i := range places.Shape().Dimensions[0] {
			place := graph.Reshape(graph.Slice(places, graph.AxisElem(i)), o.Batch, 1)
			rate := graph.Reshape(graph.Slice(rates, graph.AxisElem(i)))
			logits := m.logits(s, graph.Gather(x, place))                                                                // [batch classes]
			targets := graph.OneHot(graph.ConvertDType(graph.Gather(y, place), dtypes.Int32), o.Classes, logits.DType()) // [batch classes]
			loss := crossEntropy(logits, targets, o.Smoothing)                                                           // []
			losses = append(losses, graph.Reshape(loss, 1))
			cost := loss
			var list []*model.Variable
			var values []*graph.Node
			for v := range s.At(netScope).IterVariables() {
				if !v.Trainable {
					continue
				}
				w := v.NodeValue(g)
				list, values = append(list, v), append(values, w)
				if o.L2 > 0 && v.Name() == "weights" {
					cost = graph.Add(cost, graph.MulScalar(graph.ReduceAllSum(graph.Square(w)), o.L2/2/float64(batches)))
				}
			}
			count := cnnlib.Step(s)
			stepNode := count.NodeValue(g)
			for j, slope := range graph.Gradient(cost, values...) {
				state := s.At("optimizer").At("%d", j)
				list[j].SetNodeValue(o.Optimizer.Update(state, values[j], slope, rate, stepNode))
			}
			count.SetNodeValue(graph.AddScalar(stepNode, 1))
		}
		return graph.Concatenate(losses, 0)
	})
}

// crossEntropy returns the mean over the batch of -Σ target·log softmax(logits).
func crossEntropy(logits, targets *graph.Node, smoothing float64) *graph.Node {
	classes := float64(logits.Shape().Dimensions[1])
	if smoothing > 0 {
		targets = graph.AddScalar(graph.MulScalar(targets, 1-smoothing), smoothing/classes)
	}
	return graph.Neg(graph.ReduceAllMean(graph.ReduceSum(graph.Mul(targets, graph.LogSoftmax(logits)), -1)))
}
