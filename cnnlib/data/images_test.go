package data

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

// five has five pictures of one pixel with three channels.
func five() *Images {
	return &Images{N: 5, H: 1, W: 1, C: 3,
		Pixels: []uint8{0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42}, Labels: []uint8{7, 3, 7, 0, 3}}
}

func TestSlice(t *testing.T) {
	m := five()
	part, err := m.Slice(1, 3)
	want := &Images{N: 2, H: 1, W: 1, C: 3, Pixels: []uint8{10, 11, 12, 20, 21, 22}, Labels: []uint8{3, 7}}
	if err != nil || !reflect.DeepEqual(part, want) {
		t.Fatalf("Slice(1, 3) = %+v, %v", part, err)
	}
	part.Pixels[0] = 99
	if m.Pixels[3] != 99 {
		t.Error("a slice does not share its pixels")
	}
	part.Pixels, part.Labels = append(part.Pixels, 5), append(part.Labels, 5)
	if m.Pixels[9] != 30 || m.Labels[3] != 0 {
		t.Error("appending to a slice writes into the whole set")
	}
	if none, err := m.Slice(5, 5); err != nil || none.N != 0 || len(none.Pixels) != 0 {
		t.Errorf("Slice(5, 5) = %+v, %v", none, err)
	}
	for _, c := range [][2]int{{-1, 2}, {3, 2}, {0, 6}, {6, 6}} {
		if _, err := m.Slice(c[0], c[1]); err == nil || !strings.HasPrefix(err.Error(), "data: pictures ") {
			t.Errorf("Slice(%d, %d): %v", c[0], c[1], err)
		}
	}
}

func TestTake(t *testing.T) {
	m := five()
	got, err := m.Take([]int32{4, 0, 4})
	want := &Images{N: 3, H: 1, W: 1, C: 3, Pixels: []uint8{40, 41, 42, 0, 1, 2, 40, 41, 42}, Labels: []uint8{3, 7, 3}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Take = %+v, %v", got, err)
	}
	got.Pixels[0] = 99
	if m.Pixels[12] != 40 {
		t.Error("Take does not copy")
	}
	for _, bad := range []int32{-1, 5} {
		if _, err := m.Take([]int32{0, bad}); err == nil || !strings.Contains(err.Error(), "want indices from 0 to 4") {
			t.Errorf("Take(%d): %v", bad, err)
		}
	}
}

func TestClassAndCounts(t *testing.T) {
	m := five()
	want := &Images{N: 2, H: 1, W: 1, C: 3, Pixels: []uint8{10, 11, 12, 40, 41, 42}, Labels: []uint8{3, 3}}
	if got := m.Class(3); !reflect.DeepEqual(got, want) {
		t.Errorf("Class(3) = %+v", got)
	}
	if got := m.Class(9); got.N != 0 || got.H != 1 || got.C != 3 {
		t.Errorf("Class(9) = %+v", got)
	}
	if got := m.Counts(); !reflect.DeepEqual(got, []int{1, 0, 0, 2, 0, 0, 0, 2}) {
		t.Errorf("Counts() = %v", got)
	}
	if got := (&Images{}).Counts(); len(got) != 0 {
		t.Errorf("Counts() of nothing = %v", got)
	}
}

func TestShuffled(t *testing.T) {
	m := five()
	want, err := m.Take(Permutation(5, 42, 0))
	if got := m.Shuffled(42); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Shuffled(42) = %+v, want %+v (%v)", got, want, err)
	}
}

func TestStats(t *testing.T) {
	// Channel 0: 0 and 255, so 0 and 1: mean 1/2, deviation 1/2. Channel 1: 51 twice.
	m := &Images{N: 1, H: 1, W: 2, C: 2, Pixels: []uint8{0, 51, 255, 51}, Labels: []uint8{0}}
	mean, deviation := m.Stats()
	if !reflect.DeepEqual(mean, []float64{0.5, 0.2}) || !reflect.DeepEqual(deviation, []float64{0.5, 0}) {
		t.Errorf("Stats() = %v, %v", mean, deviation)
	}
	if mean, deviation := (&Images{C: 1}).Stats(); !math.IsNaN(mean[0]) || !math.IsNaN(deviation[0]) {
		t.Errorf("of nothing: %v, %v", mean, deviation)
	}
	// The numbers that everybody normalises MNIST with, to their four places.
	train, err := MNISTTrain()
	if err != nil {
		t.Fatal(err)
	}
	if mean, deviation := train.Stats(); math.Abs(mean[0]-0.1307) > 0.00005 || math.Abs(deviation[0]-0.3081) > 0.00005 {
		t.Errorf("MNIST: %v, %v, want 0.1307, 0.3081", mean, deviation)
	}
}

