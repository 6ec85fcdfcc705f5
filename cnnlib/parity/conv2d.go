// Package parity holds what a backend computes against package ref and against
// central differences. The functions take the backend as an argument, so that the
// same grid judges the pure-Go backend, XLA on a CPU, and a GPU.
package parity

import (
	"fmt"
	"math"
	"math/rand/v2"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Conv2DCase is one row of the grid: a layer, with its weights and biases still
// unset, and a batch of N inputs In.
type Conv2DCase struct {
	Layer cnnlib.Conv2D
	N     int
	In    cnnlib.Shape
}

// String names the row.
func (c Conv2DCase) String() string { return fmt.Sprintf("%v on %d × %v", c.Layer, c.N, c.In) }

// Conv2DGrid returns all combinations of kernels 1 to 4, strides 1 to 3, dilations
// 1 and 2, the four paddings, one and two groups, odd and even input sizes. The
// explicit padding differs on every side and is so large at the top that windows
// lie wholly in it. With two groups the kernels are not square.
//
// XLA compiles about seven of the 384 rows a second. Every seventh row still meets
// every value of every setting, since 7 divides none of their numbers.
func Conv2DGrid() []Conv2DCase {
	var grid []Conv2DCase
	for kernel := 1; kernel <= 4; kernel++ {
		for stride := 1; stride <= 3; stride++ {
			for dilation := 1; dilation <= 2; dilation++ {
				for _, padding := range []cnnlib.Padding{cnnlib.Valid, cnnlib.Same, cnnlib.Full, cnnlib.Explicit} {
					for groups := 1; groups <= 2; groups++ {
						// 7 is the reach of kernel 4 with dilation 2, the largest of the grid.
						for _, in := range []cnnlib.Shape{{7, 8, 2 * groups}, {8, 9, 2 * groups}} {
							layer := cnnlib.Conv2D{Channels: 3 * groups, Kernel: kernel, Stride: stride, Padding: padding, Dilation: dilation, Groups: groups}
							if padding == cnnlib.Explicit {
								reach := (kernel-1)*dilation + 1
								layer.Pads = cnnlib.Pads{Top: reach + 1, Bottom: 0, Left: 1, Right: 2}
							}
							if groups == 2 {
								layer.KernelW = kernel%4 + 1
							}
							grid = append(grid, Conv2DCase{Layer: layer, N: 2, In: in})
						}
					}
				}
			}
		}
	}
	return grid
}

// Shares says, for a result and for the gradients by input, kernel and bias, how
// large the worst error is as a share of what rounding allows. A share above 1
// is wrong, +Inf where no error at all was allowed.
type Shares struct{ Result, Input, Kernel, Bias float64 }

// Worst returns the largest of the four.
func (s Shares) Worst() float64 { return max(s.Result, s.Input, s.Kernel, s.Bias) }

// Check runs the case in float32 on the backend, forward and backward, and
// compares with package ref in float64.
//
// The allowance follows from the arithmetic: a sum of n products in float32, in
// any order, differs from the true sum by at most about n·u·Σ|a·b|, u = 2^-24
// being the unit roundoff (N. Higham, "Accuracy and Stability of Numerical
// Algorithms", 2nd ed., §3.1). Twice that is allowed. The inputs are float32
// numbers, so that they carry no error of their own.
func (c Conv2DCase) Check(backend compute.Backend) (Shares, error) {
	out, err := c.Layer.OutShape(c.In)
	if err != nil {
		return Shares{}, err
	}
	rng := rand.New(rand.NewPCG(7, 1)) // any fixed seed
	groups := max(c.Layer.Groups, 1)
	kw := c.Layer.KernelW
	if kw == 0 {
		kw = c.Layer.Kernel
	}
	x := randomArray(rng, c.N, c.In[0], c.In[1], c.In[2])
	kernel := randomArray(rng, c.Layer.Kernel, kw, c.In[2]/groups, c.Layer.Channels)
	bias := randomArray(rng, c.Layer.Channels)
	grad := randomArray(rng, c.N, out[0], out[1], out[2])

	layer := c.Layer
	layer.Weights, layer.Biases = weightsOf(kernel), bias.Data
	got, err := forwardAndBackward(backend, layer, x, grad)
	if err != nil {
		return Shares{}, fmt.Errorf("parity: %v: %w", c, err)
	}

	o, err := refOptions(layer, c.In)
	if err != nil {
		return Shares{}, err
	}
	y, err := ref.CrossCorrelate(x, kernel, bias.Data, o)
	if err != nil {
		return Shares{}, err
	}
	dx, dk, db, err := ref.CrossCorrelateGrad(x, kernel, grad, o)
	if err != nil {
		return Shares{}, err
	}
	// The same with absolute values gives Σ|a·b| for every cell.
	ySum, err := ref.CrossCorrelate(absolute(x), absolute(kernel), absolute(bias).Data, o)
	if err != nil {
		return Shares{}, err
	}
	dxSum, dkSum, dbSum, err := ref.CrossCorrelateGrad(absolute(x), absolute(kernel), absolute(grad), o)
	if err != nil {
		return Shares{}, err
	}
	taps, positions := layer.Kernel*kw, c.N*out[0]*out[1]
	return Shares{
		Result: share(got[0], y.Data, ySum.Data, taps*c.In[2]/groups+1), // +1: the bias
		Input:  share(got[1], dx.Data, dxSum.Data, taps*layer.Channels/groups),
		Kernel: share(got[2], dk.Data, dkSum.Data, positions),
		Bias:   share(got[3], db, dbSum, positions),
	}, nil
}

// share returns the largest |got-want| / (2·n·u·sum).
func share(got, want, sum []float64, n int) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	const u = 1.0 / (1 << 24)
	worst := 0.0
	for i := range got {
		allowed := 2 * float64(n) * u * sum[i]
		delta := math.Abs(got[i] - want[i])
		switch {
		case math.IsNaN(delta) || allowed == 0 && delta > 0:
			return math.Inf(1)
		case allowed > 0:
			worst = max(worst, delta/allowed)
		}
	}
	return worst
}

