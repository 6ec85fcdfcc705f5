package bench

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
)

// small makes the measurements of the machine and the growths small enough for the
// pure-Go backend.
func small(t *testing.T) {
	t.Helper()
	sides, mb, all := matmulSides, streamMB, growths
	t.Cleanup(func() { matmulSides, streamMB, growths = sides, mb, all })
	matmulSides, streamMB = []int{16, 32}, 1
	growths = []growth{{"batch", "fc", []int{1, 2, 4}, func(v int) (network, int) { return network{Name: "fc"}, v }, true}}
}

func TestScale(t *testing.T) {
	small(t)
	out, _, err := execute(t, "scale", "--repeat", "1", "--seconds", "0.01", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var r ScaleReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Rooflines) != 1 || len(r.Series) != 1 || len(r.Series[0].Points) != 3 {
		t.Fatalf("%s: want one roofline and one series of three points", out)
	}
	roof := r.Rooflines[0]
	if len(roof.Matmul) != 2 || roof.PeakGFLOPS != max(roof.Matmul[16], roof.Matmul[32]) || !(roof.PeakGFLOPS > 0) || !(roof.BandwidthGB > 0) {
		t.Errorf("%+v", roof)
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) } // the sum of a few roundings
	for i, p := range r.Series[0].Points {
		batch := 1 << i
		// fc: 2·(784·100 + 100·10) FLOPs forward, thrice in a step, less the gradient of the pictures.
		flops := float64(batch) * (3*2*(78_400+1_000) - 2*78_400)
		if p.Value != batch || p.FLOPs != flops || !near(p.GFLOPS, flops/p.StepMS/1e6) || !near(p.ImagesPS, 1000*float64(batch)/p.StepMS) || !near(p.OfPeak, p.GFLOPS/roof.PeakGFLOPS) || p.OfRoof < p.OfPeak || p.PeakMB < p.RSSMB {
			t.Errorf("%+v", p)
		}
	}
	if r.Series[0].Line == nil {
		t.Fatal("a series over batches has no line")
	}
	var text strings.Builder
	if err := errors.Join(roof.write(&text), r.Series[0].write(&text)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"16×16 ", "GFLOP/s", "step ≈ ", " of roof"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, text.String())
		}
	}
}

func TestRoof(t *testing.T) {
	r := Roofline{PeakGFLOPS: 100, BandwidthGB: 10}
	if r.roof(3) != 30 || r.roof(10) != 100 || r.roof(50) != 100 { // 3 FLOPs a byte · 10 GB/s; the ridge is at 10
		t.Errorf("roofs %v %v %v, want 30, 100, 100", r.roof(3), r.roof(10), r.roof(50))
	}
}

func TestLeak(t *testing.T) {
	out, _, err := execute(t, "scale", "--leak=20", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var all []Endurance
	if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) != 1 || len(all[0].Blocks) != blocks {
		t.Fatalf("%v: %s", err, out)
	}
	for i, b := range all[0].Blocks {
		if b.Steps != 2*(i+1) || !(b.StepUS > 0) {
			t.Errorf("block %d: %+v, want %d steps", i, b, 2*(i+1))
		}
	}
	if got := keys(t, json.RawMessage(out[1:len(out)-2])); got != "batch blocks bytes_per_step engine net slower_by" {
		t.Errorf("fields %s", got)
	}
}

// Each part of a step takes the time of those before it, and what it adds.
func TestProfile(t *testing.T) {
	out, _, err := execute(t, "train", "--profile", "--net", "fc", "--batch", "2", "--repeat", "1", "--seconds", "0.01", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var all []Profile
	if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	sum := 0.0
	for _, p := range all[0].Parts {
		sum += p.AddedUS
		if !(p.StepUS > 0) || math.Abs(sum-p.StepUS) > 1e-6*p.StepUS { // the sum of five roundings
			t.Errorf("%+v: want %v in all", p, sum)
		}
	}
	if n := len(all[0].Parts); n != 5 || all[0].Parts[n-1].Name != "train" {
		t.Errorf("%+v: want call, gather, forward, gradient, train", all[0].Parts)
	}
	var text strings.Builder
	if err := writeProfiles(&text, all); err != nil || !strings.Contains(text.String(), "gradient") || !strings.Contains(text.String(), "a step takes") {
		t.Errorf("%v:\n%s", err, text.String())
	}
}