// The labels of mnist.pkl.gz: how often each digit occurs in its three parts, and
// that they are the training set's own order.
func TestMNISTSplit(t *testing.T) {
	train, validation, test, err := MNISTSplit()
	if err != nil {
		t.Fatal(err)
	}
	all, err := MNISTTrain()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		part   *Images
		counts []int
		pixels []uint8
	}{
		{"training", train, []int{4932, 5678, 4968, 5101, 4859, 4506, 4951, 5175, 4842, 4988}, all.Pixels[:50000*784]},
		{"validation", validation, []int{991, 1064, 990, 1030, 983, 915, 967, 1090, 1009, 961}, all.Pixels[50000*784:]},
		{"test", test, []int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, nil},
	} {
		if got := c.part.Counts(); !reflect.DeepEqual(got, c.counts) {
			t.Errorf("%s: digits occur %v times, want %v", c.name, got, c.counts)
		}
		if c.pixels != nil && !reflect.DeepEqual(c.part.Pixels, c.pixels) {
			t.Errorf("%s: not that part of the training set", c.name)
		}
	}
	if largest := float64(PixelMax) / NielsenDivisor; largest != 0.99609375 { // as in mnist.pkl.gz
		t.Errorf("the largest value of mnist.pkl.gz is %v", largest)
	}
}

func TestShifted(t *testing.T) {
	m := &Images{N: 2, H: 2, W: 3, C: 1, Labels: []uint8{4, 9}, Pixels: []uint8{
		1, 2, 3,
		4, 5, 6,

		7, 0, 0,
		0, 0, 8}}
	want := []uint8{
		1, 2, 3, 4, 5, 6, // as it is
		0, 0, 0, 1, 2, 3, // down
		4, 5, 6, 0, 0, 0, // up
		0, 1, 2, 0, 4, 5, // right
		2, 3, 0, 5, 6, 0, // left

		7, 0, 0, 0, 0, 8,
		0, 0, 0, 7, 0, 0,
		0, 0, 8, 0, 0, 0,
		0, 7, 0, 0, 0, 0,
		0, 0, 0, 0, 8, 0}
	got := Shifted(m)
	if got.N != 10 || got.H != 2 || got.W != 3 || got.C != 1 || !reflect.DeepEqual(got.Pixels, want) {
		t.Errorf("Shifted = %+v, want the pixels %v", got, want)
	}
	if !reflect.DeepEqual(got.Labels, []uint8{4, 4, 4, 4, 4, 9, 9, 9, 9, 9}) {
		t.Errorf("labels %v", got.Labels)
	}

	// All channels of a pixel move together.
	rgb := &Images{N: 1, H: 1, W: 2, C: 3, Labels: []uint8{0}, Pixels: []uint8{1, 2, 3, 4, 5, 6}}
	want = []uint8{1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0}
	if got := Shifted(rgb); !reflect.DeepEqual(got.Pixels, want) {
		t.Errorf("colours: %v, want %v", got.Pixels, want)
	}
	// One pixel, moved, is gone; nothing moved is nothing.
	if got := Shifted(&Images{N: 1, H: 1, W: 1, C: 1, Pixels: []uint8{5}, Labels: []uint8{0}}); !reflect.DeepEqual(got.Pixels, []uint8{5, 0, 0, 0, 0}) {
		t.Errorf("one pixel: %v", got.Pixels)
	}
	if got := Shifted(&Images{H: 2, W: 2, C: 1}); got.N != 0 || len(got.Pixels) != 0 {
		t.Errorf("of nothing: %+v", got)
	}
}

// Section 5.23 has 250,000 pictures; ink that is lost at the border is all that
// the copies lack.
func TestShiftedMNIST(t *testing.T) {
	train, _, _, err := MNISTSplit()
	if err != nil {
		t.Fatal(err)
	}
	five := Shifted(train)
	if five.N != 250000 {
		t.Fatalf("%d pictures", five.N)
	}
	ink := func(pixels []uint8) (sum int) {
		for _, p := range pixels {
			sum += int(p)
		}
		return sum
	}
	border := 0 // each of the four moves loses one side of each picture
	for i := range train.N {
		p := train.one(i)
		border += ink(p[:28]) + ink(p[27*28:])
		for r := range 28 {
			border += int(p[r*28]) + int(p[r*28+27])
		}
	}
	if got, want := ink(five.Pixels), 5*ink(train.Pixels)-border; got != want {
		t.Errorf("%d ink in the five-fold set, want %d", got, want)
	}
}

func TestNames(t *testing.T) {
	for _, names := range [][]string{MNISTNames, FashionMNISTNames, FashionMNISTNamesZH, CIFAR10Names, CIFAR10NamesZH} {
		seen := map[string]bool{"": true}
		for _, name := range names {
			if seen[name] {
				t.Errorf("%q is empty or twice in %v", name, names)
			}
			seen[name] = true
		}
		if len(names) != tenClasses {
			t.Errorf("%d names in %v", len(names), names)
		}
	}
}
