package cnnlib

import (
	"strings"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Sequential is a chain of layers, each fed with the previous one's result. It
// is a Layer itself. The empty chain returns its input.
//
// The variables of layer i are in the scope "i": /0/weights, /0/biases, /2/weights.
type Sequential []Layer

// OutShape returns the shape behind the last layer. An error names the layer by
// its index, counted from 0.
func (n Sequential) OutShape(in Shape) (Shape, error) {
	for i, layer := range n {
		if layer == nil {
			return nil, at(i, &ShapeError{Layer: "nil", Reason: "the layer is nil", Input: in})
		}
		out, err := layer.OutShape(in)
		if err != nil {
			return nil, at(i, err)
		}
		in = out
	}
	return in, nil
}

// Params returns the sum over the layers.
func (n Sequential) Params(in Shape) int { return n.sum(in, Layer.Params) }

// MACs returns the sum over the layers.
func (n Sequential) MACs(in Shape) int { return n.sum(in, Layer.MACs) }

func (n Sequential) sum(in Shape, count func(Layer, Shape) int) int {
	if _, err := n.OutShape(in); err != nil {
		return 0
	}
	total := 0
	for _, layer := range n {
		total += count(layer, in)
		in, _ = layer.OutShape(in) // cannot fail: checked above for the whole chain
	}
	return total
}

// Build writes the layers into the graph one after the other. A convolution and the
// max-pooling behind it may become one product (lower.Phases).
func (n Sequential) Build(s *model.Scope, x *graph.Node) *graph.Node {
	for i := 0; i < len(n); i++ {
		scope := s.In("%d", i)
		if conv, ok := n[i].(Conv2D); ok && i+1 < len(n) {
			if pool, ok := conv.pooled(n[i+1], shapeOf(x.Shape())); ok {
				var done bool
				if x, done = conv.buildPooled(scope, x, pool); done {
					i++ // the pooling, which has no variables
				}
				continue
			}
		}
		x = n[i].Build(scope, x)
	}
	return x
}

// String returns the literal, with the layers in their order.
func (n Sequential) String() string {
	layers := make([]string, len(n))
	for i, layer := range n {
		if layer == nil {
			layers[i] = "nil"
			continue
		}
		layers[i] = layer.String()
	}
	return "Sequential{" + strings.Join(layers, ", ") + "}"
}
