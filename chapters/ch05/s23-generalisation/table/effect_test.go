package table

import (
	"math"
	"testing"
)

// pictures are n of label 1, of which only the new network recognises the first better, and
// only the old one the worse that follow.
func pictures(n, better, worse int) (labels []uint8, p pair) {
	for i := range n {
		before, after := uint8(1), uint8(1)
		switch {
		case i < better:
			before = 2
		case i < better+worse:
			after = 3
		}
		labels, p.before, p.after = append(labels, 1), append(p.before, before), append(p.after, after)
	}
	return labels, p
}

// TestEffect: the interval of Agresti and Min by hand. Of 98 pictures 15 are won and 5
// lost: with half a picture each, 100 pictures with a mean of 10/100 and a mean square of
// 21/100, so 10 ± 1.959964·√((0.21−0.01)/100)·100 = 10 ± 8.765.
func TestEffect(t *testing.T) {
	labels, p := pictures(98, 15, 5)
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 5e-4 {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	one := effectOf(labels, []pair{p}, 0)
	near("the mean", one.Points, 1000./98)
	near("the lower end", one.Pictures.Low, 10-8.7652)
	near("the upper end", one.Pictures.High, 10+8.7652)
	near("what one training shows", one.Visible, 8.7652)
	if one.Pairs != 1 || one.Seeds != nil {
		t.Errorf("%+v: one pair has no interval over seeds", one)
	}
	// Two trainings differ by 1.959964·√2·5 = 13.859 if one varies by 5.
	near("with seeds that vary", effectOf(labels, []pair{p}, 5).Visible, 13.8590)

	// Three alike vary as one over pictures, and not at all over seeds.
	three := effectOf(labels, []pair{p, p, p}, 0)
	near("the mean of three", three.Points, one.Points)
	near("the upper end of three", three.Pictures.High, one.Pictures.High)
	if three.Seeds == nil || math.Abs(three.Seeds.High-three.Seeds.Low) > 1e-9 || three.Pairs != 3 {
		t.Errorf("%+v: three alike do not vary over seeds", three)
	}
	// Gains of 5, 10 and 15 in 100 pictures: 10 ± t·5/√3 with t = 4.302653 of 2 degrees.
	var pairs []pair
	for _, better := range []int{5, 10, 15} {
		labels, p = pictures(100, better, 0)
		pairs = append(pairs, p)
	}
	e := effectOf(labels, pairs, 0)
	near("the lower end over seeds", e.Seeds.Low, 10-12.4207)
	near("the upper end over seeds", e.Seeds.High, 10+12.4207)
	// Nobody is better: the interval is not empty.
	labels, p = pictures(100, 0, 0)
	if e := effectOf(labels, []pair{p}, 0); e.Points != 0 || !(e.Pictures.Low < 0 && e.Pictures.High > 0) {
		t.Errorf("two equal networks: %+v", e)
	}
}
