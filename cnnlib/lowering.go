package cnnlib

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Lowering is a way to write a two-dimensional convolution into a graph. All give
// the same result up to rounding; which is fastest depends on the backend, the
// sizes and the batch, as with the algorithms of cuDNN (S. Chetlur et al. 2014,
// arXiv:1410.0759, §3).
type Lowering int

const (
	// Auto leaves the choice to the store (SetLowerings), or to a rule for the backend.
	Auto Lowering = iota
	// Direct is the backend's own convolution.
	Direct
	// Im2col lays what is under the kernel at each position into a row of a matrix,
	// and multiplies it by the kernel as a matrix (K. Chellapilla, S. Puri, P. Simard
	// 2006, "High performance convolutional neural networks for document processing").
	Im2col
	// Phases computes a convolution together with the max-pooling behind it: a row of
	// the matrix holds what is under the kernel at all positions of a pooling window,
	// and one product gives the results at all of them, side by side, so that the
	// pooling is a maximum of s·s columns. For a kernel k and a window s it multiplies
	// ((k+s-1)/k)² times as often, and moves (s·k/(k+s-1))² times less memory.
	Phases
	// Winograd is Phases with fewer multiplications (S. Winograd 1980; A. Lavin, S. Gray
	// 2016, arXiv:1509.09308). What is under a tile of pooling windows is transformed by rows
	// and by columns, likewise each kernel; number (i, j) of one is multiplied by number (i, j)
	// of the other, all channels by all filters; one more transformation gives the results at
	// all positions of the tile. For k = 5 and s = 2 a tile of four windows needs 64 products
	// in place of 400, and rounding errors are five times larger with 20 channels, fifteen
	// times with one. It pays where a product of numbers costs much: on the pure-Go backend
	// without SIMD.
	Winograd
	// Fused is the backend's own convolution and its own max-pooling, the bias behind both:
	// the form in which newer XLA makes one operation of all of them on the processor, and
	// of the dense layers that follow. It is for graphs without gradients: those of
	// max-pooling are slow on XLA and missing on the pure-Go backend, where it is Direct.
	Fused
)

var loweringNames = [...]string{Auto: "auto", Direct: "direct", Im2col: "im2col", Phases: "phases", Winograd: "winograd", Fused: "fused"}

// String returns the name: "im2col".
func (l Lowering) String() string {
	if l < 0 || int(l) >= len(loweringNames) {
		return fmt.Sprintf("Lowering(%d)", int(l))
	}
	return loweringNames[l]
}

// ParseLowering returns the lowering of that name.
func ParseLowering(name string) (Lowering, error) {
	for l, n := range loweringNames {
		if n == name {
			return Lowering(l), nil
		}
	}
	return Auto, fmt.Errorf("cnnlib: there is no lowering %q: give one of %s", name, strings.Join(loweringNames[:], ", "))
}

// ConvWork is a convolution that a lowering is chosen for.
type ConvWork struct {
	Conv  Conv2D
	Pool  MaxPool2D // the max-pooling behind it that Phases would take in; the zero value is none
	In    Shape     // [H W C]
	Batch int
}

// String names what the speed depends on: "Conv2D{Channels: 20, Kernel: 5},
// MaxPool2D{Window: 2} on 10 × [28 28 1]".
func (w ConvWork) String() string {
	c := w.Conv
	c.NoBias, c.Activation, c.Init, c.Biases = false, None, nil, nil
	if c.Weights != nil {
		core := c.core()
		c.Channels, c.Kernel, c.KernelW, c.Weights = core.channels, core.axes[0].Kernel, core.axes[1].Kernel, nil
	}
	layers := c.String()
	if w.Pool != (MaxPool2D{}) {
		layers += ", " + w.Pool.String()
	}
	return fmt.Sprintf("%s on %d × %v", layers, w.Batch, []int(w.In))
}

// Lowerings returns the ways in which the convolution can be written.
func (w ConvWork) Lowerings() []Lowering {
	list := []Lowering{Direct}
	core := w.Conv.core()
	if core.groups != 1 || core.axes[0].Dilation > 1 {
		return list
	}
	list = append(list, Im2col)
	if w.Pool != (MaxPool2D{}) {
		list = append(list, Fused, Phases)
		if w.winogradFits() {
			list = append(list, Winograd)
		}
	}
	return list
}

// LoweringsOn returns those that can be fastest on the backend where there are gradients.
func (w ConvWork) LoweringsOn(backend compute.Backend) []Lowering {
	return slices.DeleteFunc(w.Lowerings(), func(l Lowering) bool {
		return l == Fused || l == Winograd && !pureGo(backend)
	})
}

// winogradFits tells whether kernel and pooling window are small enough.
func (w ConvWork) winogradFits() bool {
	for i, axis := range w.Conv.core().axes {
		if !winogradExact(w.Pool.pooling().windows(i, axis.Kernel).Window, axis.Kernel) {
			return false
		}
	}
	return true
}

// Lowerings chooses how convolutions are written. What it may return is among
// ConvWork.Lowerings, or Auto; anything else counts as Auto.
type Lowerings func(w ConvWork) Lowering

