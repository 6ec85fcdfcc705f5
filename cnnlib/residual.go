package cnnlib

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Residual adds its input to what Body makes of it: y = activation(x + F(x)), so that
// Body learns the difference only, and gradients have a way around it (K. He et al.,
// arXiv:1512.03385, eq. 1; the block of section 5.10 of the book is the Body of their
// figure 5). Where Body changes the shape, Shortcut brings x to the same one (eq. 2),
// usually as Conv2D{Channels: …, Kernel: 1, Stride: …}.
//
// The variables of Body are in the scope "0", and of Shortcut in the scope "1"; so
// are they counted in the paths of errors.
type Residual struct {
	Body       Layer      // F
	Shortcut   Layer      // what x becomes before the sum; nil means x itself
	Activation Activation // applied to the sum; None is the zero value
}

// branches returns Body and Shortcut; the empty chain stands for x itself.
func (r Residual) branches() [2]Layer {
	if r.Shortcut == nil {
		return [2]Layer{r.Body, Sequential{}}
	}
	return [2]Layer{r.Body, r.Shortcut}
}

// OutShape returns the shape of the sum. Body and Shortcut must give the same.
func (r Residual) OutShape(in Shape) (Shape, error) {
	if r.Body == nil {
		return nil, refuse(r, in, "Body is nil, want a layer")
	}
	if !r.Activation.known() {
		return nil, refuse(r, in, "%v is none of %v", r.Activation, activationNames)
	}
	var out [2]Shape
	for i, branch := range r.branches() {
		var err error
		if out[i], err = branch.OutShape(in); err != nil {
			return nil, at(i, err)
		}
	}
	if !out[0].Equal(out[1]) {
		if r.Shortcut == nil {
			return nil, refuse(r, in, "Body gives %v, the input is %v: they cannot be added; give a Shortcut that makes %v of the input", out[0], in, out[0])
		}
		return nil, refuse(r, in, "Body gives %v, Shortcut gives %v: they cannot be added", out[0], out[1])
	}
	return out[0], nil
}

// Params returns the sum of Body and Shortcut.
func (r Residual) Params(in Shape) int { return r.sum(in, Layer.Params) }

// MACs returns the sum of Body and Shortcut; the addition is not counted.
func (r Residual) MACs(in Shape) int { return r.sum(in, Layer.MACs) }

func (r Residual) sum(in Shape, count func(Layer, Shape) int) int {
	if _, err := r.OutShape(in); err != nil {
		return 0
	}
	branches := r.branches()
	return count(branches[0], in) + count(branches[1], in)
}

// Build writes both branches into the graph of x [N …] and adds their results.
func (r Residual) Build(s *model.Scope, x *graph.Node) *graph.Node {
	if _, err := r.OutShape(shapeOf(x.Shape())); err != nil {
		panic(err)
	}
	var results [2]*graph.Node
	for i, branch := range r.branches() {
		results[i] = branch.Build(s.In("%d", i), x)
	}
	return r.Activation.Build(s, graph.Add(results[0], results[1]))
}

// String returns the Go literal.
func (r Residual) String() string {
	var f fields
	if r.Body != nil {
		f.add("Body", r.Body.String())
	}
	if r.Shortcut != nil {
		f.add("Shortcut", r.Shortcut.String())
	}
	if r.Activation != None {
		f.add("Activation", r.Activation.String())
	}
	return f.literal("Residual")
}
