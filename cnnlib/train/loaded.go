package train

import (
	"errors"
	"fmt"

	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
)

// Loaded is a set of pictures that stays on the device, beside the network that is asked
// about some of them again and again: only their places go there, and only classes come
// back. Model.Load makes it.
type Loaded struct {
	m *Model
	n int
	x *tensors.Tensor // [N H W C]
}

// Load copies the pictures to the device, a byte a value; later changes of them have no effect.
// Close frees that memory. It is an error for a network that reconstructs.
func (m *Model) Load(images *data.Images) (*Loaded, error) {
	if m.reconstructs() {
		return nil, errReconstructs
	}
	if err := m.accepts(images); err != nil {
		return nil, err
	}
	x, y := onDevice(images)
	err := lower.Guard("loading pictures", func() error { return errors.Join(y.FinalizeAll(), x.MaterializeOnDevice(m.backend, true, 0)) })
	if err != nil {
		return nil, err
	}
	return &Loaded{m: m, n: images.N, x: x}, nil
}

// Predict returns the likeliest class of the picture at each of the places, the first of
// equals: what Model.Predict returns for it. Places count from 0, may come more than once, and are seen
// Model.Batch at once; it is an error if there is no such picture, or after Close.
func (l *Loaded) Predict(places []int32) ([]uint8, error) {
	if l.x == nil {
		return nil, errors.New("train: the pictures were closed: load them again")
	}
	for _, p := range places {
		if p < 0 || int(p) >= l.n {
			return nil, fmt.Errorf("train: picture %d of %d: want places from 0 to %d", p, l.n, l.n-1)
		}
	}
	batch, err := l.m.batch()
	if err != nil {
		return nil, err
	}
	all := make([]uint8, 0, len(places))
	if l.m.answersUnrolled() {
		p, err := l.m.predictor(batch, asClasses, loadedMany)
		if err != nil {
			return nil, err
		}
		full := len(places) / p.room() * p.room() // such a call takes the same time if it is not full
		if all, err = predict(p, l.x, places[:full], all); err != nil {
			return nil, err
		}
		places = places[full:]
	}
	input := loaded
	if len(places) <= batch {
		input = loadedFew
	}
	p, err := l.m.predictor(batch, asClasses, input)
	if err != nil {
		return nil, err
	}
	return predict(p, l.x, places, all)
}

// Close frees the pictures' memory on the device. It may be called again.
func (l *Loaded) Close() error {
	if l.x == nil {
		return nil
	}
	x := l.x
	l.x = nil
	return x.FinalizeAll()
}
