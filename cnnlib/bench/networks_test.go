package bench

import (
	"strings"
	"testing"

	"cnnbook/cnnlib"
)

// The counts of section 5.23, and of the peers' modules.
func TestNetworksHaveThePeersWeights(t *testing.T) {
	for name, want := range map[string]int{"fc": 79_510, "conv1": 289_630, "conv2": 85_670, "drop": 1_672_570} {
		w, err := network{Name: name}.work()
		if err != nil || w.Params != want {
			t.Errorf("%s has %d parameters (%v), want %d", name, w.Params, err, want)
		}
	}
	for _, name := range networkNames() {
		for _, script := range peerScripts {
			text, err := scripts.ReadFile(script)
			if err != nil || !strings.Contains(string(text), `"`+name+`"`) {
				t.Errorf("%s does not know %s (%v)", script, name, err)
			}
		}
	}
}

// conv2 by hand: MACs 24²·25·20 = 288,000; 8²·25·20·40 = 1,280,000; 640·100; 100·10.
func TestWork(t *testing.T) {
	w, err := network{Name: "conv2"}.work()
	if err != nil {
		t.Fatal(err)
	}
	const forward = 2 * (288_000 + 1_280_000 + 64_000 + 1_000)
	if w.Forward != forward || w.FLOPs != 3*forward-2*288_000 {
		t.Errorf("%+v: want %d FLOPs forward and %d in a step", w, forward, 3*forward-2*288_000)
	}
	// The results of the eight layers and the flattening: 24²·20, 12²·20 twice, 8²·40, 4²·40 twice, 640, 100, 10.
	const values = 24*24*20 + 2*12*12*20 + 8*8*40 + 2*4*4*40 + 640 + 100 + 10
	if w.Values != values || w.leastBytes(10) != 4*(4*85_670+5*10*values) {
		t.Errorf("%+v, %v bytes: want %d values", w, w.leastBytes(10), values)
	}
	deep, err := network{Name: "deep", Depth: 3}.work()
	if err != nil {
		t.Fatal(err)
	}
	// One convolution of 28² on one channel, two of 14² on 20.
	if want := 2.0 * (28*28*25*20 + 2*14*14*25*20*20 + 14*14*20*100 + 1000); deep.Forward != want {
		t.Errorf("deep: %v FLOPs forward, want %v", deep.Forward, want)
	}
	wide, err := network{Name: "conv2", Widen: 2}.work()
	if err != nil || wide.Forward != 2*(2*288_000+4*1_280_000+2*64_000+1_000) {
		t.Errorf("twice as wide: %+v, %v", wide, err)
	}
}

func TestPicturesOfOtherSizes(t *testing.T) {
	same, err := network{Name: "same"}.pictures()
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range []int{14, 112} {
		n := network{Name: "same", Side: side}
		m, err := n.pictures()
		if err != nil {
			t.Fatal(err)
		}
		if m.H != side || m.W != side || len(m.Pixels) != m.N*side*side || len(m.Labels) != m.N || m.N > same.N || m.N*side*side > same.N*28*28 {
			t.Errorf("side %d: %d pictures of %d×%d with %d values", side, m.N, m.H, m.W, len(m.Pixels))
		}
		// Picture 1, row 10, column 12 of 28 becomes row and column ·side/28.
		if got, want := m.Pixels[side*side+(10*side/28)*side+12*side/28], same.Pixels[28*28+10*28+12]; got != want {
			t.Errorf("side %d: a pixel is %d, want %d", side, got, want)
		}
		if out, err := must(n.Build()).OutShape(n.In()); err != nil || !out.Equal(cnnlib.Shape{10}) {
			t.Errorf("side %d: %v, %v", side, out, err)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
