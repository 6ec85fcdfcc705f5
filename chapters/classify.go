package chapters

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"gonum.org/v1/gonum/stat"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// Probe is how many of the first test pictures stand for all of them when a
// stored result is checked: few enough for the pure-Go backend. What is counted on
// them is the value "probe errors".
const Probe = 200

// Measure computes more values of a trained network than [Classify] does by itself.
type Measure func(m *train.Model, training, validation, test *data.Images) (map[string]float64, error)

// Classify is the usual arm: train.Run on pictures, with the seed of the trial in
// the options and the validation pictures, if there are any, choosing the epoch.
// The recipe is made of the network's literal, the words on the pictures and the
// options.
//
// It measures these values, beside the values of measures:
//
//	test accuracy      share of the test pictures, from 0 to 1
//	test errors        pictures of the test set
//	probe errors       pictures of the first [Probe] of the test set
//	train accuracy     share of the training pictures (at most 10,000 of them, the first)
//	train loss         mean over the steps of the last epoch
//	validation accuracy, validation loss: of the epoch that was chosen, if there are validation pictures
//	epochs             that were run
//	parameters         trainable numbers
//	seconds per epoch  median; another machine has another
func Classify(name string, net cnnlib.Layer, pictures Pictures, options train.Options, measures ...Measure) Arm {
	return Arm{
		Name: name, Net: net, Pictures: pictures,
		Recipe: recipe(net, pictures, options),
		Run: func(ctx context.Context, backend compute.Backend, seed int64, steps int) (*Trial, error) {
			r, err := newTraining(net, pictures, options, seed, steps)
			if err != nil {
				return nil, err
			}
			t := &Trial{Seed: seed, Digest: fmt.Sprintf("trained on %s; validated on %s; tested on %s",
				train.Digest(r.pictures), train.Digest(r.validation), train.Digest(r.test))}
			m, err := r.run(ctx, backend, t)
			if err != nil {
				return nil, err
			}
			if m == nil {
				return t, nil
			}
			return t, r.measureClassifier(t, m, measures)
		},
	}
}

// trainAccuracyOf bounds the training pictures that are classified: 10,000 give the
// accuracy to half a per cent.
const trainAccuracyOf = 10_000

func (r *training) measureClassifier(t *Trial, m *train.Model, measures []Measure) error {
	test, err := m.Evaluate(r.test)
	if err != nil {
		return err
	}
	probe, err := ProbeErrors(m, r.test)
	if err != nil {
		return err
	}
	some, err := r.pictures.Slice(0, min(trainAccuracyOf, r.pictures.N))
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
		"parameters": float64(r.net.Params(m.In)), "seconds per epoch": stat.Quantile(0.5, stat.Empirical, times, nil),
	}
	if r.validation != nil {
		chosen, err := m.Evaluate(r.validation)
		if err != nil {
			return err
		}
		t.Values["validation accuracy"], t.Values["validation loss"] = chosen.Accuracy, chosen.Loss
	}
	for _, more := range measures {
		values, err := more(m, r.pictures, r.validation, r.test)
		if err != nil {
			return err
		}
		if err := t.addValues(values, ""); err != nil {
			return err
		}
	}
	t.Model = m
	t.Text = map[string]string{
		"recipe": strings.Join(train.Recipe(r.net, r.pictures, r.options), "\n"),
		"test":   train.Digest(r.test), "test errors": fmt.Sprint(test.Errors),
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
