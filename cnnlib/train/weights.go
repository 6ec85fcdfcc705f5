package train

import (
	"fmt"
	"maps"
	"slices"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/checkpoint"
	"github.com/gomlx/compute"
)

// WriteWeights writes the network's variables to a safetensors file, under their
// paths and in our layouts: kernels [KH KW Cin/groups Cout], matrices [in out].
// Package checkpoint has the conversions to PyTorch's. The network itself, the size
// of its input and the pixel value of 1.0 are in the metadata, as text.
func (m *Model) WriteWeights(path string) error {
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
	return checkpoint.WriteWeights(path, list, map[string]string{
		"network": m.Net.String(), "input": m.In.String(), "white": fmt.Sprint(m.white)})
}

// ReadWeights returns the network with the weights of a file of WriteWeights. The
// file must hold exactly the network's variables. in is the shape [H W C] of a
// picture, white the pixel value that becomes 1.0; 0 means 255.
func ReadWeights(backend compute.Backend, net cnnlib.Layer, in cnnlib.Shape, white float64, path string) (*Model, error) {
	if backend == nil || net == nil {
		return nil, fmt.Errorf("train: the backend or the network is nil: give both")
	}
	if white == 0 {
		white = 255
	}
	out, err := net.OutShape(in)
	if err != nil {
		return nil, err
	}
	list, _, err := checkpoint.ReadWeights(path)
	if err != nil {
		return nil, err
	}
	m, err := newModel(backend, net, in, out.Size(), white, 0)
	if err != nil {
		return nil, err
	}
	want, err := m.Weights()
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		if _, ok := want[t.Name]; !ok {
			return nil, fmt.Errorf("train: %s holds %s, which the network %v does not have: read it with the network it was written from", path, t.Name, net)
		}
		delete(want, t.Name)
		value, err := toTensor(t)
		if err == nil {
			err = m.set(netScope+"/"+t.Name, value)
		}
		if err != nil {
			return nil, fmt.Errorf("train: %s: %w", path, err)
		}
	}
	for _, missing := range slices.Sorted(maps.Keys(want)) {
		return nil, fmt.Errorf("train: %s lacks %s of the network %v: read it with the network it was written from", path, missing, net)
	}
	return m, nil
}
