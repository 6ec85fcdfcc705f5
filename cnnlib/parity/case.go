// Package parity holds what a backend computes against package ref and against
// central differences. The functions take the backend as an argument, so that the
// same grid judges the pure-Go backend, XLA on a CPU, and a GPU.
package parity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/ref"
)

// Case is one row of a parity table: a layer, a batch of N inputs In, and what
// the layer shall compute.
type Case struct {
	Layer cnnlib.Layer
	N     int
	In    cnnlib.Shape

	// Lowering is how convolutions are written; Auto is the rule for the backend.
	Lowering lower.Lowering

	// Oracle computes the layer and its gradients with package ref.
	Oracle Oracle
	// Sums returns, for every cell of every result, the sum of the absolute values
	// of the products (or terms) that are added up there. nil means the Oracle of
	// the absolute values, which is right if the layer is linear in its input
	// and in each of its parameters.
	Sums Oracle
	// Terms are upper bounds on how many products are added up in one cell.
	Terms Terms
}

// Oracle computes, in float64, a layer on the batch x [N in...] with the given
// parameters, by the paths of their variables, for instance "weights" or
// "0/biases"; and the gradients of L = Σ grad·y.
type Oracle func(x ref.Array, params map[string]ref.Array, grad ref.Array) (Values, error)

// Values are a layer's result and its gradients.
type Values struct {
	Result ref.Array            // y [N out...]
	Input  ref.Array            // ∂L/∂x [N in...]
	Params map[string]ref.Array // ∂L/∂parameter, in the shape of each
}

// Terms count the products that are added up in one cell: of the result, of the
// gradient by the input, of the gradient by any parameter.
type Terms struct{ Result, Input, Params int }

// Shares says, for the result and for the gradients by the input and by the
// parameters, how large the worst error is as a share of what rounding allows. A
// share above 1 is wrong, +Inf if no error at all was allowed.
type Shares struct{ Result, Input, Params float64 }

// Worst returns the largest of the three.
func (s Shares) Worst() float64 { return max(s.Result, s.Input, s.Params) }

// Max returns the larger of each pair.
func (s Shares) Max(t Shares) Shares {
	return Shares{max(s.Result, t.Result), max(s.Input, t.Input), max(s.Params, t.Params)}
}

// String names the row.
func (c Case) String() string {
	if c.Lowering != lower.Auto {
		return fmt.Sprintf("%v as %v on %d × %v", c.Layer, c.Lowering, c.N, c.In)
	}
	return fmt.Sprintf("%v on %d × %v", c.Layer, c.N, c.In)
}

// Check runs the case in float32 on the backend, forward and backward, with random
// parameters, and compares with the oracle.
//
// The allowance follows from the arithmetic: a sum of n products in float32, in
// any order, differs from the true sum by at most about n·u·Σ|a·b|, u = 2^-24
// being the unit roundoff (N. Higham, "Accuracy and Stability of Numerical
// Algorithms", 2nd ed., §3.1). Twice that is allowed. Inputs and parameters are
// float32 numbers, so that they carry no error of their own.
func (c Case) Check(backend compute.Backend) (Shares, error) {
	fail := func(err error) (Shares, error) { return Shares{}, fmt.Errorf("parity: %v: %w", c, err) }
	out, err := c.Layer.OutShape(c.In)
	if err != nil {
		return Shares{}, err
	}
	rng := rand.New(rand.NewPCG(7, 1)) // any fixed seed
	x := randomArray(rng, append([]int{c.N}, c.In...)...)
	grad := randomArray(rng, append([]int{c.N}, out...)...)
	got, params, err := c.run(backend, rng, x, grad)
	if err != nil {
		return fail(err)
	}
	want, err := c.Oracle(x, params, grad)
	if err != nil {
		return fail(err)
	}
	sums, err := c.sums(x, params, grad)
	if err != nil {
		return fail(err)
	}
	if c.Lowering == lower.Winograd {
		// Its transformations mix the cells of a tile: the error of a small sum is small
		// beside the largest only.
		level(sums.Result)
		level(sums.Input)
		for _, p := range sums.Params {
			level(p)
		}
	}
	shares := Shares{
		Result: share(got.Result, want.Result, sums.Result, c.Terms.Result),
		Input:  share(got.Input, want.Input, sums.Input, c.Terms.Input),
	}
	if len(want.Params) != len(got.Params) {
		return fail(fmt.Errorf("the oracle gives %d gradients by parameters, the layer %d", len(want.Params), len(got.Params)))
	}
	for path := range got.Params {
		shares.Params = max(shares.Params, share(got.Params[path], want.Params[path], sums.Params[path], c.Terms.Params))
	}
	return shares, nil
}

