package nets_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/nets"
	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

func ExampleSection523() {
	for _, n := range nets.Section523() {
		fmt.Println(n.Name, n.Net.Params(n.In), n.Net.MACs(n.In))
	}
	// Output:
	// fc100 79510 79400
	// conv1 289630 577000
	// conv2-sigmoid 85670 1633000
	// conv2 85670 1633000
	// conv2-fc300 215870 1763000
	// conv2-fc1000 671570 2218000
	// conv2-fc100-fc100 95770 1643000
	// conv2-fc300-fc300 306170 1853000
	// conv2-fc1000-fc1000 1672570 3218000
	// conv2-dropout 1672570 3218000
}

// The streams of numbers of testdata/make_fingerprints.py, and their formula.
const imageStream, labelStream, maskStream = 1000, 2000, 3000

func hash32(stream, n int) []uint32 {
	mix := func(x uint32) uint32 {
		x = (x ^ x>>16) * 0x85EBCA6B
		x = (x ^ x>>13) * 0xC2B2AE35
		return x ^ x>>16
	}
	numbers := make([]uint32, n)
	for i := range numbers {
		numbers[i] = mix(uint32(i) + mix(uint32(stream)+1))
	}
	return numbers
}

// masked takes the place of Dropout: it multiplies by given zeros and ones, so that
// PyTorch and we drop the same values.
type masked struct {
	cnnlib.Dropout
	mask *graph.Node
}

func (m masked) Build(_ *model.Scope, x *graph.Node) *graph.Node { return graph.Mul(x, m.mask) }

type fingerprint struct {
	Name        string
	Gain        float64
	Rate, Decay float64
	Costs       []float64
}

// Ten steps of descent give the costs that PyTorch gives from the same weights and
// batches (testdata/make_fingerprints.py, which also shows that leaving out the
// gradient of any one tensor would change them).
func TestFingerprints(t *testing.T) {
	content, err := os.ReadFile("testdata/fingerprints.json")
	if err != nil {
		t.Fatal(err)
	}
	var stored struct {
		Batch    int
		Networks []fingerprint
	}
	if err := json.Unmarshal(content, &stored); err != nil {
		t.Fatal(err)
	}
	backend, err := compute.NewWithConfig("go")
	if err != nil {
		t.Fatal(err)
	}
	defer backend.Finalize()
	networks := nets.Section523()
	if len(networks) != len(stored.Networks) {
		t.Fatalf("%d networks, %d fingerprints", len(networks), len(stored.Networks))
	}
	for i, want := range stored.Networks {
		if networks[i].Name != want.Name {
			t.Fatalf("network %d is %s, its fingerprint %s", i, networks[i].Name, want.Name)
		}
		got, err := costs(backend, networks[i], want, stored.Batch)
		if err != nil {
			t.Errorf("%s: %v", want.Name, err)
			continue
		}
		worst := 0.0
		for step := range want.Costs {
			worst = max(worst, math.Abs(got[step]-want.Costs[step]))
		}
		t.Logf("%-20s step 10: %.6f, PyTorch %.6f; largest difference of all steps %.1e", want.Name, got[9], want.Costs[9], worst)
		if !(worst <= 1e-4) { // the project's bound for float32; also catches NaN
			t.Errorf("%s: costs %v, PyTorch's %v", want.Name, got, want.Costs)
		}
	}
}

// costs trains the network as the script does.
func costs(backend compute.Backend, n nets.Network, f fingerprint, batch int) ([]float64, error) {
	store := model.NewStore()
	exec, err := model.NewExec(backend, store, func(s *model.Scope, in []*graph.Node) *graph.Node {
		net, place := make(cnnlib.Sequential, len(n.Net)), 0
		for i, layer := range n.Net {
			if d, ok := layer.(cnnlib.Dropout); ok {
				layer = masked{d, in[2+place]}
				place++
			}
			net[i] = layer
		}
		logits := net.Build(s, in[0])
		g := logits.Graph()
		targets := graph.OneHot(in[1], 10, logits.DType())
		cost := graph.Neg(graph.ReduceAllMean(graph.ReduceSum(graph.Mul(targets, graph.LogSoftmax(logits)), -1)))
		var list []*model.Variable
		var values []*graph.Node
		for v := range store.IterVariables() {
			w := v.NodeValue(g)
			list, values = append(list, v), append(values, w)
			if f.Decay > 0 && v.Name() == "weights" {
				// In two stages: the pure-Go backend adds a million float32 squares one
				// after the other, which loses more than the bound of this test.
				squares := graph.ReduceAllSum(graph.ReduceSum(graph.Square(w), -1))
				cost = graph.Add(cost, graph.MulScalar(squares, f.Decay/2/float64(len(f.Costs))))
			}
		}
		for j, slope := range graph.Gradient(cost, values...) {
			list[j].SetNodeValue(graph.Sub(values[j], graph.MulScalar(slope, f.Rate)))
		}
		return cost
	})
	if err != nil {
		return nil, err
	}
	defer exec.Finalize()
	var results []float64
	for step := range f.Costs {
		pixels := make([]float32, batch*28*28)
		for i, h := range hash32(imageStream+step, len(pixels)) {
			pixels[i] = float32(h%256) / 256
		}
		labels := make([]int32, batch)
		for i, h := range hash32(labelStream+step, batch) {
			labels[i] = int32(h % 10)
		}
		args := []any{tensors.FromFlatDataAndDimensions(pixels, batch, 28, 28, 1), tensors.FromFlatDataAndDimensions(labels, batch)}
		shape, place := n.In, 0
		for _, layer := range n.Net {
			if _, ok := layer.(cnnlib.Dropout); ok {
				mask := make([]float32, batch*shape.Size())
				for i, h := range hash32(maskStream+10*step+place, len(mask)) {
					mask[i] = float32(h >> 31)
				}
				args = append(args, tensors.FromFlatDataAndDimensions(mask, batch, shape.Size()))
				place++
			}
			if shape, err = layer.OutShape(shape); err != nil {
				return nil, err
			}
		}
		if step == 0 {
			if err := fill(exec, store, f.Gain, args); err != nil {
				return nil, err
			}
		}
		y, err := exec.Call(args...)
		if err != nil {
			return nil, err
		}
		results = append(results, float64(y[0].Value().(float32)))
	}
	return results, nil
}

// fill makes the variables and gives them the numbers of the script.
func fill(exec *model.Exec, store *model.Store, gain float64, args []any) error {
	inputs := make([]shapes.Shape, len(args))
	for i := range args {
		inputs[i] = args[i].(*tensors.Tensor).Shape()
	}
	if _, err := exec.Compile(inputs...); err != nil {
		return err
	}
	j := 0
	for v := range store.IterVariables() {
		dims := v.Shape().Dimensions
		scale := 0.2
		if len(dims) > 1 {
			fanIn := v.Shape().Size() / dims[len(dims)-1]
			scale = gain * 2 * math.Sqrt(3/float64(fanIn))
		}
		values := make([]float32, v.Shape().Size())
		for i, h := range hash32(j, len(values)) {
			values[i] = float32(scale * (float64(h>>8)/(1<<24) - 0.5))
		}
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(values, dims...)); err != nil {
			return err
		}
		j++
	}
	return nil
}
