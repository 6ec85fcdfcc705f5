package train

import (
	"fmt"
	"math"
	"time"

	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
)

// Options say how to train. The zero value trains one epoch of plain descent.
type Options struct {
	Epochs    int       // passes over the training pictures; 0 means 1
	Batch     int       // pictures in a step; 0 means 10. What is left of an epoch when no full batch remains is not used
	Optimizer Optimizer // nil means SGD{}
	Rate      Schedule  // the learning rate, for instance Constant(0.1): a number alone is no Schedule; nil means Constant(0.03)

	// L2 is the λ of section 5.23: ½·λ·Σw²/batches is added to the cost, over the
	// weights of all layers but no biases, batches being the steps of an epoch (so
	// in network3.py; the book's formula divides by the number of pictures).
	L2 float64
	// Smoothing is the share of the target that is spread evenly over all classes
	// (C. Szegedy et al. 2015, arXiv:1512.00567, §7).
	Smoothing float64
	// Average, above 0, makes the result a running average of the weights,
	// average ← Average·average + (1-Average)·weights after each step (B. Polyak,
	// A. Juditsky 1992). 0.999 forgets a weight after about a thousand steps.
	Average float64
	Augment Augment // changes each picture at random before it is used; the zero value does not

	// Reconstruct trains the network to give the picture that it gets (an autoencoder;
	// G. Hinton, R. Salakhutdinov 2006, doi:10.1126/science.1127647), in place of its
	// class. The result must have the picture's shape [H W C]; the loss is the mean over
	// the batch and all values of (result - picture)², pixels counting from 0 to 1. With
	// Augment the picture is the changed one. Labels are not looked at and may be nil;
	// Classes and Smoothing must be 0.
	Reconstruct bool

	Classes   int     // 0 means 10, or none with Reconstruct
	White     float64 // the pixel value that becomes 1.0; 0 means 255. Section 5.23 has 256
	Seed      int64   // fixes every random number
	KeepOrder bool    // takes the pictures in the same order in every epoch, as section 5.23 did

	// Validation, if given, is measured after every epoch. The weights of the
	// epoch that does best on it, the latest of equals, are the result: the most accurate
	// one, or with Reconstruct the one with the smallest loss.
	Validation *data.Images
	Patience   int // stops after this number of epochs without a new best; 0 means never

	// Checkpoint names a folder in which the run is kept after every epoch; it is made
	// if it is missing. A Run with the same network, pictures and options goes on
	// from there, to the very same weights on the same backend, however the one
	// before it ended; after the last epoch it only reads the result. "" keeps nothing.
	Checkpoint string

	// Lowerings chooses how convolutions are written; nil means what was measured on
	// this machine (Tune), else a rule for the backend. It changes the weights by
	// rounding only.
	Lowerings lower.Choice

	// Devices spreads each batch over this number of devices of the backend; 0 means 1. The
	// result is the same but for rounding.
	Devices int

	// StepsPerCall is the number of steps between two looks at the clock, at ctx and at
	// OnStep; 0 means as many as take a twentieth of a second if the backend can
	// loop, else 1. It does not change what is trained. More than 1 without a loop
	// are compiled one after the other.
	StepsPerCall int
	OnStep       func(Progress) error // is told after each call of steps; an error ends the training
	OnEpoch      func(Epoch) error    // is told of each epoch; an error ends the training

	networks int // side by side in one graph (RunMany); 0 means 1
}

// Progress is what is known within an epoch.
type Progress struct {
	Step, Steps int           // steps done, and steps of the whole run
	Epoch       int           // counted from 1
	Loss        float64       // of the last step
	Losses      []float64     // of the steps of this call
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
	Layer string  // the first layer with a result that is not finite; "" if only the loss or its gradient is not
	Saved string  // the last good checkpoint; "" without one
}

