package lower

import (
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Choice says how convolutions are written. What it may return is among
// Work.Lowerings, or Auto; anything else counts as Auto.
type Choice func(w Work) Lowering

// Force returns the choice of one lowering for every convolution that allows it.
func Force(l Lowering) Choice { return func(Work) Lowering { return l } }

// choiceParam is the name of the choice in a store. Scopes inherit it.
const choiceParam = "lowerings"

// Set makes all convolutions that are built with the store from then on follow the
// choice.
func Set(store *model.Store, choose Choice) { store.SetParam(choiceParam, choose) }

// With makes the convolutions that build writes follow the choice. Later ones follow
// the previous choice again.
func With(store *model.Store, choose Choice, build func() *graph.Node) *graph.Node {
	before := model.GetParamOr(store.RootScope(), choiceParam, Choice(nil))
	Set(store, choose)
	defer Set(store, before)
	return build()
}

// Once is the choice for a graph that is called a few times only: XLA compiles its own
// convolutions several times faster than products of matrices.
func Once(backend compute.Backend) Choice {
	if TraitsOf(backend).Compiles {
		return Force(Direct)
	}
	return Force(Auto)
}

// Forward is the choice for a graph that is called often and has no gradients. XLA's own
// convolution on the processor lays nothing out in memory and multiplies only what it must.
// If it is not fused with what follows, Phases is faster for a kernel of few weights: there
// it is the memory that takes the time.
func Forward(backend compute.Backend) Choice {
	traits := TraitsOf(backend)
	if !traits.Compiles || !traits.CPU {
		return Force(Auto)
	}
	fuses := traits.PJRTMinor >= fusesFrom
	return func(w Work) Lowering {
		if fuses && w.pooled() {
			return Fused
		}
		if w.Rows.Kernel*w.Cols.Kernel*w.In > forwardWeights {
			return Direct
		}
		return Auto
	}
}

// forwardWeights were measured with kernels 5×5 on 1 and on 20 channels (`go run . bench
// infer`).
const forwardWeights = 100

// fusesFrom was measured with plugins of versions 0.81, where Fused is slower than Phases, 0.106
// and 0.115, where it is faster (`go run . bench infer`).
const fusesFrom = 106

// Rule is the choice if nothing was measured. On XLA's CPU engine and on the
// pure-Go backend matrix products are the fastest operation there is; XLA's own
// convolutions are also very slow on a single core and in loops. The pure-Go backend
// computes one number after the other unless it is built with SIMD, and gets fewer
// of them (Winograd). On a GPU the vendor's convolutions are fastest.
func Rule(backend compute.Backend, w Work) Lowering {
	traits := TraitsOf(backend)
	if !traits.CPU {
		return Direct
	}
	list := w.LoweringsOn(backend)
	best := list[len(list)-1]
	switch {
	case best == Winograd && SIMD:
		return Phases
	case best == Winograd && w.In < winogradChannels, best == Phases && traits.PureGo && !SIMD:
		return Im2col
	}
	return best
}

// winogradChannels are the input channels from which on Winograd saves more products than
// its transformations have. One channel is slower with it, twenty are faster (measured on
// the pure-Go backend).
const winogradChannels = 8

// choose returns how to write a convolution of x, never Auto.
func (w Work) choose(s *model.Scope, x *graph.Node) Lowering {
	if choice := model.GetParamOr(s, choiceParam, Choice(nil)); choice != nil {
		if l := choice(w); slices.Contains(w.Lowerings(), l) {
			return l
		}
	}
	return Rule(x.Graph().Backend(), w)
}
