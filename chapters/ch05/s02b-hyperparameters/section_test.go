package hyperparameters

import (
	"math/rand/v2"
	"testing"

	"cnnbook/chapters/sectiontest"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/arith"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E28", "E29", "E30")
}

// TestSolutions holds the worked solutions against what the library says of its layers.
func TestSolutions(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	for _, c := range outputSizeCases(r) {
		i, k, s, p := c[0].(int), c[1].(int), c[2].(int), c[3].(int)
		want, err := arith.ConvSize(i, k, s, p)
		if err != nil {
			t.Fatal(err)
		}
		if got := outputSize(i, k, s, p); got != want {
			t.Errorf("outputSize(%d, %d, %d, %d) = %d, want %d", i, k, s, p, got, want)
		}
	}
	for _, c := range countParametersCases(r) {
		in, out, k, groups, bias := c[0].(int), c[1].(int), c[2].(int), c[3].(int), c[4].(bool)
		layer := cnnlib.Conv2D{Channels: out, Kernel: k, Groups: groups, NoBias: !bias}
		shape := cnnlib.Shape{k, k, in}
		if _, err := layer.OutShape(shape); err != nil {
			t.Fatal(err)
		}
		if got, want := countParameters(in, out, k, groups, bias), layer.Params(shape); got != want {
			t.Errorf("countParameters(%d, %d, %d, %d, %t) = %d, want %d", in, out, k, groups, bias, got, want)
		}
	}
}

func TestSettingRefuses(t *testing.T) {
	if _, _, err := Setting(5, 1, 0, 3); err == nil { // it spans 13 of 6 cells
		t.Error("a kernel that does not fit is drawn")
	}
}
