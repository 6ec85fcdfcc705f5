package train_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/train"
)

func TestWeightsOnDisk(t *testing.T) {
	images := digits(t, 0, 100)
	m, err := train.Run(t.Context(), goBackend(t), small, images, train.Options{White: 256})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "net.safetensors")
	if err := m.WriteWeights(path); err != nil {
		t.Fatal(err)
	}
	in := cnnlib.Shape{28, 28, 1}
	read, err := train.ReadWeights(goBackend(t), small, in, 256, path)
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(weightsOf(t, read), weightsOf(t, m), bytes.Equal) {
		t.Error("other weights were read than written")
	}
	if len(m.History) != 1 || !reflect.DeepEqual(read.History, m.History) {
		t.Errorf("the history that was read is %+v, want %+v", read.History, m.History)
	}
	a, errA := m.Logits(images)
	b, errB := read.Logits(images)
	if errA != nil || errB != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("the network that was read gives other results: %v, %v", errA, errB)
	}
	// The content alone, with more text; its history comes back too.
	if err := m.WriteWeightsWith(path, map[string]string{"recipe": "by hand"}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	decoded, text, err := train.DecodeWeights(goBackend(t), small, "net", content)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := decoded.Logits(images); err != nil || !reflect.DeepEqual(a, c) || text["recipe"] != "by hand" || !reflect.DeepEqual(decoded.History, m.History) {
		t.Errorf("decoded: %v, text %v, history %v, want %v", err, text, decoded.History, m.History)
	}
	if err := m.WriteWeightsWith(path, map[string]string{"white": "1"}); err == nil || !strings.Contains(err.Error(), "white") {
		t.Errorf("text with a key of ours: %v", err)
	}
	for want, content := range map[string][]byte{"whole safetensors file": content[:len(content)-1], "holds the network": content} {
		if _, _, err := train.DecodeWeights(goBackend(t), small[0], "net", content); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	wider := cnnlib.Sequential{cnnlib.Conv2D{Channels: 5, Kernel: 5, Stride: 4}, small[1]}
	for want, net := range map[string]cnnlib.Sequential{
		"they belong to different networks":        wider,
		"which the network":                        {small[0]},
		"lacks 2/biases of the network Sequential": {small[0], small[1], cnnlib.Conv2D{Channels: 10, Kernel: 1}},
	} {
		if _, err := train.ReadWeights(goBackend(t), net, in, 0, path); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want one line with %q", err, want)
		}
	}
}