// Force returns the choice of one lowering wherever it is possible.
func Force(l Lowering) Lowerings { return func(ConvWork) Lowering { return l } }

// loweringsParam is where the choice is in a store.
const loweringsParam = "lowerings"

// SetLowerings makes all convolutions that are built with the store from then on
// follow the choice.
func SetLowerings(store *model.Store, choose Lowerings) {
	store.SetParam(loweringsParam, choose)
}

// Once is the choice for a graph that is called a few times only: XLA compiles its own
// convolutions several times faster than products of matrices.
func Once(backend compute.Backend) Lowerings {
	if backend.Name() == "xla" {
		return Force(Direct)
	}
	return Force(Auto)
}

// Forward is the choice for a graph that is called often and has no gradients. XLA's own
// convolution on the processor lays nothing out in memory and multiplies only what it must.
// Where it is not fused with what follows, Phases is faster for a kernel of few weights: there
// it is the memory that takes the time.
func Forward(backend compute.Backend) Lowerings {
	if backend.Name() != "xla" || !OnCPU(backend) {
		return Force(Auto)
	}
	fuses := PJRTMinor(backend) >= fusesFrom
	return func(w ConvWork) Lowering {
		if fuses && w.Pool != (MaxPool2D{}) {
			return Fused
		}
		core := w.Conv.core()
		if core.axes[0].Kernel*core.axes[1].Kernel*w.In[2] > forwardWeights {
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

// PJRTMinor returns the y of the version 0.y of the PJRT interface that an XLA plugin was built
// with, which tells how old the XLA in it is; 0 where the description does not say.
func PJRTMinor(backend compute.Backend) int {
	_, version, _ := strings.Cut(backend.Description(), ") v0.") // "PJRT plugin (path) v0.115 [StableHLO]"
	minor := 0
	fmt.Sscanf(version, "%d", &minor) // stays 0 where there is none
	return minor
}

// WithLowerings makes the convolutions that build writes follow the choice, and those
// that come later the one before.
func WithLowerings(store *model.Store, choose Lowerings, build func() *graph.Node) *graph.Node {
	before := model.GetParamOr(store.RootScope(), loweringsParam, Lowerings(nil))
	SetLowerings(store, choose)
	defer SetLowerings(store, before)
	return build()
}

// Rule is the choice where nothing was measured. On XLA's CPU engine and on the
// pure-Go backend matrix products are the fastest operation there is; the
// convolutions of the former are also very slow on a single core and in loops. The
// latter computes one number after the other where it is not built with SIMD, and gets
// fewer of them (Winograd). On a GPU the vendor's convolutions are fastest.
func Rule(backend compute.Backend, w ConvWork) Lowering {
	if !OnCPU(backend) {
		return Direct
	}
	list := w.LoweringsOn(backend)
	best := list[len(list)-1]
	switch {
	case best == Winograd && SIMD:
		return Phases
	case best == Winograd && w.In[len(w.In)-1] < winogradChannels, best == Phases && pureGo(backend) && !SIMD:
		return Im2col
	}
	return best
}

// winogradChannels are the input channels from which on Winograd saves more products than
// its transformations have. One channel is slower with it, twenty are faster (measured on
// the pure-Go backend).
const winogradChannels = 8

// OnCPU tells whether the backend computes on the processor: the pure-Go one, or
// XLA with a plugin that has "cpu" in its name.
func OnCPU(backend compute.Backend) bool {
	text := strings.ToLower(backend.Name() + " " + backend.Description())
	for _, other := range []string{"cuda", "nvidia", "tpu", "rocm"} {
		if strings.Contains(text, other) {
			return false
		}
	}
	return true
}

// choose returns how to write a convolution of x, never Auto.
func (w ConvWork) choose(s *model.Scope, x *graph.Node) Lowering {
	if choice := model.GetParamOr(s, loweringsParam, Lowerings(nil)); choice != nil {
		l := choice(w)
		for _, possible := range w.Lowerings() {
			if l == possible {
				return l
			}
		}
	}
	return Rule(x.Graph().Backend(), w)
}

// pooled returns the max-pooling that Phases can take in: one whose windows lie side
// by side without padding, behind an activation that does not change the order of
// values, so that the largest of the activations is the activation of the largest.
func (c Conv2D) pooled(next Layer, in Shape) (MaxPool2D, bool) {
	p, ok := next.(MaxPool2D)
	if !ok || p.Padding != Valid || p.Ceil || !c.Activation.monotone() {
		return MaxPool2D{}, false
	}
	core := c.core()
	if core.groups != 1 || core.axes[0].Dilation > 1 || core.axes[0].Stride > 1 {
		return MaxPool2D{}, false
	}
	mid, err := c.OutShape(in)
	if err != nil {
		return MaxPool2D{}, false
	}
	if _, err := p.OutShape(mid); err != nil {
		return MaxPool2D{}, false
	}
	for axis := range 2 {
		if w := p.pooling().windows(axis, mid[axis]); w.Stride != w.Window {
			return MaxPool2D{}, false
		}
	}
	return p, true
}
