package cnnlib

import (
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Parallel gives its input to every branch and puts the channels of their results
// one behind the other, in the order of the branches: [H W C1], [H W C2] … become
// [H W C1+C2+…]. It is the block of the Inception networks (C. Szegedy et al.,
// arXiv:1409.4842, §4; sections 5.6 and 5.9 of the book). A Sequential can be a branch, and an
// empty one passes the input on.
//
// The variables of branch i are in the scope "i", as in a Sequential.
type Parallel []Layer

// OutShape returns the shape of the joined results. All branches must give the same
// rows and columns. An error names the branch by its index, counted from 0.
func (p Parallel) OutShape(in Shape) (Shape, error) {
	if len(p) == 0 {
		return nil, refuse(p, in, "it has no branches, want at least 1")
	}
	var joined, first Shape
	for i, branch := range p {
		if branch == nil {
			return nil, at(i, &ShapeError{Layer: "nil", Reason: "the layer is nil", Input: in})
		}
		out, err := branch.OutShape(in)
		if err != nil {
			return nil, at(i, err)
		}
		last := len(out) - 1
		switch {
		case last < 0:
			return nil, at(i, refuse(branch, in, "its result has no axes beside N, want the channels last"))
		case i == 0:
			joined, first = slices.Clone(out), out
		case len(out) != len(first) || !slices.Equal(out[:last], first[:last]):
			return nil, refuse(p, in, "branch %d gives %v, branch 0 gives %v: all sizes but the last must agree", i, out, first)
		default:
			if joined[last] += out[last]; joined[last] < 0 {
				return nil, refuse(p, in, "the channels of all branches together are more than an int can count")
			}
		}
	}
	return fits(p, in, joined)
}

// Params returns the sum over the branches.
func (p Parallel) Params(in Shape) int { return p.sum(in, Layer.Params) }

// MACs returns the sum over the branches.
func (p Parallel) MACs(in Shape) int { return p.sum(in, Layer.MACs) }

func (p Parallel) sum(in Shape, count func(Layer, Shape) int) int {
	if _, err := p.OutShape(in); err != nil {
		return 0
	}
	total := 0
	for _, branch := range p {
		total += count(branch, in)
	}
	return total
}

// Build writes all branches into the graph of x [N …] and joins their results on the
// last axis.
func (p Parallel) Build(s *model.Scope, x *graph.Node) *graph.Node {
	if _, err := p.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	results := make([]*graph.Node, len(p))
	for i, branch := range p {
		results[i] = branch.Build(s.In("%d", i), x)
	}
	if len(results) == 1 {
		return results[0]
	}
	return graph.Concatenate(results, -1)
}

// String returns the literal, with the branches in their order.
func (p Parallel) String() string {
	branches := make([]string, len(p))
	for i, branch := range p {
		branches[i] = literalOf(branch)
	}
	return "Parallel{" + strings.Join(branches, ", ") + "}"
}

// literalOf returns the literal of a layer that may be nil.
func literalOf(layer Layer) string {
	if layer == nil {
		return "nil"
	}
	return layer.String()
}
