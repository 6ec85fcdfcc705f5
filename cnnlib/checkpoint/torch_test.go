package checkpoint

import (
	"reflect"
	"slices"
	"testing"
)

// counted returns a tensor with the numbers 0, 1, 2, ...
func counted(shape ...int) Tensor {
	n, _ := product(shape)
	data := make([]float32, n)
	for i := range data {
		data[i] = float32(i)
	}
	return Tensor{"t", shape, data}
}

func TestConvToTorch(t *testing.T) {
	const kh, kw, in, out = 2, 3, 4, 5 // all different, so that no two axes can be mixed up
	ours := counted(kh, kw, in, out)
	torch, err := ConvToTorch(ours)
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{out, in, kh, kw}; !slices.Equal(torch.Shape, want) || torch.Name != "t" {
		t.Fatalf("%q has shape %v, want %v", torch.Name, torch.Shape, want)
	}
	a, b := ours.Data.([]float32), torch.Data.([]float32)
	for y := range kh {
		for x := range kw {
			for i := range in {
				for o := range out {
					if got, want := b[((o*in+i)*kh+y)*kw+x], a[((y*kw+x)*in+i)*out+o]; got != want {
						t.Fatalf("weight of output %d, input %d, row %d, column %d is %g, want %g", o, i, y, x, got, want)
					}
				}
			}
		}
	}
}

func TestDenseToTorch(t *testing.T) {
	torch, err := DenseToTorch(Tensor{"t", []int{2, 3}, []int32{
		1, 2, 3,
		4, 5, 6,
	}})
	want := Tensor{"t", []int{3, 2}, []int32{
		1, 4,
		2, 5,
		3, 6,
	}}
	if err != nil || !reflect.DeepEqual(torch, want) {
		t.Errorf("got %v, %v, want %v", torch, err, want)
	}
}

// TestFlattenedToTorch computes a layer as both libraries do, each with its own
// order of the image and of the weights. Whole numbers make the sums exact.
func TestFlattenedToTorch(t *testing.T) {
	const h, w, c, out = 2, 3, 4, 5
	ours := counted(h*w*c, out)
	torch, err := FlattenedToTorch(ours, h, w, c)
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{out, c * h * w}; !slices.Equal(torch.Shape, want) {
		t.Fatalf("shape %v, want %v", torch.Shape, want)
	}
	pixel := func(y, x, ch int) float32 { return float32((7*y + 5*x + 3*ch) % 11) } // no two axes alike
	for o := range out {
		var here, there float32
		for y := range h {
			for x := range w {
				for ch := range c {
					here += pixel(y, x, ch) * ours.Data.([]float32)[((y*w+x)*c+ch)*out+o]
					there += pixel(y, x, ch) * torch.Data.([]float32)[o*c*h*w+(ch*h+y)*w+x]
				}
			}
		}
		if here != there {
			t.Errorf("output %d is %g here and %g in PyTorch", o, here, there)
		}
	}
}

func TestTorchThereAndBack(t *testing.T) {
	for name, c := range map[string]struct {
		tensor   Tensor
		to, from func(Tensor) (Tensor, error)
	}{
		"conv":  {counted(2, 3, 4, 5), ConvToTorch, ConvFromTorch},
		"empty": {counted(2, 0, 4, 5), ConvToTorch, ConvFromTorch},
		"dense": {counted(2, 3), DenseToTorch, DenseFromTorch},
		"flattened": {counted(24, 5),
			func(t Tensor) (Tensor, error) { return FlattenedToTorch(t, 2, 3, 4) },
			func(t Tensor) (Tensor, error) { return FlattenedFromTorch(t, 2, 3, 4) }},
	} {
		for _, e := range []any{nil, every()[1].Data, every()[7].Data} { // float32, float64, bool
			tensor := c.tensor
			n, _ := product(tensor.Shape)
			switch e.(type) {
			case []float64:
				data := make([]float64, n)
				for i := range data {
					data[i] = float64(i)
				}
				tensor.Data = data
			case []bool:
				data := make([]bool, n)
				for i := range data {
					data[i] = i%3 == 0
				}
				tensor.Data = data
			}
			there, err := c.to(tensor)
			if err != nil {
				t.Fatal(err)
			}
			back, err := c.from(there)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(back, tensor) {
				t.Errorf("%s: %v came back as %v", name, tensor, back)
			}
		}
	}
}

func TestTorchRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		f    func() (Tensor, error)
		want string
	}{
		"rank of a kernel":     {func() (Tensor, error) { return ConvToTorch(counted(2, 3)) }, `tensor "t" has shape [2 3], want 3, 4 or 5 axes`},
		"rank of a weight":     {func() (Tensor, error) { return ConvFromTorch(counted(2, 3)) }, "want 3, 4 or 5 axes"},
		"rank of dense":        {func() (Tensor, error) { return DenseToTorch(counted(2, 3, 4)) }, "want 2 axes"},
		"rank of linear":       {func() (Tensor, error) { return DenseFromTorch(counted(2)) }, "want 2 axes"},
		"numbers":              {func() (Tensor, error) { return DenseToTorch(Tensor{"t", []int{2, 2}, []float32{1}}) }, "1 numbers"},
		"flattened rank":       {func() (Tensor, error) { return FlattenedToTorch(counted(24), 2, 3, 4) }, "want [H·W·C out]"},
		"flattened image":      {func() (Tensor, error) { return FlattenedToTorch(counted(24, 5), 2, 3, 5) }, "H W C = 2 3 5"},
		"flattened negative":   {func() (Tensor, error) { return FlattenedToTorch(counted(6, 5), -2, -3, 1) }, "H W C = -2 -3 1"},
		"flattened numbers":    {func() (Tensor, error) { return FlattenedToTorch(Tensor{"t", []int{24, 5}, nil}, 2, 3, 4) }, "holds <nil>"},
		"unflattened rank":     {func() (Tensor, error) { return FlattenedFromTorch(counted(5), 2, 3, 4) }, "want [out C·H·W]"},
		"unflattened the same": {func() (Tensor, error) { return FlattenedFromTorch(counted(24, 5), 2, 3, 4) }, "C H W = 4 2 3"},
		"unflattened numbers":  {func() (Tensor, error) { return FlattenedFromTorch(Tensor{"t", []int{5, 24}, nil}, 2, 3, 4) }, "holds <nil>"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.f()
			checkLine(t, err, c.want)
			if !reflect.DeepEqual(got, Tensor{}) {
				t.Errorf("an error with %v", got)
			}
		})
	}
}

// Kernels of every number of axes, there and back, each number at its place.
func TestConvToTorchOfAllRanks(t *testing.T) {
	for _, kernel := range [][]int{{3}, {3, 2}, {2, 3, 4}} {
		const in, out = 5, 6
		ours := counted(append(slices.Clone(kernel), in, out)...)
		torch, err := ConvToTorch(ours)
		if err != nil {
			t.Fatal(err)
		}
		if want := append([]int{out, in}, kernel...); !slices.Equal(torch.Shape, want) {
			t.Fatalf("shape %v, want %v", torch.Shape, want)
		}
		taps, _ := product(kernel)
		a, b := ours.Data.([]float32), torch.Data.([]float32)
		for tap := range taps { // the axes of the kernel keep their order
			for i := range in {
				for o := range out {
					if got, want := b[(o*in+i)*taps+tap], a[(tap*in+i)*out+o]; got != want {
						t.Fatalf("%v: weight of output %d, input %d, tap %d is %g, want %g", kernel, o, i, tap, got, want)
					}
				}
			}
		}
		back, err := ConvFromTorch(torch)
		if err != nil || !reflect.DeepEqual(back, ours) {
			t.Errorf("%v: back it is %v, %v", kernel, back.Shape, err)
		}
	}
	for _, shape := range [][]int{{6}, {5, 6}, {1, 1, 1, 1, 5, 6}} {
		for _, convert := range []func(Tensor) (Tensor, error){ConvToTorch, ConvFromTorch} {
			if _, err := convert(counted(shape...)); err == nil {
				t.Errorf("kernels of shape %v were taken", shape)
			}
		}
	}
}
