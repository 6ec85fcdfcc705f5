package chapters

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// MeasurePictures computes more values of a network that reconstructs pictures than
// [Reconstruct] does by itself.
type MeasurePictures func(backend compute.Backend, m *train.Model, test *data.Images) (map[string]float64, error)

// Reconstruct is the arm of an autoencoder: as [Classify], but the network learns to give
// the picture that it gets (train.Options.Reconstruct). It is measured on the test pictures
// twice, before its first step and after its last, since what a network draws before
// training shows what its form alone does. Names of values end with the time:
//
//	loss before, loss after   mean squared error of a pixel, pixels counting from 0 to 1
//	x before, x after         if x is a value of measures
func Reconstruct(name string, net cnnlib.Layer, pictures Pictures, options train.Options, measures ...MeasurePictures) Arm {
	options.Reconstruct = true
	return Arm{
		Name: name, Net: net, Pictures: pictures,
		Recipe: recipe(net, pictures, options),
		Run: func(ctx context.Context, backend compute.Backend, seed int64, steps int) (*Trial, error) {
			r, err := newTraining(net, pictures, options, seed, steps)
			if err != nil {
				return nil, err
			}
			t := &Trial{Seed: seed, Values: map[string]float64{}, Digest: "trained on " + train.Digest(r.pictures)}
			if r.validation != nil {
				t.Digest += "; validated on " + train.Digest(r.validation)
			}
			t.Digest += "; measured on " + train.Digest(r.test)
			if steps == 0 {
				start, err := r.untrained(ctx, backend)
				if err != nil {
					return nil, err
				}
				if err := r.measurePictures(backend, t, start, " before", measures); err != nil {
					return nil, err
				}
			}
			m, err := r.run(ctx, backend, t)
			if err != nil {
				return nil, err
			}
			if m == nil {
				return t, nil
			}
			t.Model = m
			return t, r.measurePictures(backend, t, m, " after", measures)
		},
	}
}

func (r *training) measurePictures(backend compute.Backend, t *Trial, m *train.Model, when string, measures []MeasurePictures) error {
	score, err := m.Evaluate(r.test)
	if err != nil {
		return err
	}
	if err := t.addValues(map[string]float64{"loss": score.Loss}, when); err != nil {
		return err
	}
	for _, more := range measures {
		values, err := more(backend, m, r.test)
		if err != nil {
			return err
		}
		if err := t.addValues(values, when); err != nil {
			return err
		}
	}
	return nil
}

// MeasuredOn returns the pictures with the first n of the test set in place of all. A line
// of the recipe says so.
func (p Pictures) MeasuredOn(n int) Pictures {
	few := Pictures{Describe: fmt.Sprintf("%s\nmeasured on the first %d test pictures", p.Describe, n)}
	few.Load = func() (training, validation, test *data.Images, err error) {
		training, validation, test, err = p.Load()
		if err != nil {
			return nil, nil, nil, err
		}
		test, err = test.Slice(0, n)
		return training, validation, test, err
	}
	return few
}
