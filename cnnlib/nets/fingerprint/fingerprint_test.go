package fingerprint_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/nets"
	"cnnbook/cnnlib/nets/fingerprint"
)

const file = "../testdata/fingerprints.json"

func cases(t *testing.T) map[string]fingerprint.Case {
	t.Helper()
	list, err := fingerprint.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]fingerprint.Case{}
	for _, c := range list {
		byName[c.Name] = c
	}
	return byName
}

// pureGo runs the operations of a graph one after the other (each still uses all
// cores). By itself the backend runs several at once; each holds one of its
// 2·GOMAXPROCS workers while it waits for more of them, and a gradient has enough
// large operations side by side that all wait for ever (compute v0.1.3).
const pureGo = "go:ops_sequential"

func goBackend(t *testing.T) compute.Backend {
	t.Helper()
	backend, err := compute.NewWithConfig(pureGo)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(backend.Finalize)
	return backend
}

// Every network of section 5.23, ten steps on the pure-Go backend, against PyTorch.
func TestFingerprints(t *testing.T) {
	backend, byName := goBackend(t), cases(t)
	for _, n := range nets.Section523() {
		c, ok := byName[n.Name]
		if !ok {
			t.Errorf("%s: there is no case in %s", n, file)
			continue
		}
		if c.Params != n.Params {
			t.Errorf("%s: PyTorch trains %d numbers, we %d", n, c.Params, n.Params)
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

// Each slip in training must show: no decay, another rate, no dropout, another
// activation.
func TestFingerprintsSeeSlips(t *testing.T) {
	backend, byName := goBackend(t), cases(t)
	noDecay, otherRate := byName["conv2"], byName["fc100"]
	noDecay.Decay = 0
	otherRate.Rate *= 1.01
	for what, slip := range map[string]struct {
		c       fingerprint.Case
		network string
	}{
		"no decay":           {noDecay, "conv2"},
		"a rate 1 % too big": {otherRate, "fc100"},
		"no dropout":         {byName["conv2-dropout"], "conv2-fc1000-fc1000"},
		"another activation": {byName["conv2"], "conv2-sigmoid"},
	} {
		n, err := nets.ByName(slip.network)
		if err != nil {
			t.Fatal(err)
		}
		costs, err := slip.c.Train(backend, n.Net.(cnnlib.Sequential), n.In)
		if d := slip.c.Difference(costs); err != nil || d <= fingerprint.Tolerance {
			t.Errorf("%s was not seen: difference %.1e, %v", what, d, err)
		}
	}
}

func TestDifference(t *testing.T) {
	c := fingerprint.Case{Costs: []float64{2, 4}}
	for _, test := range []struct {
		costs []float64
		want  float64
	}{
		{[]float64{2, 4}, 0},
		{[]float64{2, 3}, 0.25}, // 1 of 4
		{[]float64{2}, math.Inf(1)},
		{[]float64{2, math.NaN()}, math.Inf(1)},
	} {
		if got := c.Difference(test.costs); got != test.want {
			t.Errorf("Difference(%v) = %v, want %v", test.costs, got, test.want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"text":  "costs",
		"none":  `{"batch": 10, "steps": 10, "networks": []}`,
		"short": `{"batch": 10, "steps": 10, "networks": [{"name": "fc100", "costs": [2.3]}]}`,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		if c, err := fingerprint.Read(path); err == nil {
			t.Errorf("%s: read as %v", content, c)
		}
	}
	if _, err := fingerprint.Read(filepath.Join(dir, "missing")); err == nil {
		t.Error("a missing file was read")
	}
}

// A network that does not fit its pictures is an error, not a panic.
func TestTrainRefuses(t *testing.T) {
	c := cases(t)["fc100"]
	if _, err := c.Train(goBackend(t), cnnlib.Sequential{cnnlib.Dense{Units: 10}}, cnnlib.Shape{28, 28, 1}); err == nil {
		t.Error("a dense layer took a picture")
	}
}

func ExampleCase_Train() {
	list, err := fingerprint.Read("../testdata/fingerprints.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	backend, err := compute.NewWithConfig(pureGo)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	c := list[0]
	n, err := nets.ByName(c.Name)
	if err != nil {
		fmt.Println(err)
		return
	}
	costs, err := c.Train(backend, n.Net.(cnnlib.Sequential), n.In)
	fmt.Println(c.Name, len(costs), "steps as in PyTorch:", c.Difference(costs) < fingerprint.Tolerance, err)
	// Output: fc100 10 steps as in PyTorch: true <nil>
}
