// Package fingerprint trains the networks of section 5.23 for ten steps, from
// weights and on data that are formulas, and compares the costs with those of the
// same steps in PyTorch: a wrong gradient anywhere shows in them. The file
// ../testdata/make_fingerprints.py is the other half.
package fingerprint

import (
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
)

// batch is the number of pictures in a step, and there are steps of them; classes
// are the labels 0 to 9.
const (
	batch   = 10
	steps   = 10
	classes = 10
)

// Tolerance is the largest Difference between two right implementations in
// float32. In PyTorch, float32 and float64 differ by less than a tenth of it, and
// leaving out the gradient of any one tensor makes more than twice of it;
// make_fingerprints.py checks both.
const Tolerance = 1e-5

// Case is what PyTorch did with one network.
type Case struct {
	Name   string    // the name of the network in package nets
	Gain   float64   // √(number of inputs) times the standard deviation of the weights
	Rate   float64   // learning rate
	Decay  float64   // λ of network3.py
	Params int       // numbers that PyTorch trains
	Costs  []float64 // before each step
}

// Read returns the cases of the file fingerprints.json.
func Read(file string) ([]Case, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("fingerprint: %w", err)
	}
	var content struct {
		Batch, Steps int
		Networks     []Case
	}
	if err := json.Unmarshal(text, &content); err != nil {
		return nil, fmt.Errorf("fingerprint: %s: %w", file, err)
	}
	if content.Batch != batch || content.Steps != steps || len(content.Networks) == 0 {
		return nil, fmt.Errorf("fingerprint: %s has %d networks with %d steps of %d pictures, want at least one with %d steps of %d",
			file, len(content.Networks), content.Steps, content.Batch, steps, batch)
	}
	for _, c := range content.Networks {
		if len(c.Costs) != steps {
			return nil, fmt.Errorf("fingerprint: %s has %d costs of %s, want %d", file, len(c.Costs), c.Name, steps)
		}
	}
	return content.Networks, nil
}

// Difference returns the largest difference of the costs from PyTorch's, as a share
// of PyTorch's; +Inf if one is not a number or missing.
func (c Case) Difference(costs []float64) float64 {
	if len(costs) != len(c.Costs) {
		return math.Inf(1)
	}
	worst := 0.0
	for i, want := range c.Costs {
		d := math.Abs(costs[i]/want - 1)
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		worst = max(worst, d)
	}
	return worst
}

// Train trains the network for ten steps in float32 and returns the cost before
// each: the mean of -log p(label) plus Decay/2 · Σw²/steps over all weights w,
// biases left out. The step is plain gradient descent. In a layer Dropout the
// masks are the formula's, the Rate is ½, and what stays is not scaled.
func (c Case) Train(backend compute.Backend, net cnnlib.Sequential, in cnnlib.Shape) (costs []float64, err error) {
	err = lower.Guard("training "+net.String(), func() (err error) {
		costs, err = c.train(backend, net, in)
		return err
	})
	return costs, err
}

func (c Case) train(backend compute.Backend, net cnnlib.Sequential, in cnnlib.Shape) ([]float64, error) {
	masks, err := maskShapes(net, in)
	if err != nil {
		return nil, err
	}
	store := model.NewStore()
	step, err := model.NewExec1(backend, store, func(s *model.Scope, inputs []*graph.Node) *graph.Node {
		x, labels, masks := inputs[0], inputs[1], inputs[2:]
		return c.step(store, withMasks(net, masks).Build(s, x), labels)
	})
	if err != nil {
		return nil, err
	}
	defer step.Finalize()
	inputs := c.inputs(0, in, masks)
	compiled := make([]shapes.Shape, len(inputs))
	for i, t := range inputs {
		compiled[i] = t.(*tensors.Tensor).Shape()
	}
	if _, err := step.Compile(compiled...); err != nil { // makes the variables
		return nil, err
	}
	for j, v := range trained(store) {
		if err := v.SetValue(c.parameter(uint32(j), v.Shape())); err != nil {
			return nil, err
		}
	}
	var costs []float64
	for i := range steps {
		cost, err := step.Call(c.inputs(i, in, masks)...)
		if err != nil {
			return nil, err
		}
		costs = append(costs, float64(cost.Value().(float32)))
	}
	return costs, nil
}

