package chapters

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/compute"
	"gonum.org/v1/gonum/stat"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// FirstLosses is how many losses of the first steps a trial of [Classify] stores.
const FirstLosses = 10

// Probe is how many of the first test pictures stand for all of them where a
// stored result is checked: few enough for the pure-Go backend. What is counted on
// them is the value "probe errors".
const Probe = 200

// Measure computes more values of a trained network than [Classify] does by itself.
type Measure func(m *train.Model, training, validation, test *data.Images) (map[string]float64, error)

// Classify is the usual arm: train.Run on pictures, with the seed of the trial in
// the options and the validation pictures, where there are any, choosing the epoch.
// The recipe is made of the network's literal, the words on the pictures and the
// options.
//
// It measures these values, beside those of measures:
//
//	test accuracy      share of the test pictures, from 0 to 1
//	test errors        pictures of the test set
//	probe errors       pictures of the first [Probe] of the test set
//	train accuracy     share of the training pictures (at most 10,000 of them, the first)
//	train loss         mean over the steps of the last epoch
//	validation accuracy, validation loss: of the epoch that was chosen, where there are validation pictures
//	epochs             that were run
//	parameters         trainable numbers
//	seconds per epoch  median; another machine has another
func Classify(name string, net cnnlib.Layer, pictures Pictures, options train.Options, measures ...Measure) Arm {
	return Arm{
		Name: name, Net: net, Pictures: pictures,
		Recipe: recipe(net, pictures, options),
		Run: func(ctx context.Context, backend compute.Backend, seed int64, steps int) (*Trial, error) {
			c := classification{net: net, pictures: pictures, options: options, measures: measures, steps: steps}
			c.options.Seed = seed
			return c.run(ctx, backend)
		},
	}
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

// classification is a trial of Classify.
type classification struct {
	net      cnnlib.Layer
	pictures Pictures
	options  train.Options
	measures []Measure
	steps    int // above 0: end after so many

	training, validation, test *data.Images
}

// errEnough ends a training after the steps that were asked for.
var errEnough = errors.New("enough steps")

func (c *classification) run(ctx context.Context, backend compute.Backend) (*Trial, error) {
	var err error
	if c.training, c.validation, c.test, err = c.pictures.Load(); err != nil {
		return nil, err
	}
	c.options.Validation = c.validation
	t := &Trial{Seed: c.options.Seed, Digest: fmt.Sprintf("trained on %s; validated on %s; tested on %s",
		train.Digest(c.training), train.Digest(c.validation), train.Digest(c.test))}
	tell := teller(ctx)
	c.options.OnStep = func(p train.Progress) error {
		if p.Step-len(p.Losses) == len(t.Losses) { // a call takes several steps; a run that goes on does not see the first
			t.Losses = append(t.Losses, p.Losses[:min(len(p.Losses), FirstLosses-len(t.Losses))]...)
		}
		if c.steps > 0 && p.Step >= c.steps {
			return errEnough
		}
		tell(p)
		return nil
	}
	start := time.Now()
	m, err := train.Run(ctx, backend, c.net, c.training, c.options)
	if c.steps > 0 && errors.Is(err, errEnough) {
		t.Losses = t.Losses[:min(len(t.Losses), c.steps)]
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	t.Seconds = time.Since(start).Seconds()
	return t, c.measure(t, m)
}

// trainAccuracyOf bounds the training pictures that are classified: 10,000 give the
// accuracy to half a per cent.
const trainAccuracyOf = 10_000

func (c *classification) measure(t *Trial, m *train.Model) error {
	test, err := m.Evaluate(c.test)
	if err != nil {
		return err
	}
	probe, err := ProbeErrors(m, c.test)
	if err != nil {
		return err
	}
	some, err := c.training.Slice(0, min(trainAccuracyOf, c.training.N))
	if err != nil {
		return err
	}
	seen, err := m.Evaluate(some)
	if err != nil {
		return err
	}
	var times []float64
	for _, e := range m.History {
		times = append(times, e.Time.Seconds())
	}
	slices.Sort(times)
	t.Values = map[string]float64{
		"test accuracy": test.Accuracy, "test errors": float64(test.Errors), "probe errors": float64(probe),
		"train accuracy": seen.Accuracy, "train loss": m.History[len(m.History)-1].Loss, "epochs": float64(len(m.History)),
		"parameters": float64(c.net.Params(m.In)), "seconds per epoch": stat.Quantile(0.5, stat.Empirical, times, nil),
	}
	if c.validation != nil {
		chosen, err := m.Evaluate(c.validation)
		if err != nil {
			return err
		}
		t.Values["validation accuracy"], t.Values["validation loss"] = chosen.Accuracy, chosen.Loss
	}
	for _, more := range c.measures {
		values, err := more(m, c.training, c.validation, c.test)
		if err != nil {
			return err
		}
		for name, v := range values {
			if _, taken := t.Values[name]; taken {
				return fmt.Errorf("chapters: the value %q is measured twice: give it another name", name)
			}
			t.Values[name] = v
		}
	}
	t.Model = m
	t.Text = map[string]string{
		"recipe": strings.Join(train.Recipe(c.net, c.training, c.options), "\n"),
		"test":   train.Digest(c.test), "test errors": fmt.Sprint(test.Errors),
	}
	return nil
}

// ProbeErrors counts the mistakes of a network on the first [Probe] test pictures.
func ProbeErrors(m *train.Model, test *data.Images) (int, error) {
	some, err := test.Slice(0, min(Probe, test.N))
	if err != nil {
		return 0, err
	}
	score, err := m.Evaluate(some)
	return score.Errors, err
}

type tellerKey struct{}

// WithProgress makes trainings of [Classify] under ctx tell of their steps.
func WithProgress(ctx context.Context, tell func(train.Progress)) context.Context {
	return context.WithValue(ctx, tellerKey{}, tell)
}

func teller(ctx context.Context) func(train.Progress) {
	if tell, ok := ctx.Value(tellerKey{}).(func(train.Progress)); ok {
		return tell
	}
	return func(train.Progress) {}
}