// Error returns one line.
func (e *NotFiniteError) Error() string {
	where := "no layer's result, but the loss or a gradient is too large"
	if e.Layer != "" {
		where = "the first result that is not finite is that of " + e.Layer
	}
	kept := "the weights are those of the last whole epoch"
	if e.Saved != "" {
		kept += ", as in " + e.Saved
	}
	advice := "use a smaller learning rate"
	if e.Step == 0 { // no rate has had an effect yet
		advice = "look at the numbers that the network starts from (Init, or given Weights and Biases), since no step has been taken"
	}
	return fmt.Sprintf("train: the loss is %v at step %d (epoch %d, learning rate %v); %s: %s; %s", e.Loss, e.Step, e.Epoch, e.Rate, where, advice, kept)
}

func (o Options) filled() Options {
	or := func(v *int, zero int) {
		if *v == 0 {
			*v = zero
		}
	}
	or(&o.Epochs, 1)
	or(&o.Batch, 10)
	if !o.Reconstruct {
		or(&o.Classes, 10)
	}
	or(&o.Devices, 1)
	or(&o.networks, 1)
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

// check refuses options that cannot be followed with that number of pictures of h rows
// and w columns.
func (o Options) check(images, h, w int) error {
	for _, c := range []struct {
		name       string
		value, min int
	}{{"Epochs", o.Epochs, 1}, {"Batch", o.Batch, 1}, {"StepsPerCall", o.StepsPerCall, 0}, {"Devices", o.Devices, 1}, {"Patience", o.Patience, 0}} {
		if c.value < c.min {
			return fmt.Errorf("train: %s is %d, want at least %d", c.name, c.value, c.min)
		}
	}
	switch {
	case o.Reconstruct && (o.Classes != 0 || o.Smoothing != 0):
		return fmt.Errorf("train: Reconstruct with Classes %d and Smoothing %v, want 0 for both: a reconstruction has no classes", o.Classes, o.Smoothing)
	case !o.Reconstruct && o.Classes < 2:
		return fmt.Errorf("train: Classes is %d, want at least 2", o.Classes)
	case o.Batch > images:
		return fmt.Errorf("train: Batch is %d, but there are %d training pictures: use a smaller batch", o.Batch, images)
	case !(o.Smoothing >= 0 && o.Smoothing < 1): // also NaN
		return fmt.Errorf("train: Smoothing is %v, want 0 to below 1", o.Smoothing)
	case !(o.Average >= 0 && o.Average < 1):
		return fmt.Errorf("train: Average is %v, want 0 to below 1", o.Average)
	case !(o.L2 >= 0 && o.L2 <= math.MaxFloat32) || !(o.White > 0 && o.White <= math.MaxFloat32):
		return fmt.Errorf("train: L2 is %v and White %v, want finite numbers, L2 not below 0 and White above 0", o.L2, o.White)
	case o.Patience > 0 && o.Validation == nil:
		return fmt.Errorf("train: Patience is %d without Validation: give pictures to measure on", o.Patience)
	}
	// What an optimizer or a schedule of this package says of its own fields.
	for _, part := range []any{o.Optimizer, o.Rate} {
		if c, ok := part.(interface{ check() error }); ok {
			if err := c.check(); err != nil {
				return err
			}
		}
	}
	return o.Augment.check(h, w)
}

// checkRates refuses a schedule with a learning rate that no training survives. One below
// 0 climbs: the schedules of this package refuse it, a reader's own may mean it.
//
// It asks for a thousand steps at most, the first and the last among them: a run of many
// epochs has more steps than anyone wants to wait for.
func (o Options) checkRates(steps int) error {
	const asked = 1000
	n := min(steps, asked)
	for i := range n {
		step := i
		if steps > asked {
			step = int(float64(i) / (asked - 1) * float64(steps-1))
		}
		if rate := o.Rate.Rate(step, steps); !(math.Abs(rate) <= math.MaxFloat32) { // also NaN
			return fmt.Errorf("train: Rate is %v, which gives %v at step %d of %d, want a finite number", o.Rate, rate, step, steps)
		}
	}
	return nil
}
