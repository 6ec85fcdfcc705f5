package arith_test

import (
	"slices"
	"strings"
	"testing"

	"cnnbook/cnnlib/arith"
)

// counted returns the size of a setting without a formula: positions of a kernel
// or window counted one by one, or, transposed, the only size that the counted
// convolution takes to In with Output cells left over. 0 means that there is none.
func counted(s arith.Setting) int {
	stride := s.Stride
	if stride == 0 && s.Operation == arith.Pooling {
		stride = s.Kernel
	}
	stride, d := max(stride, 1), max(s.Dilation, 1)
	if s.Operation != arith.TransposedConvolution {
		return countConv(s.In, s.Kernel, stride, d, s.Padding, s.Padding)
	}
	if s.Output >= stride {
		return 0
	}
	// Without output padding the convolution uses every cell, and a cell less would
	// take its last position away. The result is a cells larger, and the
	// convolution gives the same number of positions.
	for o := 1; ; o++ {
		switch n := countConv(o, s.Kernel, stride, d, s.Padding, s.Padding); {
		case n > s.In:
			return 0
		case n == s.In && countConv(o-s.Output, s.Kernel, stride, d, s.Padding, s.Padding) == s.In &&
			countConv(o-s.Output-1, s.Kernel, stride, d, s.Padding, s.Padding) < s.In:
			return o
		}
	}
}

func TestSettings(t *testing.T) {
	settings := arith.Settings()
	names, figures, captions := map[string]arith.Setting{}, map[string]bool{}, map[string]bool{}
	inBook := 0
	for _, s := range settings {
		if o, err := s.Size(); err != nil || o != s.Out || o != counted(s) {
			t.Errorf("%s: size %d, %v, counted %d, want %d", s.Name, o, err, counted(s), s.Out)
		}
		names[s.Name], figures[s.Figure], captions[s.Book] = s, true, true
		if s.Book != "" {
			inBook++
		} else if s.Operation != arith.TransposedConvolution || s.Stride != 2 {
			t.Errorf("%s is not in the book, which leaves out strided transposed ones only", s.Name)
		}
	}
	// The makefile of vdumoulin/conv_arithmetic draws 15 of them.
	if len(names) != 15 || len(figures) != 15 || inBook != 12 || len(captions) != 13 { // 12 numbers and ""
		t.Errorf("%d names, %d figures, %d in the book, %d captions, want 15, 15, 12, 13", len(names), len(figures), inBook, len(captions))
	}
	// Each transposed drawing has the numbers of its convolution, o → i.
	for _, s := range settings {
		if s.Operation != arith.Convolution || s.Name == "dilation" {
			continue
		}
		got, err := s.Transpose()
		want := names[s.Name+"_transposed"]
		want.Figure, want.Book = "", ""
		if err != nil || got != want {
			t.Errorf("%s: transposed %+v, %v, want %+v", s.Name, got, err, want)
		}
	}
}

// Direct of every drawing has its size, and what Lost says is what no position of
// the kernel reaches, counted on the padded input.
func TestDirectAndLost(t *testing.T) {
	for _, s := range arith.Settings() {
		direct, err := s.Direct()
		if err != nil {
			t.Fatal(err)
		}
		if o, err := direct.Out(); err != nil || o != s.Out {
			t.Errorf("%s: Direct gives %d, %v, want %d", s.Name, o, err, s.Out)
		}
		visits, err := direct.PaddedVisits()
		if err != nil {
			t.Fatal(err)
		}
		start, _, err := direct.Pads()
		if err != nil {
			t.Fatal(err)
		}
		if bare, err := direct.Visits(); err != nil || !slices.Equal(bare, visits[start:start+direct.In]) {
			t.Errorf("%s: visits %v, %v, of the padded input %v", s.Name, bare, err, visits)
		}
		behind := 0
		for behind < len(visits) && visits[len(visits)-1-behind] == 0 {
			behind++
		}
		lost, err := s.Lost()
		switch {
		case s.Operation == arith.TransposedConvolution:
			if err == nil || behind != 0 {
				t.Errorf("%s: Lost = %d, %v, and %d cells not reached", s.Name, lost, err, behind)
			}
		case err != nil || lost != behind:
			t.Errorf("%s: Lost = %d, %v, counted %d", s.Name, lost, err, behind)
		case (lost > 0) != (s.Figure == "2.7"):
			t.Errorf("%s loses %d cells; figure 2.7 alone does", s.Name, lost)
		}
	}
}

