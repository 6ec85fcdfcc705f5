package train_test

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib/train"
)

// path returns the values of one weight under the optimizer, on the cost w²/2·3,
// whose gradient is 3w, from w = 1 with rate 0.1.
func path(t *testing.T, o train.Optimizer, steps int) []float64 {
	t.Helper()
	store := model.NewStore()
	exec, err := model.NewExec(goBackend(t), store, func(s *model.Scope, step *graph.Node) *graph.Node {
		v := s.VariableWithValue("w", []float64{1})
		w := v.NodeValue(step.Graph())
		w = o.Update(s.At("optimizer"), w, graph.MulScalar(w, 3), graph.Const(step.Graph(), 0.1), step)
		v.SetNodeValue(w)
		return w
	})
	if err != nil {
		t.Fatal(err)
	}
	var values []float64
	for i := range steps {
		y, err := exec.Call(tensors.FromScalar(int32(i)))
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, y[0].Value().([]float64)[0])
	}
	return values
}

// The same recursions in plain Go, from the formulas of the papers.
func TestOptimizers(t *testing.T) {
	const steps = 6 // enough for the bias corrections and velocities to matter
	sgd := func(momentum float64, nesterov bool) []float64 {
		w, v, values := 1.0, 0.0, []float64{}
		for range steps {
			g := 3 * w
			v = momentum*v + g
			if nesterov {
				w -= 0.1 * (g + momentum*v)
			} else {
				w -= 0.1 * v
			}
			values = append(values, w)
		}
		return values
	}
	adam := func(decay float64) []float64 {
		w, m, v, values := 1.0, 0.0, 0.0, []float64{}
		for i := range steps {
			g := 3 * w
			m, v = 0.9*m+0.1*g, 0.999*v+0.001*g*g
			t := float64(i + 1)
			w -= 0.1 * (m/(1-math.Pow(0.9, t))/(math.Sqrt(v/(1-math.Pow(0.999, t)))+1e-8) + decay*w)
			values = append(values, w)
		}
		return values
	}
	for _, c := range []struct {
		optimizer train.Optimizer
		want      []float64
		literal   string
	}{
		{train.SGD{}, sgd(0, false), "SGD{}"},
		{train.SGD{Momentum: 0.9}, sgd(0.9, false), "SGD{Momentum: 0.9}"},
		{train.SGD{Momentum: 0.9, Nesterov: true}, sgd(0.9, true), "SGD{Momentum: 0.9, Nesterov: true}"},
		{train.Adam{}, adam(0), "Adam{}"},
		{train.Adam{Decay: 0.01}, adam(0.01), "Adam{Decay: 0.01}"},
	} {
		if c.optimizer.String() != c.literal {
			t.Errorf("%v, want %s", c.optimizer, c.literal)
		}
		for i, got := range path(t, c.optimizer, steps) {
			if math.Abs(got-c.want[i]) > 1e-12 { // float64, values of the size of 1
				t.Errorf("%v: step %d gives %v, want %v", c.optimizer, i, got, c.want[i])
			}
		}
	}
}

func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		schedule    train.Schedule
		step, steps int
		want        float64
	}{
		{train.Constant(0.1), 7, 10, 0.1},
		{train.Stairs{First: 0.1, Factor: 0.2, At: []float64{0.5, 0.75}}, 49, 100, 0.1},
		{train.Stairs{First: 0.1, Factor: 0.2, At: []float64{0.5, 0.75}}, 50, 100, 0.02},
		{train.Stairs{First: 0.1, Factor: 0.2, At: []float64{0.5, 0.75}}, 99, 100, 0.004},
		{train.Cosine{First: 1, Last: 0}, 0, 100, 1},
		{train.Cosine{First: 1, Last: 0}, 50, 100, 0.5},
		{train.Cosine{First: 1, Last: 0.2}, 100, 100, 0.2},
		{train.OneCycle{Peak: 1}, 0, 100, 1.0 / 25},
		{train.OneCycle{Peak: 1}, 30, 100, 1},
		{train.OneCycle{Peak: 1}, 100, 100, 1.0 / 250_000},
	} {
		if got := c.schedule.Rate(c.step, c.steps); math.Abs(got-c.want) > 1e-12 { // float64 of the size of 1
			t.Errorf("%v at step %d of %d: %v, want %v", c.schedule, c.step, c.steps, got, c.want)
		}
	}
}

// In float32, in which networks are trained, Adam stays within the rounding of its steps:
// 20 of them with results of the size of 1, each rounded a few times by 6e-8.
func TestAdamInFloat32(t *testing.T) {
	const steps = 20
	store := model.NewStore()
	exec, err := model.NewExec(goBackend(t), store, func(s *model.Scope, step *graph.Node) *graph.Node {
		v := s.VariableWithValue("w", []float32{1})
		w := v.NodeValue(step.Graph())
		w = train.Adam{}.Update(s.At("optimizer"), w, graph.MulScalar(w, 3), graph.Const(step.Graph(), float32(0.1)), step)
		v.SetNodeValue(w)
		return w
	})
	if err != nil {
		t.Fatal(err)
	}
	want := path(t, train.Adam{}, steps)
	for i := range steps {
		y, err := exec.Call(tensors.FromScalar(int32(i)))
		if err != nil {
			t.Fatal(err)
		}
		if got := float64(y[0].Value().([]float32)[0]); math.Abs(got-want[i]) > 1e-6 {
			t.Errorf("step %d gives %v, want %v: off by %g", i, got, want[i], got-want[i])
		}
	}
}
