package chapters

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// FirstLosses is how many losses of the first steps a trial of [Classify] or [Reconstruct]
// stores.
const FirstLosses = 10

// training is one training of an arm: what [Classify] and [Reconstruct] share.
type training struct {
	net     cnnlib.Layer
	options train.Options
	steps   int // above 0: end after this many

	pictures, validation, test *data.Images
}

// newTraining loads the pictures of an arm.
func newTraining(net cnnlib.Layer, pictures Pictures, options train.Options, seed int64, steps int) (*training, error) {
	r := &training{net: net, options: options, steps: steps}
	r.options.Seed = seed
	var err error
	r.pictures, r.validation, r.test, err = pictures.Load()
	r.options.Validation = r.validation
	return r, err
}

// errEnough ends a training after the steps that were asked for.
var errEnough = errors.New("enough steps")

// run trains, and fills in the losses and the seconds of the trial. It returns no network if
// the training ended after the steps that were asked for.
func (r *training) run(ctx context.Context, backend compute.Backend, t *Trial) (*train.Model, error) {
	tell := teller(ctx)
	o := r.options
	o.OnStep = func(p train.Progress) error {
		if p.Step-len(p.Losses) == len(t.Losses) { // a call takes several steps; a run that goes on does not see the first
			t.Losses = append(t.Losses, p.Losses[:min(len(p.Losses), FirstLosses-len(t.Losses))]...)
		}
		if r.steps > 0 && p.Step >= r.steps {
			return errEnough
		}
		tell(p)
		return nil
	}
	start := time.Now()
	m, err := train.Run(ctx, backend, r.net, r.pictures, o)
	if r.steps > 0 && errors.Is(err, errEnough) {
		t.Losses = t.Losses[:min(len(t.Losses), r.steps)]
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t.Seconds = time.Since(start).Seconds()
	return m, nil
}

// untrained returns the network with the weights that run starts from: a training that ends
// in its first epoch leaves it so.
func (r *training) untrained(ctx context.Context, backend compute.Backend) (*train.Model, error) {
	o := r.options
	o.Checkpoint = "" // another training would go on from there
	o.OnStep = func(train.Progress) error { return errEnough }
	m, err := train.Run(ctx, backend, r.net, r.pictures, o)
	if errors.Is(err, errEnough) {
		return m, nil
	}
	if err == nil {
		err = errors.New("chapters: a training could not be ended at its first step")
	}
	return nil, err
}

// addValues adds measured values to the trial, under names that end with when. It
// is an error to measure a value twice.
func (t *Trial) addValues(values map[string]float64, when string) error {
	for name, v := range values {
		name += when
		if _, taken := t.Values[name]; taken {
			return fmt.Errorf("chapters: the value %q is measured twice: give it another name", name)
		}
		t.Values[name] = v
	}
	return nil
}

// recipe is train.Recipe without the seed, and with the pictures in words: to find
// out whether a result is stored must not read data sets.
func recipe(net cnnlib.Layer, pictures Pictures, options train.Options) string {
	options.Validation = nil
	lines := slices.DeleteFunc(train.Recipe(net, nil, options), func(line string) bool {
		return strings.HasPrefix(line, "Seed: ") || strings.HasPrefix(line, "pictures: ") || strings.HasPrefix(line, "Validation: ")
	})
	return strings.Join(append(lines, "pictures: "+pictures.Describe), "\n")
}

type tellerKey struct{}

// WithProgress makes trainings of [Classify] and [Reconstruct] under ctx tell of their steps.
func WithProgress(ctx context.Context, tell func(train.Progress)) context.Context {
	return context.WithValue(ctx, tellerKey{}, tell)
}

func teller(ctx context.Context) func(train.Progress) {
	if tell, ok := ctx.Value(tellerKey{}).(func(train.Progress)); ok {
		return tell
	}
	return func(train.Progress) {}
}
