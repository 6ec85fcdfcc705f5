package arith_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"cnnbook/cnnlib/arith"
)

// VGG-16 (arXiv:1409.1556, table 1, column D): blocks of 3×3 kernels with padding
// 1, each followed by a pool of 2.
func vgg16() []arith.Sliding {
	var layers []arith.Sliding
	for _, convs := range []int{2, 2, 3, 3, 3} {
		for range convs {
			layers = append(layers, arith.Conv{Kernel: 3, Padding: arith.Same})
		}
		layers = append(layers, arith.Pool{Window: 2})
	}
	return layers
}

// AlexNet (Krizhevsky et al. 2012, §3.5): overlapping pools after layers 1, 2, 5.
func alexNet() []arith.Sliding {
	pool := arith.Pool{Window: 3, Stride: 2}
	return []arith.Sliding{
		arith.Conv{Kernel: 11, Stride: 4}, pool,
		arith.Conv{Kernel: 5, Padding: arith.Same}, pool,
		arith.Conv{Kernel: 3, Padding: arith.Same},
		arith.Conv{Kernel: 3, Padding: arith.Same},
		arith.Conv{Kernel: 3, Padding: arith.Same}, pool,
	}
}

func stack(n int, layer arith.Sliding) []arith.Sliding {
	var layers []arith.Sliding
	for range n {
		layers = append(layers, layer)
	}
	return layers
}

// Two kernels of 3 see what one of 5 sees, three see what one of 7 sees
// (arXiv:1409.1556, §2.3).
func ExampleField_Through() {
	var f arith.Field
	var err error
	for range 3 {
		if f, err = f.Through(arith.Conv{Kernel: 3}); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(f.Size)
	}
	// Output:
	// 3
	// 5
	// 7
}

// A kernel of 3 with padding 1 and stride 2, then one of 3: the first result sees
// one cell of padding.
func ExampleField() {
	f, err := arith.Field{}.Through(arith.Conv{Kernel: 3, Stride: 2, Padding: arith.Same}, arith.Conv{Kernel: 3})
	fmt.Println(f.Size, f.Jump, err)
	for o := range 3 {
		fmt.Println(o, f.First(o), f.Last(o), f.Centre(o))
	}
	// Output:
	// 7 2 <nil>
	// 0 -1 5 2
	// 1 1 7 4
	// 2 3 9 6
}

func TestField(t *testing.T) {
	conv3 := arith.Conv{Kernel: 3}
	for _, c := range []struct {
		name   string
		layers []arith.Sliding
		want   arith.Field
	}{
		{"no layer", nil, arith.Field{Size: 1, Jump: 1}},
		{"1×1", stack(3, arith.Conv{Kernel: 1}), arith.Field{Size: 1, Jump: 1}},
		{"two kernels of 3", stack(2, conv3), arith.Field{Size: 5, Jump: 1}},
		{"three kernels of 3", stack(3, conv3), arith.Field{Size: 7, Jump: 1}},
		{"dilation 2", []arith.Sliding{arith.Conv{Kernel: 3, Dilation: 2}}, arith.Field{Size: 5, Jump: 1}},
		// Dilations 1, 2, 4 double the field with each layer: 2^(n+1) - 1 (F. Yu and
		// V. Koltun, arXiv:1511.07122, §2).
		{"dilations 1, 2, 4", []arith.Sliding{conv3, arith.Conv{Kernel: 3, Dilation: 2}, arith.Conv{Kernel: 3, Dilation: 4}}, arith.Field{Size: 15, Jump: 1}},
		// The numbers of Araujo et al. for pool5: 212 and 195 cells, 32 apart. The
		// first VGG-16 field begins at minus the padding: (2 + 2·2 + 3·4 + 3·8 + 3·16).
		{"VGG-16", vgg16(), arith.Field{Size: 212, Jump: 32, Start: -90}},
		// AlexNet: -(2·8 + 3·16), the paddings times the jumps before them.
		{"AlexNet", alexNet(), arith.Field{Size: 195, Jump: 32, Start: -64}},
	} {
		if f, err := (arith.Field{}).Through(c.layers...); err != nil || f != c.want {
			t.Errorf("%s: %+v, %v, want %+v", c.name, f, err, c.want)
		}
	}
	if f := (arith.Field{}); f.First(3) != 3 || f.Last(3) != 3 || f.Centre(3) != 3 {
		t.Errorf("the input: cell 3 depends on %d to %d, centre %v", f.First(3), f.Last(3), f.Centre(3))
	}
	if f := (arith.Field{Size: 2, Jump: 2}); f.Centre(1) != 2.5 { // cells 2 and 3
		t.Errorf("centre %v of two cells, want 2.5", f.Centre(1))
	}
}

// reached holds the marked cells of one axis; negative ones are padding.
type reached map[int]bool

