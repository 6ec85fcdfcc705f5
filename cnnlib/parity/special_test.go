package parity_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/parity"
)

// Every row of every grid with NaN, ±∞ and -0 among the inputs.
func TestSpecialValues(t *testing.T) {
	for _, err := range parity.Special(goBackend(t), math.MaxInt) {
		t.Error(err)
	}
}

// drops is max-pooling that a NaN does not pass.
type drops struct{ cnnlib.MaxPool2D }

func (d drops) Build(s *model.Scope, x *graph.Node) *graph.Node {
	return d.MaxPool2D.Build(s, graph.Where(graph.Equal(x, x), x, graph.MulScalar(graph.OnesLike(x), -2)))
}

func TestSpecialValuesSeeALostNaN(t *testing.T) {
	c := parity.MaxPool2DGrid()[0]
	c.Layer = drops{c.Layer.(cnnlib.MaxPool2D)}
	if err := c.CheckSpecial(goBackend(t)); err == nil || !strings.Contains(err.Error(), "want NaN") {
		t.Errorf("a max-pooling that drops NaN: %v", err)
	}
}