// forwardAndBackward returns y = layer(x) and the gradients of Σ grad·y by x, by
// the weights and by the biases.
func forwardAndBackward(backend compute.Backend, layer cnnlib.Layer, x, grad ref.Array) ([4][]float64, error) {
	var flat [4][]float64
	results, err := model.CallOnceN(backend, model.NewStore(), func(s *model.Scope, in []*graph.Node) []*graph.Node {
		x, grad := in[0], in[1]
		y := layer.Build(s, x)
		loss := graph.ReduceAllSum(graph.Mul(y, grad))
		g := x.Graph()
		slopes := graph.Gradient(loss, x, s.GetVariable("weights").NodeValue(g), s.GetVariable("biases").NodeValue(g))
		return append([]*graph.Node{y}, slopes...)
	}, tensor32(x), tensor32(grad))
	if err != nil {
		return flat, err
	}
	for i, t := range results {
		err := t.ConstFlatData(func(data any) {
			for _, v := range data.([]float32) {
				flat[i] = append(flat[i], float64(v))
			}
		})
		if err != nil {
			return flat, err
		}
	}
	return flat, nil
}

// refOptions writes the settings of a layer in the words of package ref.
func refOptions(c cnnlib.Conv2D, in cnnlib.Shape) (ref.Options, error) {
	kw := c.KernelW
	if kw == 0 {
		kw = c.Kernel
	}
	top, bottom, err := arith.Conv{In: in[0], Kernel: c.Kernel, Dilation: c.Dilation, Padding: c.Padding, Start: c.Pads.Top, End: c.Pads.Bottom}.Pads()
	if err != nil {
		return ref.Options{}, err
	}
	left, right, err := arith.Conv{In: in[1], Kernel: kw, Dilation: c.Dilation, Padding: c.Padding, Start: c.Pads.Left, End: c.Pads.Right}.Pads()
	return ref.Options{Stride: c.Stride, Dilation: c.Dilation, Groups: c.Groups, Top: top, Bottom: bottom, Left: left, Right: right}, err
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

// weightsOf turns a kernel [KH KW Cin/groups Cout] into matrices.
func weightsOf(k ref.Array) cnnlib.Weights {
	w := make(cnnlib.Weights, k.Shape[3])
	for o := range w {
		w[o] = make([][][]float64, k.Shape[2])
		for i := range w[o] {
			w[o][i] = make([][]float64, k.Shape[0])
			for r := range w[o][i] {
				w[o][i][r] = make([]float64, k.Shape[1])
				for c := range w[o][i][r] {
					w[o][i][r][c] = k.At(r, c, i, o)
				}
			}
		}
	}
	return w
}

func tensor32(a ref.Array) *tensors.Tensor {
	narrow := make([]float32, len(a.Data))
	for i, v := range a.Data {
		narrow[i] = float32(v)
	}
	return tensors.FromFlatDataAndDimensions(narrow, a.Shape...)
}
