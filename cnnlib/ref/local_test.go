package ref_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"cnnbook/cnnlib/ref"
)

// Two positions on three cells: the first kernel sums, the second subtracts.
func ExampleLocallyConnected() {
	x, err := ref.FromPlane([][]float64{{1, 10, 100}})
	if err != nil {
		fmt.Println(err)
		return
	}
	kernels := ref.Array{Shape: []int{1, 2, 1, 2, 1, 1}, Data: []float64{1, 1, -1, 1}} // [OH OW KH KW Cin Cout]
	y, err := ref.LocallyConnected(x, kernels, nil, ref.Options{})
	fmt.Println(y.Shape, y.Data, err)
	// Output: [1 1 2 1] [11 90] <nil>
}

// randomLocal returns options, arrays and one kernel that fits every position.
func randomLocal(t *testing.T, rng *rand.Rand) (x, kernel ref.Array, o ref.Options, result []int) {
	o = ref.Options{Stride: 1 + rng.IntN(3), StrideW: rng.IntN(4), Top: rng.IntN(4), Bottom: rng.IntN(3), Left: rng.IntN(3), Right: rng.IntN(4)}
	x, kernel = randomArray(rng, 2, 5, 4, 2), randomArray(rng, 1+rng.IntN(4), 1+rng.IntN(4), 2, 3)
	y, err := ref.CrossCorrelate(x, kernel, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	return x, kernel, o, y.Shape
}

// Where all kernels are the same, and all biases of a channel, the layer is a
// convolution; its gradient by the shared kernel is the sum over the positions.
func TestSharedKernelsAreAConvolution(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 35)) // any fixed seed
	for range 40 {
		x, kernel, o, shape := randomLocal(t, rng)
		positions := shape[1] * shape[2]
		kernels := ref.Array{Shape: append([]int{shape[1], shape[2]}, kernel.Shape...)}
		bias, biases := []float64{5, 6, 7}, []float64(nil)
		for range positions {
			kernels.Data, biases = append(kernels.Data, kernel.Data...), append(biases, bias...)
		}
		got, err := ref.LocallyConnected(x, kernels, biases, o)
		if err != nil {
			t.Fatal(err)
		}
		want, err := ref.CrossCorrelate(x, kernel, bias, o)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v: %v, %v, want %v", o, got, err, want)
		}
		grad := randomArray(rng, shape...)
		dx, dks, dbs, err := ref.LocallyConnectedGrad(x, kernels, grad, o)
		if err != nil {
			t.Fatal(err)
		}
		wantX, wantK, wantB, err := ref.CrossCorrelateGrad(x, kernel, grad, o)
		if err != nil {
			t.Fatal(err)
		}
		dk, db := ref.NewArray(kernel.Shape...), make([]float64, 3)
		for i, v := range dks.Data {
			dk.Data[i%len(dk.Data)] += v
		}
		for i, v := range dbs {
			db[i%3] += v
		}
		if !reflect.DeepEqual(positiveArray(dx), positiveArray(wantX)) || !reflect.DeepEqual(positiveArray(dk), positiveArray(wantK)) || !reflect.DeepEqual(db, wantB) {
			t.Fatalf("%+v: gradients %v %v %v, want %v %v %v", o, dx, dk, db, wantX, wantK, wantB)
		}
	}
}

func TestLocallyConnectedGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 36)) // any fixed seed
	for range 4 {
		x, kernel, o, shape := randomLocal(t, rng)
		kernels := randomArray(rng, append([]int{shape[1], shape[2]}, kernel.Shape...)...)
		bias := randomArray(rng, shape[1:]...).Data
		grad := randomArray(rng, shape...)
		dx, dk, db, err := ref.LocallyConnectedGrad(x, kernels, grad, o)
		if err != nil {
			t.Fatal(err)
		}
		result := func() (ref.Array, error) { return ref.LocallyConnected(x, kernels, bias, o) }
		exactSlopes(t, fmt.Sprint(o), result, grad, [][]float64{x.Data, kernels.Data, bias}, [][]float64{dx.Data, dk.Data, db})
	}
}

func TestBadLocallyConnected(t *testing.T) {
	x, k, grad := ref.NewArray(1, 3, 4, 2), ref.NewArray(2, 3, 2, 2, 2, 5), ref.NewArray(1, 2, 3, 5)
	for _, c := range []struct {
		x, k ref.Array
		o    ref.Options
		want string
	}{
		{ref.NewArray(3, 4, 2), k, ref.Options{}, "ref: the input has shape [3 4 2], want 4 axes"},
		{x, ref.NewArray(2, 3, 8, 5), ref.Options{}, "ref: the block of kernels has shape [2 3 8 5], want 6 axes"},
		{x, ref.NewArray(2, 3, 2, 2, 1, 5), ref.Options{}, "ref: the kernels have 1 channels, the input has 2"},
		{x, k, ref.Options{Stride: 2}, "ref: 2×3 kernels for 1×2 positions"},
		{x, k, ref.Options{Dilation: 2}, "ref: dilation 2 and groups 1 of kernels that are not shared: use 1"},
		{x, ref.NewArray(1, 1, 4, 2, 2, 5), ref.Options{}, "ref: kernel height 4 does not fit into 3 (input 3, padding 0 and 0): use a smaller kernel or more padding"},
		{x, k, ref.Options{Top: -1}, "ref: top padding -1 is below 0"},
	} {
		_, err := ref.LocallyConnected(c.x, c.k, nil, c.o)
		_, _, _, gradErr := ref.LocallyConnectedGrad(c.x, c.k, grad, c.o)
		for _, err := range []error{err, gradErr} {
			if err == nil || err.Error() != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		}
	}
	want := "ref: 5 biases for 30 output values: give one each, or nil" // 2·3·5
	if _, err := ref.LocallyConnected(x, k, make([]float64, 5), ref.Options{}); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
