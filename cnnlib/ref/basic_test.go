package ref_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"cnnbook/cnnlib/ref"
)

func array(shape []int, numbers ...float64) ref.Array {
	return ref.Array{Shape: shape, Data: numbers}
}

// Two inputs, three results.
func ExampleDense() {
	y, err := ref.Dense(array([]int{1, 2}, 1, 2), array([]int{2, 3}, 1, 2, 3, 10, 20, 30), []float64{0.5, 0, -100})
	fmt.Println(y.Data, err) // 1·1 + 2·10 + 0.5, …
	// Output: [21.5 42 -37] <nil>
}

func ExampleDenseGrad() {
	dx, dweights, dbias, err := ref.DenseGrad(array([]int{1, 2}, 1, 2), array([]int{2, 1}, 3, 4), array([]int{1, 1}, 10))
	fmt.Println(dx.Data, dweights.Data, dbias, err)
	// Output: [30 40] [10 20] [10] <nil>
}

func ExampleSoftmax() {
	y, err := ref.Softmax(array([]int{2, 2}, 0, 0, 1000, 1000)) // e^1000 alone would overflow
	fmt.Println(y.Data, err)
	// Output: [0.5 0.5 0.5 0.5] <nil>
}

// What makes one probability larger makes the other smaller.
func ExampleSoftmaxGrad() {
	dx, err := ref.SoftmaxGrad(array([]int{1, 2}, 0, 0), array([]int{1, 2}, 1, 0))
	fmt.Println(dx.Data, err)
	// Output: [0.25 -0.25] <nil>
}

// Each channel on its own: 1, 3, 5 and 10, 10, 40.
func ExampleMoments() {
	fmt.Println(ref.Moments(array([]int{3, 2}, 1, 10, 3, 10, 5, 40)))
	// Output: [3 20] [2.6666666666666665 200] <nil>
}

func ExampleNormalize() {
	y, err := ref.Normalize(array([]int{3, 1}, 1, 3, 5), []float64{2}, []float64{100}, []float64{3}, []float64{4}, 0)
	fmt.Println(y.Data, err) // 2·(1 - 3)/√4 + 100, …
	// Output: [98 100 102] <nil>
}

func ExampleBatchNorm() {
	y, err := ref.BatchNorm(array([]int{2, 1}, 1, 5), []float64{1}, []float64{0}, 0)
	fmt.Println(y.Data, err)
	// Output: [-1 1] <nil>
}

// A common change of all results, or one in proportion to them, cannot come from
// the input: normalising takes it away.
func ExampleBatchNormGrad() {
	x := array([]int{4, 1}, 1, 2, 3, 4)
	dx, dscale, dshift, err := ref.BatchNormGrad(x, []float64{1}, 0, array([]int{4, 1}, 1, 1, 1, 1))
	fmt.Println(dx.Data, dscale, dshift, err)
	// Output: [0 0 0 0] [0] [4] <nil>
}

// 3 channels of one cell, sums over 3 of them: 1 + 2², 1 + 2² + 3², 2² + 3² below
// the line.
func ExampleLocalResponseNorm() {
	y, err := ref.LocalResponseNorm(array([]int{1, 3}, 1, 2, 3), 3, 0, 1, 1)
	fmt.Printf("%.4f %v\n", y.Data, err) // 1/5, 2/14, 3/13
	// Output: [0.2000 0.1429 0.2308] <nil>
}

func ExampleLocalResponseNormGrad() {
	// One channel, a/(a²) = 1/a, with the derivative -1/a².
	dx, err := ref.LocalResponseNormGrad(array([]int{1, 1}, 2), 1, 0, 1, 1, array([]int{1, 1}, 1))
	fmt.Println(dx.Data, err)
	// Output: [-0.25] <nil>
}

