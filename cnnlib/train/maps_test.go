package train_test

import (
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
	"cnnbook/cnnlib/train"
)

// TestMaps: no layer gives the pictures, one the oracle's feature maps with the
// trained weights, all the logits.
func TestMaps(t *testing.T) {
	images := digits(t, 0, 20)
	m, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{})
	if err != nil {
		t.Fatal(err)
	}
	pictures, err := m.Maps(images, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tensors.MustCopyFlatData[float32](pictures)[5*28*28+14*28+9], float32(images.Pixels[5*28*28+14*28+9])/255; got != want {
		t.Errorf("a pixel is %v, want %v", got, want)
	}

	first, err := images.Slice(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	maps, err := m.Maps(first, 1)
	if err != nil {
		t.Fatal(err)
	}
	plane, err := cnnlib.ToMatrix(maps, 2)
	if err != nil {
		t.Fatal(err)
	}
	weights, err := m.Weights()
	if err != nil {
		t.Fatal(err)
	}
	w, bias := tensors.MustCopyFlatData[float32](weights["0/weights"]), tensors.MustCopyFlatData[float32](weights["0/biases"])
	kernel := make([][]float64, 5)
	for i := range kernel {
		for j := range 5 {
			kernel[i] = append(kernel[i], float64(w[(i*5+j)*4+2])) // [5 5 1 4]
		}
	}
	image := make([][]float64, 28)
	for i := range image {
		for j := range 28 {
			image[i] = append(image[i], float64(images.Pixels[i*28+j])/255)
		}
	}
	want, err := ref.CrossCorrelate2D(image, kernel, ref.Options{Stride: 4})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range want {
		for j, v := range row {
			want[i][j] = max(0, v+float64(bias[2]))
		}
	}
	// 26 terms below 1 in size, float32: 26·26·2⁻²⁴ = 4e-5 at most.
	if !ref.EqualWithin(plane, want, 4e-5) {
		t.Errorf("map 2 is %v, want %v", plane, want)
	}

	last, err := m.Maps(images, len(small))
	if err != nil {
		t.Fatal(err)
	}
	logits, err := m.Logits(images)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range tensors.MustCopyFlatData[float32](last) {
		if v != logits[i/10][i%10] {
			t.Fatalf("number %d behind the last layer is %v, the logit %v", i, v, logits[i/10][i%10])
		}
	}
	if _, err := m.Maps(images, 3); err == nil || !strings.Contains(err.Error(), "want 0 to 2") {
		t.Errorf("three of two layers: %v", err)
	}
}
