package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/checkpoint"
)

// WriteWeights writes the network's variables to a safetensors file, under their
// paths and in our layouts: kernels [KH KW Cin/groups Cout], matrices [in out].
// Package checkpoint has the conversions to PyTorch's. The network itself, the size
// of its input, the pixel value of 1.0 and its History are in the metadata, as text.
func (m *Model) WriteWeights(path string) error { return m.WriteWeightsWith(path, nil) }

// WriteWeightsWith is WriteWeights with more text in the metadata, for instance how
// the network was trained ([Recipe]). Its keys must not be "network", "input",
// "white" or "history".
func (m *Model) WriteWeightsWith(path string, text map[string]string) error {
	history, err := json.Marshal(finiteHistory(m.History))
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	metadata := map[string]string{"network": m.Net.String(), "input": m.In.String(), "white": fmt.Sprint(m.white), "history": string(history)}
	for key, value := range text {
		if _, ours := metadata[key]; ours {
			return fmt.Errorf("train: the text for %s has the key %q, which WriteWeights fills itself: choose another", path, key)
		}
		metadata[key] = value
	}
	weights, err := m.Weights()
	if err != nil {
		return err
	}
	var list []checkpoint.Tensor
	for _, name := range slices.Sorted(maps.Keys(weights)) {
		t, err := fromTensor(name, weights[name])
		if err != nil {
			return err
		}
		list = append(list, t)
	}
	return checkpoint.WriteWeights(path, list, metadata)
}

// ReadWeights returns the network with the weights of a file of WriteWeights. The
// file must hold exactly the network's variables. in is the shape [H W C] of a
// picture, white the pixel value that becomes 1.0; 0 means 255. The History is that of the
// file, if it has one.
func ReadWeights(backend compute.Backend, net cnnlib.Layer, in cnnlib.Shape, white float64, path string) (*Model, error) {
	if backend == nil || net == nil { // before the file, which may be missing too
		return nil, errNothing
	}
	list, text, err := checkpoint.ReadWeights(path)
	if err != nil {
		return nil, err
	}
	m, err := withWeights(backend, net, in, white, path, list)
	if err != nil {
		return nil, err
	}
	if _, ok := text["history"]; !ok { // a file of another program
		return m, nil
	}
	if err := m.readHistory(path, text); err != nil {
		return nil, err
	}
	return m, nil
}

// readHistory takes the History from the text of the file called name.
func (m *Model) readHistory(name string, text map[string]string) error {
	if err := json.Unmarshal([]byte(text["history"]), &m.History); err != nil {
		return fmt.Errorf("train: the history in %s: %w: write it with WriteWeights", name, err)
	}
	return nil
}

// DecodeWeights is ReadWeights for the content of a file, for instance of one that
// is embedded in the program. Input shape, white and History come from its metadata,
// which it returns too; the network there must be net. name is what errors call the content.
func DecodeWeights(backend compute.Backend, net cnnlib.Layer, name string, content []byte) (*Model, map[string]string, error) {
	if backend == nil || net == nil {
		return nil, nil, errNothing
	}
	list, text, err := checkpoint.DecodeWeights(name, content)
	if err != nil {
		return nil, nil, err
	}
	if text["network"] != net.String() {
		return nil, nil, fmt.Errorf("train: %s holds the network %q, not %v: read it with the network it was written from", name, text["network"], net)
	}
	var in cnnlib.Shape
	for _, size := range strings.Fields(strings.Trim(text["input"], "[N]")) {
		n, err := strconv.Atoi(size)
		if err != nil {
			return nil, nil, fmt.Errorf("train: %s says that its input is %q, want a shape such as [N 28 28 1]: write it with WriteWeights", name, text["input"])
		}
		in = append(in, n)
	}
	white, err := strconv.ParseFloat(text["white"], 64)
	if err != nil || !(white > 0) {
		return nil, nil, fmt.Errorf("train: %s says that white is %q, want a number above 0: write it with WriteWeights", name, text["white"])
	}
	m, err := withWeights(backend, net, in, white, name, list)
	if err != nil {
		return nil, nil, err
	}
	if err := m.readHistory(name, text); err != nil {
		return nil, nil, err
	}
	return m, text, nil
}

var (
	errNothing = errors.New("train: the backend or the network is nil: give both")
	errContext = errors.New("train: the context is nil: give context.Background()")
)

// withWeights builds the network and fills in the tensors of the file called name.
func withWeights(backend compute.Backend, net cnnlib.Layer, in cnnlib.Shape, white float64, name string, list []checkpoint.Tensor) (*Model, error) {
	if white == 0 {
		white = 255
	}
	out, err := net.OutShape(in)
	if err != nil {
		return nil, err
	}
	classes := out.Size()
	if out.Equal(in) { // pictures of the size of its pictures: it reconstructs
		classes = 0
	}
	m, err := newModel(backend, net, in, classes, white, 0)
	if err != nil {
		return nil, err
	}
	want, err := m.Weights()
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		if _, ok := want[t.Name]; !ok {
			return nil, fmt.Errorf("train: %s holds %s, which the network %v does not have: read it with the network it was written from", name, t.Name, net)
		}
		delete(want, t.Name)
		value, err := toTensor(t)
		if err == nil {
			err = m.set(netScope+"/"+t.Name, value)
		}
		if err != nil {
			return nil, fmt.Errorf("train: %s: %w", name, err)
		}
	}
	for _, missing := range slices.Sorted(maps.Keys(want)) {
		return nil, fmt.Errorf("train: %s lacks %s of the network %v: read it with the network it was written from", name, missing, net)
	}
	return m, nil
}
