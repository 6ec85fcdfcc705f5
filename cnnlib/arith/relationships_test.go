package arith_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"cnnbook/cnnlib/arith"
)

// checkRelationships compares each relationship that applies to a setting with
// counting and with Size, and returns the numbers of those that apply.
func checkRelationships(t *testing.T, s arith.Setting) []int {
	t.Helper()
	var numbers []int
	for _, r := range arith.Relationships() {
		o, err := r.Size(s)
		if applies := r.Applies(s); applies != (err == nil) {
			t.Fatalf("Relationship %d, %+v: applies: %v, but Size says %v", r.Number, s, applies, err)
		}
		if err != nil {
			continue
		}
		numbers = append(numbers, r.Number)
		if size, err := s.Size(); err != nil || o != size || o != counted(s) {
			t.Fatalf("Relationship %d, %+v: %d; Size gives %d, %v; counted %d", r.Number, s, o, size, err, counted(s))
		}
	}
	return numbers
}

// Which relationships a setting has, by the paper's own headings: figure 2.n and
// 4.n are drawn for a heading each.
func TestRelationshipsOfTheDrawings(t *testing.T) {
	want := map[string][]int{
		"2.1": {1, 2, 5, 6, 15},
		"2.2": {2, 6, 15},
		"2.3": {2, 3, 6, 15},
		"2.4": {2, 4, 6, 15},
		"2.5": {5, 6, 15},
		"2.6": {6, 15},
		"2.7": {6, 15},
		"4.1": {8, 9, 12, 13, 14},
		"4.2": {9, 13, 14},
		"4.3": {9, 10, 13, 14},
		"4.4": {9, 11, 13, 14},
		"4.5": {12, 13, 14},
		"4.6": {13, 14},
		"4.7": {14},
		"5.1": {15},
	}
	for _, s := range arith.Settings() {
		if got := checkRelationships(t, s); !slices.Equal(got, want[s.Figure]) {
			t.Errorf("figure %s: relationships %v, want %v", s.Figure, got, want[s.Figure])
		}
	}
}

// Every small setting, and none of the fifteen left without one.
func TestRelationshipsEqualCounting(t *testing.T) {
	used := map[int]int{}
	for op := range uint8(3) {
		for i := range uint8(8) {
			for k := range uint8(6) {
				for s := range uint8(4) {
					for p := range uint8(6) {
						for d := range uint8(3) {
							for a := range uint8(3) {
								for _, n := range checkRelationships(t, setting(op, i, k, s, p, d, a)) {
									used[n]++
								}
							}
						}
					}
				}
			}
		}
	}
	for i, r := range arith.Relationships() {
		if r.Number != i+1 || used[r.Number] == 0 {
			t.Errorf("entry %d is Relationship %d and applied %d times", i, r.Number, used[r.Number])
		}
	}
}

// Each transposed relationship states the padding of the direct convolution, p' =
// k - p - 1; the sizes of the two agree.
func TestTransposedRelationshipsAsDirectConvolution(t *testing.T) {
	for _, s := range arith.Settings() {
		if s.Operation != arith.TransposedConvolution {
			continue
		}
		c, err := arith.Transposed{In: s.In, Kernel: s.Kernel, Stride: s.Stride, Padding: arith.Explicit, Start: s.Padding, End: s.Padding, Output: s.Output}.Direct()
		if err != nil || c.Start != s.Kernel-s.Padding-1 || c.End != c.Start+s.Output {
			t.Errorf("%s: %+v, %v, want padding %d and %d more at the end", s.Name, c, err, s.Kernel-s.Padding-1, s.Output)
		}
		if o := countConv(c.In, c.Kernel, 1, 1, c.Start, c.End); o != s.Out {
			t.Errorf("%s: counted %d positions, want %d", s.Name, o, s.Out)
		}
	}
}

func FuzzRelationships(f *testing.F) {
	for _, s := range arith.Settings() {
		f.Add(uint8(s.Operation), uint8(s.In), uint8(s.Kernel), uint8(s.Stride), uint8(s.Padding), uint8(s.Dilation), uint8(s.Output))
	}
	f.Add(uint8(arith.Pooling), uint8(5), uint8(3), uint8(1), uint8(0), uint8(1), uint8(0)) // the paper's figures 1.5 and 1.6
	f.Fuzz(func(t *testing.T, op, in, kernel, stride, padding, dilation, output uint8) {
		s := setting(op, in, kernel, stride, padding, dilation, output)
		numbers := checkRelationships(t, s)
		// The most general relationship of each operation applies wherever there is
		// a size, but for padded pools and dilated transposed convolutions.
		general := map[arith.Operation]int{arith.Convolution: 15, arith.Pooling: 7, arith.TransposedConvolution: 14}[s.Operation]
		_, err := s.Size()
		covered := err == nil && (s.Operation != arith.Pooling || s.Padding == 0) && (s.Operation != arith.TransposedConvolution || s.Dilation <= 1)
		if covered != slices.Contains(numbers, general) {
			t.Fatalf("%+v: relationships %v, size %v", s, numbers, err)
		}
	})
}

func TestRelationshipErrors(t *testing.T) {
	list := arith.Relationships()
	for _, c := range []struct {
		number int
		s      arith.Setting
		want   string
	}{
		{1, arith.Setting{In: 5, Kernel: 3, Stride: 2}, "arith: Relationship 1 is for a Convolution with s = 1, p = 0, d = 1, not for a Convolution with i = 5, k = 3, s = 2, p = 0, d = 1, a = 0"},
		{6, arith.Setting{In: 5, Kernel: 3, Dilation: 2}, "arith: Relationship 6 is for a Convolution with d = 1"},
		{7, arith.Setting{In: 5, Kernel: 3}, "arith: Relationship 7 is for a Pooling with p = 0, not for a Convolution"},
		{6, arith.Setting{In: 2, Kernel: 3}, "arith: kernel of 3 cells does not fit into 2"},
		{15, arith.Setting{In: 1, Kernel: math.MaxInt, Padding: math.MaxInt}, "arith: input 1 with padding"}, // i + 2p overflows
	} {
		if _, err := list[c.number-1].Size(c.s); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if (arith.Relationship{}).Applies(arith.Setting{In: 5, Kernel: 3}) {
		t.Error("the zero Relationship applies")
	}
}