// A setting against counting, and its transpose against its input.
func FuzzSetting(f *testing.F) {
	for _, s := range arith.Settings() {
		f.Add(uint8(s.Operation), uint8(s.In), uint8(s.Kernel), uint8(s.Stride), uint8(s.Padding), uint8(s.Dilation), uint8(s.Output))
	}
	f.Add(uint8(arith.Pooling), uint8(5), uint8(3), uint8(1), uint8(0), uint8(1), uint8(0)) // the paper's figures 1.5 and 1.6
	f.Fuzz(func(t *testing.T, op, in, kernel, stride, padding, dilation, output uint8) {
		s := setting(op, in, kernel, stride, padding, dilation, output)
		o, err := s.Size()
		if err != nil {
			if wellFormed(s) && counted(s) > 0 {
				t.Fatalf("%+v refused, counted %d: %v", s, counted(s), err)
			}
			return
		}
		if o != counted(s) {
			t.Fatalf("%+v: %d, counted %d", s, o, counted(s))
		}
		back, err := s.Transpose()
		if s.Operation != arith.Convolution {
			if err == nil {
				t.Fatalf("%+v transposed", s)
			}
			return
		}
		if err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
		if i, err := back.Size(); err != nil || i != s.In {
			t.Fatalf("%+v: the transposed one gives %d, %v, want %d", s, i, err, s.In)
		}
	})
}

// setting makes a setting of the numbers of a fuzz test, small enough to count.
func setting(op, in, kernel, stride, padding, dilation, output uint8) arith.Setting {
	return arith.Setting{
		Operation: arith.Operation(op % 3),
		In:        int(in % 64), Kernel: int(kernel % 32), Stride: int(stride % 16), Padding: int(padding % 32),
		Dilation: int(dilation % 8), Output: int(output % 16),
	}
}

// wellFormed reports whether the numbers of a setting belong to its operation.
func wellFormed(s arith.Setting) bool {
	if s.In < 1 || s.Kernel < 1 {
		return false
	}
	switch s.Operation {
	case arith.Pooling:
		return s.Output == 0 && s.Dilation <= 1 && s.Padding < s.Kernel
	case arith.Convolution:
		return s.Output == 0
	}
	return s.Output < max(s.Stride, 1)
}

func TestSettingErrors(t *testing.T) {
	size := func(s arith.Setting) error { _, err := s.Size(); return err }
	_, noFit := arith.Setting{In: 2, Kernel: 3}.Transpose()
	_, pooling := arith.Setting{In: 4, Kernel: 2, Operation: arith.Pooling}.Transpose()
	_, noDirect := arith.Setting{In: 4, Kernel: 2, Operation: arith.Pooling}.Direct()
	_, notLost := arith.Setting{In: 2, Kernel: 3}.Lost()
	for _, c := range []struct {
		err  error
		want string
	}{
		{size(arith.Setting{In: 5, Kernel: 3, Output: 1}), "arith: output padding 1 given with Convolution"},
		{size(arith.Setting{In: 5, Kernel: 3, Operation: arith.Pooling, Dilation: 2}), "arith: dilation 2 given with Pooling"},
		{size(arith.Setting{In: 5, Kernel: 3, Operation: 7}), "arith: Operation(7) is none of"},
		{noFit, "arith: kernel of 3 cells does not fit into 2"},
		{pooling, "arith: Pooling given"},
		{noDirect, "arith: Pooling given"},
		{notLost, "arith: kernel of 3 cells does not fit into 2"},
	} {
		if c.err == nil || !strings.HasPrefix(c.err.Error(), c.want) {
			t.Errorf("%v, want %s", c.err, c.want)
		}
	}
}
