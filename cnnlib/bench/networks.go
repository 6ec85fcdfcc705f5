package bench

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
)

// A network says which network is measured. The zero values of the last three leave
// the named network as the peers have it.
type network struct {
	Name  string `json:"name"`            // fc, conv1, conv2, drop, same or deep
	Side  int    `json:"side,omitempty"`  // rows and columns of a picture; 0 means 28
	Widen int    `json:"widen,omitempty"` // times as many filters in each convolution; 0 means 1
	Depth int    `json:"depth,omitempty"` // convolutions of deep; 0 means 1
}

// networkNames returns the networks that the peers have too, in the order of the tables: the
// networks of section 5.23 with ReLU, in the sizes of its steps (1), (2), (4) and (7).
func networkNames() []string { return []string{"fc", "conv1", "conv2", "drop"} }

// builders are the networks by name. A convolution is followed by its pooling and
// then by ReLU, as in the peers' scripts.
var builders = map[string]func(n network) cnnlib.Sequential{
	"fc":    func(network) cnnlib.Sequential { return dense(nil, 100) },
	"conv1": func(n network) cnnlib.Sequential { return dense(conv(n, 20, cnnlib.Valid), 100) },
	"conv2": func(n network) cnnlib.Sequential {
		return dense(append(conv(n, 20, cnnlib.Valid), conv(n, 40, cnnlib.Valid)...), 100)
	},
	"drop": func(n network) cnnlib.Sequential {
		net := append(conv(n, 20, cnnlib.Valid), conv(n, 40, cnnlib.Valid)...)
		return dropBefore(dense(net, 1000, 1000))
	},
	// same is conv2 with padding, which fits pictures of any size from 4×4 on.
	"same": func(n network) cnnlib.Sequential {
		return dense(append(conv(n, 20, cnnlib.Same), conv(n, 40, cnnlib.Same)...), 100)
	},
	// deep has one pooling, then layers that all cost the same.
	"deep": func(n network) cnnlib.Sequential {
		net := conv(n, 20, cnnlib.Same)
		for range max(n.Depth, 1) - 1 {
			net = append(net, cnnlib.Conv2D{Channels: 20 * max(n.Widen, 1), Kernel: 5, Padding: cnnlib.Same, Activation: cnnlib.ReLU})
		}
		return dense(net, 100)
	},
}

func conv(n network, filters int, padding cnnlib.Padding) cnnlib.Sequential {
	return cnnlib.Sequential{cnnlib.Conv2D{Channels: filters * max(n.Widen, 1), Kernel: 5, Padding: padding}, cnnlib.MaxPool2D{Window: 2}, cnnlib.ReLU}
}

// dense puts hidden layers and the ten classes behind the convolutions.
func dense(net cnnlib.Sequential, hidden ...int) cnnlib.Sequential {
	net = append(net, cnnlib.Flatten{})
	for _, units := range hidden {
		net = append(net, cnnlib.Dense{Units: units, Activation: cnnlib.ReLU})
	}
	return append(net, cnnlib.Dense{Units: 10})
}

// dropBefore puts dropout ½ before every dense layer.
func dropBefore(net cnnlib.Sequential) (with cnnlib.Sequential) {
	for _, layer := range net {
		if _, ok := layer.(cnnlib.Dense); ok {
			with = append(with, cnnlib.Dropout{Rate: 0.5})
		}
		with = append(with, layer)
	}
	return with
}

// Build returns the layers. The error names the networks there are.
func (n network) Build() (cnnlib.Sequential, error) {
	build, ok := builders[n.Name]
	if !ok {
		return nil, fmt.Errorf("bench: no network %q: give one of %s", n.Name, strings.Join(slices.Sorted(maps.Keys(builders)), ", "))
	}
	return build(n), nil
}

// In returns the shape [H W C] of a picture.
func (n network) In() cnnlib.Shape {
	side := n.Side
	if side == 0 {
		side = 28
	}
	return cnnlib.Shape{side, side, 1}
}

// pictures returns MNIST's training set in the size that the network takes, each
// cell being the nearest of the picture. Of larger pictures there are fewer, so that
// all sets take the same memory.
func (n network) pictures() (*data.Images, error) {
	all, err := data.MNISTTrain()
	if err != nil || n.In()[0] == all.H {
		return all, err
	}
	side := n.In()[0]
	m := &data.Images{N: min(all.N, max(1, all.N*all.H*all.W/(side*side))), H: side, W: side, C: 1}
	m.Labels = all.Labels[:m.N]
	m.Pixels = make([]uint8, 0, m.N*side*side)
	for i := range m.N {
		for r := range side {
			row := all.Pixels[(i*all.H+r*all.H/side)*all.W:]
			for c := range side {
				m.Pixels = append(m.Pixels, row[c*all.W/side])
			}
		}
	}
	return m, nil
}

// work is what a network must do for one picture at least.
type work struct {
	Params  int
	FLOPs   float64 // of a training step, for each picture of the batch
	Forward float64 // FLOPs of an answer
	Values  int     // results of all layers
}

// work counts the products with weights. A training step computes each once forward,
// once for the gradient of the weights and once for that of the layer's input, which
// the first layer with weights does not need (D. Rumelhart, G. Hinton, R. Williams
// 1986). A MAC is two FLOPs.
func (n network) work() (work, error) {
	net, err := n.Build()
	if err != nil {
		return work{}, err
	}
	in, first := n.In(), 0
	w := work{Params: net.Params(in)}
	for i, layer := range net {
		out, err := layer.OutShape(in)
		if err != nil {
			return work{}, fmt.Errorf("bench: layer %d of %s: %w", i, n.Name, err)
		}
		macs := layer.MACs(in)
		if first == 0 {
			first = macs
		}
		w.Forward += 2 * float64(macs)
		w.Values += out.Size()
		in = out
	}
	w.FLOPs = 3*w.Forward - 2*float64(first)
	return w, nil
}

// leastBytes is the memory traffic of a training step whose values do not stay in a
// cache: each weight is read, its gradient written and read, and the new weight
// written; each result of a layer is written, read by the next one and by the way
// back, and its gradient written and read. A number has 4 bytes.
func (w work) leastBytes(batch int) float64 {
	return 4 * (4*float64(w.Params) + 5*float64(w.Values)*float64(batch))
}