// Every chain rule agrees with central differences.
func TestGradientsAgainstDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2)) // any fixed seed
	random := func(shape ...int) ref.Array {
		a := ref.NewArray(shape...)
		for i := range a.Data {
			a.Data[i] = 2*rng.Float64() - 1
		}
		return a
	}
	x, grad := random(3, 2, 2, 4), random(3, 2, 2, 4)
	rows, weights, few := random(2, 5), random(5, 3), random(2, 3)
	scale, shift := random(4), random(4)
	const epsilon = 1e-5

	for _, c := range []struct {
		name  string
		value func() (ref.Array, error)                              // the function
		by    func() (in []ref.Array, slopes []ref.Array, err error) // what it depends on, and the chain rule
		grad  ref.Array
	}{
		{"Dense", func() (ref.Array, error) { return ref.Dense(rows, weights, shift.Data[:3]) },
			func() ([]ref.Array, []ref.Array, error) {
				dx, dw, db, err := ref.DenseGrad(rows, weights, few)
				return []ref.Array{rows, weights, {Data: shift.Data[:3]}}, []ref.Array{dx, dw, {Data: db}}, err
			}, few},
		{"Softmax", func() (ref.Array, error) { return ref.Softmax(x) },
			func() ([]ref.Array, []ref.Array, error) {
				dx, err := ref.SoftmaxGrad(x, grad)
				return []ref.Array{x}, []ref.Array{dx}, err
			}, grad},
		{"BatchNorm", func() (ref.Array, error) { return ref.BatchNorm(x, scale.Data, shift.Data, epsilon) },
			func() ([]ref.Array, []ref.Array, error) {
				dx, ds, dt, err := ref.BatchNormGrad(x, scale.Data, epsilon, grad)
				return []ref.Array{x, scale, shift}, []ref.Array{dx, {Data: ds}, {Data: dt}}, err
			}, grad},
		{"LocalResponseNorm", func() (ref.Array, error) { return ref.LocalResponseNorm(x, 3, 2, 0.5, 0.75) },
			func() ([]ref.Array, []ref.Array, error) {
				dx, err := ref.LocalResponseNormGrad(x, 3, 2, 0.5, 0.75, grad)
				return []ref.Array{x}, []ref.Array{dx}, err
			}, grad},
	} {
		in, slopes, err := c.by()
		if err != nil {
			t.Fatal(err)
		}
		loss := func() float64 {
			y, err := c.value()
			if err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for i, v := range y.Data {
				sum += v * c.grad.Data[i]
			}
			return sum
		}
		for which, a := range in {
			for i, v := range a.Data {
				const h = 1e-5
				a.Data[i] = v + h
				up := loss()
				a.Data[i] = v - h
				down := loss()
				a.Data[i] = v
				// The error of a central difference is of the size of h² = 1e-10 times a third
				// derivative; of rounding 1e-16/h = 1e-11. 1e-7 leaves a factor of a thousand.
				if got, want := slopes[which].Data[i], (up-down)/(2*h); !(math.Abs(got-want) <= 1e-7*max(1, math.Abs(want))) {
					t.Errorf("%s: derivative by number %d of argument %d is %v, central differences give %v", c.name, i, which, got, want)
				}
			}
		}
	}
}

func TestBasicErrors(t *testing.T) {
	x := array([]int{1, 2}, 1, 2)
	wrong := array([]int{1, 3}, 1, 2, 3)
	errs := map[string][]error{}
	add := func(want string, err error) { errs[want] = append(errs[want], err) }
	_, err := ref.Dense(x, array([]int{3, 1}, 1, 2, 3), nil)
	add("3 rows for 2 inputs", err)
	_, err = ref.Dense(x, array([]int{2, 1}, 1, 2), []float64{1, 2})
	add("2 biases for 1 results", err)
	_, err = ref.Dense(array([]int{2}, 1, 2), x, nil)
	add("want 2 axes", err)
	_, err = ref.Dense(x, array([]int{2}, 1, 2), nil)
	add("want 2 axes", err)
	_, _, _, err = ref.DenseGrad(x, array([]int{3, 1}, 1, 2, 3), x)
	add("3 rows for 2 inputs", err)
	_, _, _, err = ref.DenseGrad(x, array([]int{2, 1}, 1, 2), x)
	add("the result has [1 1]", err)
	_, _, _, err = ref.DenseGrad(x, array([]int{2, 1}, 1, 2), array([]int{1}, 1))
	add("want 2 axes", err)
	_, err = ref.Softmax(ref.Array{})
	add("no axes", err)
	_, err = ref.SoftmaxGrad(ref.Array{}, x)
	add("no axes", err)
	_, err = ref.SoftmaxGrad(x, wrong)
	add("gradient of 3 numbers for an input of 2", err)
	_, _, err = ref.Moments(ref.Array{})
	add("no axes", err)
	_, err = ref.BatchNorm(array([]int{1, 2}, 1), nil, nil, 0)
	add("has 1 numbers, its shape [1 2] wants 2", err)
	_, err = ref.Normalize(ref.Array{}, nil, nil, nil, nil, 0)
	add("no axes", err)
	_, err = ref.BatchNorm(x, []float64{1}, []float64{1, 1}, 0)
	add("scale has 1 numbers for 2 channels", err)
	_, _, _, err = ref.BatchNormGrad(ref.Array{}, nil, 0, x)
	add("no axes", err)
	_, _, _, err = ref.BatchNormGrad(x, []float64{1, 1}, 0, wrong)
	add("gradient of 3 numbers", err)
	_, err = ref.LocalResponseNorm(x, 4, 1, 1, 1)
	add("size 4, want an odd number", err)
	_, err = ref.LocalResponseNorm(ref.Array{}, 3, 1, 1, 1)
	add("no axes", err)
	_, err = ref.LocalResponseNormGrad(x, 0, 1, 1, 1, x)
	add("size 0", err)
	_, err = ref.LocalResponseNormGrad(x, 3, 1, 1, 1, wrong)
	add("gradient of 3 numbers for an input of 2", err)
	for want, list := range errs {
		for _, err := range list {
			if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "ref: ") {
				t.Errorf("%v does not say %q", err, want)
			}
		}
	}
}