// back marks, tap by tap, the cells that a layer of k taps, d apart, with stride s
// and p cells of padding needs for the cells of r.
func (r reached) back(k, s, d, p int) reached {
	before := reached{}
	for o := range r {
		for tap := range k {
			before[o*s+tap*d-p] = true
		}
	}
	return before
}

// Fields of up to four layers against the cells marked one by one.
func FuzzField(f *testing.F) {
	f.Add([]byte{3, 1, 1, 0, 3, 1, 1, 0, 3, 1, 1, 0}, uint8(2))
	f.Add([]byte{3, 2, 1, 1, 3, 1, 2, 2, 2, 0, 0, 1}, uint8(5))
	f.Add([]byte{11, 4, 1, 0, 3, 2, 0, 0, 5, 1, 1, 2}, uint8(0))
	f.Fuzz(func(t *testing.T, numbers []byte, o uint8) {
		type layer struct {
			k, s, d, p int
			pool       bool
		}
		var layers []layer
		var sliding []arith.Sliding
		for ; len(numbers) >= 4 && len(layers) < 4; numbers = numbers[4:] {
			l := layer{k: int(numbers[0]%8) + 1, s: int(numbers[1] % 5), d: int(numbers[2] % 4), p: int(numbers[3] % 8)}
			// Dilation 0 makes it a pool; there stride 0 means the window.
			if l.pool = l.d == 0 && l.p < l.k; l.pool {
				sliding = append(sliding, arith.Pool{Window: l.k, Stride: l.s, Padding: arith.Explicit, Start: l.p})
				if l.s == 0 {
					l.s = l.k
				}
			} else {
				sliding = append(sliding, arith.Conv{Kernel: l.k, Stride: l.s, Dilation: l.d, Padding: arith.Explicit, Start: l.p})
			}
			l.s, l.d = max(l.s, 1), max(l.d, 1)
			layers = append(layers, l)
		}
		field, err := arith.Field{}.Through(sliding...)
		if err != nil {
			t.Fatal(err)
		}
		cells := func(o int) (first, last int) {
			r := reached{o: true}
			for i := len(layers) - 1; i >= 0; i-- {
				l := layers[i]
				r = r.back(l.k, l.s, l.d, l.p)
			}
			first, last = math.MaxInt, math.MinInt
			for cell := range r {
				first, last = min(first, cell), max(last, cell)
			}
			return first, last
		}
		first, last := cells(int(o))
		next, _ := cells(int(o) + 1)
		if field.First(int(o)) != first || field.Last(int(o)) != last || field.Jump != next-first || field.Size != last-first+1 {
			t.Fatalf("%+v: %+v, cell %d from %d to %d; marked %d to %d, the next from %d", sliding, field, o, field.First(int(o)), field.Last(int(o)), first, last, next)
		}
		if got, want := field.Centre(int(o)), float64(first+last)/2; got != want {
			t.Fatalf("%+v: centre %v, want %v", sliding, got, want)
		}
		// One layer at a time is the same as all at once.
		var step arith.Field
		for _, l := range sliding {
			if step, err = step.Through(l); err != nil {
				t.Fatal(err)
			}
		}
		if len(sliding) > 0 && step != field {
			t.Fatalf("%+v: %+v in steps, %+v at once", sliding, step, field)
		}
	})
}

func TestFieldErrors(t *testing.T) {
	through := func(f arith.Field, layers ...arith.Sliding) error { _, err := f.Through(layers...); return err }
	wide := arith.Conv{Kernel: 3, Stride: math.MaxInt}
	for _, c := range []struct {
		err  error
		want string
	}{
		{through(arith.Field{}, arith.Conv{}), "arith: kernel 0 is below 1"},
		{through(arith.Field{}, arith.Pool{}), "arith: window 0 is below 1"},
		{through(arith.Field{}, arith.Conv{Kernel: 3, Stride: -1}), "arith: stride -1 is below 1"},
		{through(arith.Field{}, arith.Conv{Kernel: 3, Start: 1}), "arith: padding 1 and 0 given with Padding Valid"},
		{through(arith.Field{}, arith.Conv{Kernel: 3}, arith.Conv{}), "arith: layer 1: kernel 0 is below 1"},
		{through(arith.Field{Size: -1}, arith.Conv{Kernel: 3}), "arith: field -1 is below 1"},
		{through(arith.Field{Jump: -1}, arith.Conv{Kernel: 3}), "arith: jump -1 is below 1"},
		{through(arith.Field{Jump: math.MaxInt}, arith.Conv{Kernel: 3}), "arith: 3 cells with stride 1"},
		{through(arith.Field{}, wide, wide), "arith: layer 1: 3 cells with stride"},
		{through(arith.Field{Start: math.MinInt + 1}, arith.Conv{Kernel: 3, Padding: arith.Same}), "arith: 3 cells with stride 1 and padding 1"},
	} {
		if c.err == nil || !strings.HasPrefix(c.err.Error(), c.want) {
			t.Errorf("%v, want %s", c.err, c.want)
		}
	}
}