// step returns the cost of a batch and replaces every variable by itself minus
// Rate times its gradient.
func (c Case) step(store *model.Store, logits, labels *graph.Node) *graph.Node {
	g := logits.Graph()
	likelihood := graph.Mul(graph.LogSoftmax(logits), graph.OneHot(labels, classes, logits.DType()))
	cost := graph.MulScalar(graph.ReduceAllSum(likelihood), -1.0/batch)
	variables := trained(store)
	var values []*graph.Node
	for _, v := range variables {
		w := v.NodeValue(g)
		values = append(values, w)
		if w.Rank() > 1 && c.Decay != 0 {
			cost = graph.Add(cost, graph.MulScalar(sumByAxes(graph.Square(w)), c.Decay/2/steps))
		}
	}
	for i, gradient := range graph.Gradient(cost, values...) {
		variables[i].SetNodeValue(graph.Sub(values[i], graph.MulScalar(gradient, c.Rate)))
	}
	return cost
}

// sumByAxes sums one axis after the other. The pure-Go backend adds the values one
// by one: over 640,000 in one go rounding would be 10⁻⁴ of the sum.
func sumByAxes(x *graph.Node) *graph.Node {
	for x.Rank() > 0 {
		x = graph.ReduceSum(x, -1)
	}
	return x
}

// trained returns the variables in the order in which the layers made them.
func trained(store *model.Store) (variables []*model.Variable) {
	for v := range store.IterVariables() {
		if v.Trainable {
			variables = append(variables, v)
		}
	}
	return variables
}

// masked multiplies its input by a mask: a Dropout whose choice is given.
type masked struct {
	cnnlib.Activation // None: the shape stays, nothing to learn
	mask              *graph.Node
}

func (m masked) Build(_ *model.Scope, x *graph.Node) *graph.Node { return graph.Mul(x, m.mask) }

// withMasks returns the network with the masks in place of its Dropout layers.
func withMasks(net cnnlib.Sequential, masks []*graph.Node) cnnlib.Sequential {
	var replaced cnnlib.Sequential
	for _, layer := range net {
		if _, ok := layer.(cnnlib.Dropout); ok {
			layer, masks = masked{mask: masks[0]}, masks[1:]
		}
		replaced = append(replaced, layer)
	}
	return replaced
}

// maskShapes returns the shapes of what the Dropout layers get.
func maskShapes(net cnnlib.Sequential, in cnnlib.Shape) (masks []cnnlib.Shape, err error) {
	for _, layer := range net {
		if _, ok := layer.(cnnlib.Dropout); ok {
			masks = append(masks, in)
		}
		if in, err = layer.OutShape(in); err != nil {
			return nil, err
		}
	}
	return masks, nil
}

// Streams of numbers: tensor j of a network is stream j, the others start here.
const (
	imageStream = 1000
	labelStream = 2000
	maskStream  = 3000
)

// inputs returns the pictures [batch in...], the labels [batch] and the masks of a step.
func (c Case) inputs(step int, in cnnlib.Shape, masks []cnnlib.Shape) []any {
	pixels := numbers(imageStream+uint32(step), batch*in.Size(), func(h uint32) float32 { return float32(h%256) / 256 })
	labels := numbers(labelStream+uint32(step), batch, func(h uint32) int32 { return int32(h % classes) })
	inputs := []any{
		tensors.FromFlatDataAndDimensions(pixels, append([]int{batch}, in...)...),
		tensors.FromFlatDataAndDimensions(labels, batch),
	}
	for place, shape := range masks {
		kept := numbers(maskStream+uint32(10*step+place), batch*shape.Size(), func(h uint32) float32 { return float32(h >> 31) })
		inputs = append(inputs, tensors.FromFlatDataAndDimensions(kept, append([]int{batch}, shape...)...))
	}
	return inputs
}

// parameter returns what tensor j starts from: weights uniform with variance
// Gain²/inputs, biases in [-0.1, 0.1).
func (c Case) parameter(j uint32, shape shapes.Shape) *tensors.Tensor {
	scale := 0.2
	if shape.Rank() > 1 {
		inputs := shape.Size() / shape.Dimensions[shape.Rank()-1]
		scale = c.Gain * 2 * math.Sqrt(3/float64(inputs))
	}
	values := numbers(j, shape.Size(), func(h uint32) float32 { return float32(scale * (float64(h>>8)/(1<<24) - 0.5)) })
	return tensors.FromFlatDataAndDimensions(values, shape.Dimensions...)
}

// numbers returns n numbers of a stream, each made from 32 uniform bits: the hash
// of its index offset by the hash of the stream's number.
func numbers[T any](stream uint32, n int, from func(h uint32) T) []T {
	key := mix32(stream + 1)
	values := make([]T, n)
	for i := range values {
		values[i] = from(mix32(uint32(i) + key))
	}
	return values
}

// mix32 is the 32-bit finalizer of A. Appleby's MurmurHash3.
func mix32(x uint32) uint32 {
	x = (x ^ x>>16) * 0x85EBCA6B
	x = (x ^ x>>13) * 0xC2B2AE35
	return x ^ x>>16
}
