package engine_test

import (
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/notebooks/engine"
)

// childVariable makes this test binary the cell of that name instead of running its
// tests.
const childVariable = "CNNBOOK_ENGINE_TEST_CELL"

var plane = [][]float64{{1, 2}, {3, 4}}

// cells are programs whose end is looked at.
var cells = map[string]func(){
	"describe": engine.Describe,
	"backend":  func() { engine.Backend() },
	"window":   func() { engine.Plane(cnnlib.MaxPool2D{Window: 3}, plane) },
	"flatten":  func() { engine.Planes(cnnlib.Flatten{}, plane) },
	"nothing":  func() { engine.Plane(cnnlib.MaxPool2D{Window: 2}, nil) },
	"several":  func() { engine.Plane(cnnlib.Conv2D{Channels: 3, Kernel: 1}, plane) },
}

func TestMain(m *testing.M) {
	if run, ok := cells[os.Getenv(childVariable)]; ok {
		run()
		fmt.Println("the cell went on")
		os.Exit(0)
	}
	os.Setenv("GOMLX_BACKEND", "go") // the Examples and tests need no plugin
	os.Exit(m.Run())
}

// end runs a cell on a backend and returns what it printed, and how it ended.
func end(name, backend string) (stdout, stderr string, err error) {
	var out, wrong strings.Builder
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childVariable+"="+name, "GOMLX_BACKEND="+backend)
	c.Stdout, c.Stderr = &out, &wrong
	err = c.Run()
	return out.String(), wrong.String(), err
}

// TestErrorsEndTheCellWithOneLine: nothing else is said, and nothing runs afterwards.
func TestErrorsEndTheCellWithOneLine(t *testing.T) {
	for _, c := range []struct{ cell, backend, says string }{
		{"describe", "abacus", "abacus"},
		{"backend", "abacus", "abacus"},
		{"window", "go", "MaxPool2D{Window: 3}"},
		{"flatten", "go", "want [N H W C]"},
		{"nothing", "go", "the image is empty"},
		{"several", "go", "gives 3 planes, want 1: take them with engine.Planes"},
	} {
		stdout, stderr, err := end(c.cell, c.backend)
		if err == nil || stdout != "" || !strings.Contains(stderr, c.says) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s on %s: %v, printed %q, the error is %q, want one line with %q", c.cell, c.backend, err, stdout, stderr, c.says)
		}
	}
}

func TestDescribe(t *testing.T) {
	stdout, stderr, err := end("describe", "go")
	if err != nil || stderr != "" || !strings.HasPrefix(stdout, "backend: go (pure Go") || strings.Contains(stdout, "note") {
		t.Errorf("it says %q and %q, %v", stdout, stderr, err)
	}
}

// TestDescribeTellsTheNote: if nothing was chosen and there is no plugin, the reader is told
// what to do.
func TestDescribeTellsTheNote(t *testing.T) {
	t.Setenv("CNNBOOK_HOME", t.TempDir())
	t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", t.TempDir())
	stdout, _, err := end("describe", "")
	if err != nil || !strings.Contains(stdout, "\nbackend note: ") || !strings.Contains(stdout, "go run . xla install") {
		t.Errorf("it says %q, %v", stdout, err)
	}
}

func TestBackendIsOpenedOnce(t *testing.T) {
	if engine.Backend() != engine.Backend() {
		t.Error("two calls opened two backends")
	}
}

func TestPlanesKeepsTheOrderOfChannels(t *testing.T) {
	a, b := [][]float64{{1, 2}, {3, 4}}, [][]float64{{8, 7}, {6, 5}}
	if got, want := engine.Planes(cnnlib.MaxPool2D{Window: 2}, a, b), [][][]float64{{{4}}, {{8}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("the planes are %v, want %v", got, want)
	}
}

func ExamplePlane() {
	// A kernel that answers where the right cell is brighter than the left one.
	edge := cnnlib.Conv2D{NoBias: true, Weights: cnnlib.Filter([][]float64{{-1, 1}})}
	fmt.Println(engine.Plane(edge, [][]float64{{0, 0, 9, 9}}))
	// Output: [[0 9 0]]
}

func ExamplePlanes() {
	kernels := cnnlib.Filters([][]float64{{1, 0}}, [][]float64{{0, 1}})
	for _, plane := range engine.Planes(cnnlib.Conv2D{NoBias: true, Weights: kernels}, [][]float64{{1, 2, 3}}) {
		fmt.Println(plane)
	}
	// Output:
	// [[1 2]]
	// [[2 3]]
}

func ExampleBackend() {
	y, err := cnnlib.RunPlanes(engine.Backend(), cnnlib.AvgPool2D{Window: 2}, [][]float64{{1, 2}, {3, 6}})
	fmt.Println(y, err)
	// Output: [[[3]]] <nil>
}

func ExampleDescribe() {
	engine.Describe() // prints, for example, backend: xla:cpu (xla-cpu-pjrt 0.0.1, /…/pjrt_c_api_cpu_plugin.so)
}