// sums calls Sums, or what stands for it.
func (c Case) sums(x ref.Array, params map[string]ref.Array, grad ref.Array) (Values, error) {
	if c.Sums != nil {
		return c.Sums(x, params, grad)
	}
	positive := map[string]ref.Array{}
	for path, p := range params {
		positive[path] = absolute(p)
	}
	return c.Oracle(absolute(x), positive, absolute(grad))
}

// level gives all cells the largest value.
func level(a ref.Array) {
	if len(a.Data) == 0 {
		return
	}
	most := slices.Max(a.Data)
	for i := range a.Data {
		a.Data[i] = most
	}
}

// run returns what the layer computes, and the random parameters it was given.
func (c Case) run(backend compute.Backend, rng *rand.Rand, x, grad ref.Array) (got Values, params map[string]ref.Array, err error) {
	store := model.NewStore()
	lower.Set(store, lower.Force(c.Lowering))
	build := func(s *model.Scope, in []*graph.Node) []*graph.Node {
		y := c.Layer.Build(s, in[0])
		loss := graph.ReduceAllSum(graph.Mul(y, in[1]))
		by := []*graph.Node{in[0]}
		for _, v := range trainable(store) {
			by = append(by, v.NodeValue(y.Graph()))
		}
		return append([]*graph.Node{y}, graph.Gradient(loss, by...)...)
	}
	exec, err := model.NewExec(backend, store, build)
	if err != nil {
		return got, nil, err
	}
	defer exec.Finalize()
	xt, gt := tensor32(x), tensor32(grad)
	if _, err := exec.Compile(xt.Shape(), gt.Shape()); err != nil { // makes the variables
		return got, nil, err
	}
	params = map[string]ref.Array{}
	variables := trainable(store)
	for _, v := range variables {
		p := randomArray(rng, v.Shape().Dimensions...)
		params[v.Path()[1:]] = p // without the leading "/"
		if err := v.SetValue(tensor32(p)); err != nil {
			return got, nil, err
		}
	}
	results, err := exec.Call(xt, gt)
	if err != nil {
		return got, nil, err
	}
	arrays := make([]ref.Array, len(results))
	for i, t := range results {
		if arrays[i], err = arrayOf(t); err != nil {
			return got, nil, err
		}
	}
	got = Values{Result: arrays[0], Input: arrays[1], Params: map[string]ref.Array{}}
	for i, v := range variables {
		got.Params[v.Path()[1:]] = arrays[2+i]
	}
	return got, params, nil
}

// trainable returns the variables that training changes, in the order in which
// they were made.
func trainable(store *model.Store) []*model.Variable {
	var list []*model.Variable
	for v := range store.IterVariables() {
		if v.Trainable {
			list = append(list, v)
		}
	}
	return list
}

// share returns the largest |got-want| / (2·n·u·sum).
func share(got, want, sum ref.Array, n int) float64 {
	if len(got.Data) != len(want.Data) || len(sum.Data) != len(want.Data) {
		return math.Inf(1)
	}
	const u = 1.0 / (1 << 24)
	worst := 0.0
	for i := range got.Data {
		allowed := 2 * float64(n) * u * sum.Data[i]
		delta := math.Abs(got.Data[i] - want.Data[i])
		switch {
		case math.IsNaN(delta) || allowed == 0 && delta > 0:
			return math.Inf(1)
		case allowed > 0:
			worst = max(worst, delta/allowed)
		}
	}
	return worst
}

// randomArray returns numbers from -1 to 1 that float32 holds exactly.
func randomArray(rng *rand.Rand, shape ...int) ref.Array {
	a := ref.NewArray(shape...)
	for i := range a.Data {
		a.Data[i] = float64(float32(2*rng.Float64() - 1))
	}
	return a
}

func absolute(a ref.Array) ref.Array {
	b := ref.NewArray(a.Shape...)
	for i, v := range a.Data {
		b.Data[i] = math.Abs(v)
	}
	return b
}

func tensor32(a ref.Array) *tensors.Tensor {
	flat := make([]float32, len(a.Data))
	for i, v := range a.Data {
		flat[i] = float32(v)
	}
	return tensors.FromFlatDataAndDimensions(flat, a.Shape...)
}

// arrayOf copies a float32 tensor.
func arrayOf(t *tensors.Tensor) (ref.Array, error) {
	a := ref.NewArray(t.Shape().Dimensions...)
	err := t.ConstFlatData(func(data any) {
		for i, v := range data.([]float32) {
			a.Data[i] = float64(v)
		}
	})
	return a, err
}
