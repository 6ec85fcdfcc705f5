// Package random draws the random numbers of networks: what parameters start from, and
// what changes from step to step, as the masks of Dropout do. They are functions of the
// seed of the store, of the place of the layer and of the step, and of nothing else: the same
// on every backend, on any number of devices, and in a run that was interrupted and taken
// up again.
package random

import (
	"hash/fnv"
	"math/rand/v2"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// SetSeed fixes every random number of the layers that are built with the store:
// what they start from, and what Dropout leaves out. Without it the seed is 0.
func SetSeed(store *model.Store, seed int64) { store.SetParam(model.ParamInitialSeed, seed) }

// Source returns the random numbers that the variable of that path starts from.
func Source(s *model.Scope, path string) *rand.Rand {
	return rand.New(rand.NewPCG(seedOf(s), pathKey(path)))
}

func seedOf(s *model.Scope) uint64 {
	return uint64(model.GetParamOr(s, model.ParamInitialSeed, int64(0)))
}

// pathKey turns the path of a variable or of a random stream into a number.
func pathKey(path string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(path))
	return h.Sum64()
}

// Step returns the variable that counts training steps, an int32 scalar at the
// root of the store. It starts at 0; what trains the network raises it. Together
// with the seed it fixes the numbers of Uniform.
func Step(s *model.Scope) *model.Variable {
	root := s.Store().RootScope()
	v := root.GetVariable("step")
	if v == nil {
		v = root.VariableWithValue("step", tensors.FromScalar(int32(0)))
		v.Trainable = false
	}
	return v
}

// Uniform returns numbers from U[0, 1), multiples of 2^-24, that are a function of
// the seed of the store, the step, the scope with the given name, and the place in
// the shape, and of nothing else: the same on every backend, on any number of
// devices, and in a run that was interrupted and taken up again.
//
// It is a counter-based generator in the sense of J. Salmon et al. 2011 ("Parallel
// random numbers: as easy as 1, 2, 3"): a hash of (key, counter). The hash is the
// 32-bit finalizer of A. Appleby's MurmurHash3, applied once to the step and once
// to the place.
func Uniform(s *model.Scope, g *graph.Graph, name string, shape shapes.Shape) *graph.Node {
	key := pathKey(model.JoinPath(s.Scope(), name)) ^ seedOf(s)*0x9E3779B97F4A7C15 // 2^64/φ spreads small seeds over all bits
	u32 := func(v uint64) *graph.Node { return graph.Const(g, uint32(v)) }

	step := graph.ConvertDType(Step(s).NodeValue(g), dtypes.Uint32)             // []
	stepKey := mix32(graph.Add(graph.BitwiseXor(step, u32(key)), u32(key>>32))) // []
	n := graph.IotaFull(g, shapes.Make(dtypes.Uint32, shape.Dimensions...))
	// An odd factor and an offset, both from the key, make the counters of two
	// streams differ by more than a shift.
	bits := mix32(graph.BitwiseXor(graph.Mul(n, u32(key>>16|1)), stepKey))
	return graph.MulScalar(graph.ConvertDType(graph.BitwiseShiftRightLogical(bits, u32(8)), shape.DType), 1.0/(1<<24))
}

// mix32 spreads every bit of x, uint32, over all bits of the result.
func mix32(x *graph.Node) *graph.Node {
	g := x.Graph()
	fold := func(x *graph.Node, shift uint32) *graph.Node {
		return graph.BitwiseXor(x, graph.BitwiseShiftRightLogical(x, graph.Const(g, shift)))
	}
	x = graph.Mul(fold(x, 16), graph.Const(g, uint32(0x85EBCA6B)))
	x = graph.Mul(fold(x, 13), graph.Const(g, uint32(0xC2B2AE35)))
	return fold(x, 16)
}
