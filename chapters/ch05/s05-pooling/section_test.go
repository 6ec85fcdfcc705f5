package pooling

import (
	"math"
	"strings"
	"testing"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/book"
	"cnnbook/chapters/sectiontest"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
	"cnnbook/cnnlib/ref"
	"cnnbook/internal/purego"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E13", "E14", "E15", "E16", "E17", "E18", "E34")
}

// TestSolutionsAgainstTheOracle: the worked solutions, written for readers, compute what
// package ref and the backend's layer compute.
func TestSolutionsAgainstTheOracle(t *testing.T) {
	backend := purego.Open(t)
	for _, c := range [][2]int{{2, 2}, {3, 2}, {2, 1}, {3, 3}, {6, 1}} {
		size, stride := c[0], c[1]
		y := maxPoolLoop(book.GreyImage, size, stride)
		bins, err := ref.Windows(6, size, stride, 0, 0, false)
		if err != nil {
			t.Fatal(err)
		}
		x, err := ref.FromPlane(book.GreyImage)
		if err != nil {
			t.Fatal(err)
		}
		want, from, err := ref.MaxPool(x, bins, bins)
		if err != nil {
			t.Fatal(err)
		}
		plane, err := want.Plane(0, 0)
		if err != nil || !ref.EqualWithin(y, plane, 0) {
			t.Errorf("%d, %d: %v, %v, want %v", size, stride, y, err, plane)
		}
		got, err := cnnlib.RunPlane(backend, cnnlib.MaxPool2D{Window: size, Stride: stride}, book.GreyImage)
		if err != nil || !ref.EqualWithin(got, plane, 0) {
			t.Errorf("%d, %d: the layer gives %v, %v, want %v", size, stride, got, err, plane)
		}
		back, err := ref.MaxPoolGrad(x.Shape, from, want) // the values serve as derivatives
		if err != nil {
			t.Fatal(err)
		}
		if plane, err = back.Plane(0, 0); err != nil || !ref.EqualWithin(maxPoolBack(book.GreyImage, y, size, stride), plane, 0) {
			t.Errorf("%d, %d: the gradient is not the oracle's %v, %v", size, stride, plane, err)
		}
	}
}

// TestLevelsAgainstArith: the solutions on windows and bins agree with package arith, for all
// small sizes.
func TestLevelsAgainstArith(t *testing.T) {
	for a := 1; a <= 40; a++ {
		for n := 1; n <= a; n++ {
			w, err := arith.PaperWindow(a, n)
			if err != nil {
				t.Fatal(err)
			}
			o, _ := w.Out()
			lost, _ := w.Lost()
			if window, stride, count, left := paperLevel(a, n); window != w.Window || stride != w.Stride || count != o || left != lost {
				t.Errorf("a = %d, n = %d: %d %d %d %d, want %+v, %d windows, %d lost", a, n, window, stride, count, left, w, o, lost)
			}
			bins, err := arith.AdaptiveBins(a, n)
			if err != nil {
				t.Fatal(err)
			}
			for i, b := range adaptiveEdges(a, n) {
				if b[0] != bins[i].From || b[1] != bins[i].To {
					t.Errorf("a = %d, n = %d, bin %d: %v, want %+v", a, n, i, b, bins[i])
				}
			}
		}
	}
}

// TestGainByHand: differences of 1, 2 and 3 points have the mean 2, the standard deviation 1,
// and with t = 4.3027 for two degrees of freedom the interval 4.3027/√3 = 2.4841.
func TestGainByHand(t *testing.T) {
	m := &chapters.Measured{}
	for i, test := range [][2]float64{{0.90, 0.91}, {0.92, 0.94}, {0.91, 0.94}} {
		for k, arm := range []string{"a", "b"} {
			m.Trials = append(m.Trials, chapters.Trial{Arm: arm, Seed: int64(i + 1), Values: map[string]float64{"train accuracy": 1, "test accuracy": test[k]}})
		}
	}
	d, err := gain(m, "b", "a")
	if err != nil || math.Abs(d.Mean-2) > 1e-9 || math.Abs(d.Half-2.4841) > 1e-4 || d.N != 3 {
		t.Errorf("the gain is %+v, %v, want 2 ± 2.4841 of 3", d, err)
	}
	if _, err := gain(m, "a", "c"); err == nil {
		t.Error("an arm without trials has a gain")
	}
}

// TestSliderPictures: every setting of the sliders is drawn, or says in one line why not.
func TestSliderPictures(t *testing.T) {
	for window := 1; window <= 6; window++ {
		for stride := 1; stride <= 4; stride++ {
			p, formula, err := At(window, stride, window%2 == 0)
			if err != nil || p.Err() != nil || !strings.Contains(formula, "⌊(6 − ") {
				t.Errorf("At(%d, %d) = %q, %v", window, stride, formula, err)
			}
		}
	}
	if _, _, err := At(7, 1, false); err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Errorf("a window of 7 on 6 cells: %v", err)
	}
	for a := 5; a <= 16; a++ {
		for n := 1; n <= 5; n++ {
			if _, words, err := Bins(a, n); err != nil || !strings.Contains(words, "cells lost") {
				t.Errorf("Bins(%d, %d) = %q, %v", a, n, words, err)
			}
		}
	}
	if _, words, _ := Bins(7, 4); !strings.Contains(words, "windows: 6, wanted: 4, cells lost: 0") {
		t.Errorf("7 cells with n = 4: %q", words)
	}
}
