package lower_test

import (
	"math"
	"testing"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/lower"
)

// sideBySide is the configuration with which xla.Open opens the pure-Go backend.
const sideBySide = "go:parallelism=-1"

func open(t *testing.T, config string) compute.Backend {
	t.Helper()
	b, err := compute.NewWithConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Finalize)
	return b
}

// Many products that are ready at once end on a backend without a bound; with the bound of
// compute v0.1.3 all of them wait.
func TestProductsSideBySideEnd(t *testing.T) {
	b := open(t, sideBySide)
	done := make(chan error, 1)
	go func() {
		// 16 matrices 32 × 32: more than the 32,768 products from which on the backend
		// asks for workers.
		x := tensors.FromShape(shapes.Make(dtypes.Float32, 16, 32, 32))
		for range 20 {
			_, err := graph.CallOnce(b, func(x *graph.Node) *graph.Node {
				var sum *graph.Node
				for i := range 40 { // ten times as many as a machine of two cores has workers
					y := graph.AddScalar(x, float64(i))
					y = graph.DotGeneral(y, []int{2}, []int{0}, y, []int{1}, []int{0})
					if sum != nil {
						y = graph.Add(sum, y)
					}
					sum = y
				}
				return sum
			}, x)
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute): // it takes less than a second
		t.Fatal("the products wait for each other")
	}
}

// In pieces or not, and however it is written, a convolution has the same results and
// gradients but for rounding.
func TestPiecesGiveTheSame(t *testing.T) {
	const n, c = 5, 9 // a batch that two do not divide; channels from which on Winograd is chosen
	pictures := map[string][]float64{"waves": make([]float64, n*11*12*c), "black": make([]float64, n*11*12*c)}
	for i := range pictures["waves"] {
		pictures["waves"][i] = math.Sin(float64(i)) // any numbers without ties; if all is black, the first of equals gets the gradient
	}
	run := func(b compute.Backend, choose lower.Choice, numbers []float64) (all [][]float64) {
		store := model.NewStore()
		lower.Set(store, choose)
		net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 4, Kernel: 5}, cnnlib.MaxPool2D{Window: 2}}
		results, err := model.CallOnceN(b, store, func(s *model.Scope, x *graph.Node) []*graph.Node {
			y := net.Build(s, x)
			by := []*graph.Node{x}
			for v := range s.IterVariables() {
				by = append(by, v.NodeValue(x.Graph()))
			}
			return append([]*graph.Node{y}, graph.Gradient(graph.ReduceAllSum(graph.Square(graph.AddScalar(y, 1))), by...)...)
		}, tensors.FromFlatDataAndDimensions(numbers, n, 11, 12, c))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			r.MustConstFlatData(func(flat any) { all = append(all, append([]float64{}, flat.([]float64)...)) })
		}
		return all
	}
	side := open(t, sideBySide)
	for name, numbers := range pictures {
		want := run(open(t, "go:ops_sequential"), lower.Force(lower.Direct), numbers)
		for _, l := range []lower.Lowering{lower.Auto, lower.Direct, lower.Im2col, lower.Phases, lower.Winograd, lower.Fused} {
			got := run(side, lower.Force(l), numbers)
			for i := range want {
				for j, w := range want[i] {
					// 225 products a sum, values up to some hundreds: far below 1e-9 in float64.
					if math.Abs(got[i][j]-w) > 1e-9 {
						t.Fatalf("%s, %v: number %d of array %d is %v, want %v", name, l, j, i, got[i][j], w)
					}
				}
			}
		}
	}
}
