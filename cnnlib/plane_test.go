package cnnlib_test

import (
	"fmt"
	"strings"
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/internal/purego"
)

// One picture, pooled: each cell of the result is the largest of its window.
func ExampleRunPlane() {
	backend := purego.Must()
	defer backend.Finalize()
	y, err := cnnlib.RunPlane(backend, cnnlib.MaxPool2D{Window: 3, Stride: 2}, [][]float64{
		{3, 0, 1, 2, 7}, {1, 5, 8, 9, 3}, {2, 7, 2, 5, 1}, {0, 1, 3, 1, 7}, {4, 2, 1, 6, 2},
	})
	fmt.Println(y, err)
	// Output: [[8 9] [7 7]] <nil>
}

func TestRunPlaneWantsOnePlane(t *testing.T) {
	backend := purego.Open(t)
	_, err := cnnlib.RunPlane(backend, cnnlib.Conv2D{Channels: 3, Kernel: 1}, [][]float64{{1}})
	if err == nil || !strings.Contains(err.Error(), "3 planes, want 1") {
		t.Errorf("RunPlane of a layer with three channels: %v", err)
	}
}
