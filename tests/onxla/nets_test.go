package onxla

import (
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/nets"
	"cnnbook/cnnlib/nets/fingerprint"
)

// TestFingerprintsOnXLA: ten training steps of the networks of section 5.23 give
// the costs that PyTorch gave.
func TestFingerprintsOnXLA(t *testing.T) {
	backend := openXLA(t)
	cases, err := fingerprint.Read(filepath.Join(env.Root, "cnnlib/nets/testdata/fingerprints.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		n, err := nets.ByName(c.Name)
		if err != nil {
			t.Error(err)
			continue
		}
		costs, err := c.Train(backend, n.Net.(cnnlib.Sequential), n.In)
		if err != nil {
			t.Error(err)
			continue
		}
		t.Logf("%.1e %s", c.Difference(costs), n)
		if d := c.Difference(costs); d > fingerprint.Tolerance {
			t.Errorf("%s: the costs differ by %.1e from PyTorch's, allowed %g\n got %v\nwant %v", n, d, fingerprint.Tolerance, costs, c.Costs)
		}
	}
}

// TestNetworksOnXLA: every network computes one input of its real size.
func TestNetworksOnXLA(t *testing.T) {
	backend := openXLA(t)
	for _, n := range nets.All() {
		pixels := make([]float32, n.In.Size())
		for i := range pixels {
			pixels[i] = float32(i%251) / 251 // 251 is a prime: rows differ
		}
		start := time.Now()
		y, err := cnnlib.Run(backend, n.Net, tensors.FromFlatDataAndDimensions(pixels, append([]int{1}, n.In...)...))
		if err != nil {
			t.Error(err)
			continue
		}
		want, err := n.Net.OutShape(n.In)
		if err != nil {
			t.Error(err)
			continue
		}
		t.Logf("%-20s %6.1f s, built and computed: %v → %v", n, time.Since(start).Seconds(), n.In, want)
		if got := cnnlib.Shape(y.Shape().Dimensions[1:]); !got.Equal(want) {
			t.Errorf("%s: the result is %v, want %v", n, got, want)
		}
		values := tensors.MustCopyFlatData[float32](y)
		for _, v := range values {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Errorf("%s: a value of the result is %v", n, v)
				break
			}
		}
		// A softmax layer that starts from zeros (section 5.23) gives zeros.
		if zeros := n.Source == nets.Section523()[0].Source; zeros != (slices.Min(values) == slices.Max(values)) {
			t.Errorf("%s: the values run from %v to %v", n, slices.Min(values), slices.Max(values))
		}
		if err := y.FinalizeAll(); err != nil {
			t.Error(err)
		}
	}
}
