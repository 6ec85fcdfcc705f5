package train

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
)

// RunMany trains n networks of one kind in one graph and returns them: the voters of an
// ensemble, or trials whose spread is wanted. They see the same pictures in the same
// order and start from weights of their own, all fixed by Options.Seed. Small networks
// take up to a quarter less time together than one after the other, since one computes
// while another one waits; large ones take about the same (`go run . bench train`).
//
// The losses told are means over the networks. Validation and Patience must not be
// set: each network would have an epoch of its own that is best.
func RunMany(ctx context.Context, backend compute.Backend, net cnnlib.Layer, images *data.Images, options Options, n int) ([]*Model, error) {
	if n < 1 {
		return nil, fmt.Errorf("train: %d networks, want at least 1", n)
	}
	if net == nil {
		return nil, errNothing
	}
	if options.Validation != nil || options.Patience > 0 || options.Reconstruct {
		return nil, errors.New("train: RunMany takes no Validation, Patience or Reconstruct: measure each network when it is done")
	}
	all := make(cnnlib.Parallel, n)
	for i := range all {
		all[i] = net
	}
	options.networks = n
	joint, err := Run(ctx, backend, all, images, options)
	if joint == nil {
		return nil, err
	}
	weights, weightsErr := joint.Weights()
	if weightsErr != nil {
		return nil, errors.Join(err, weightsErr)
	}
	models := make([]*Model, n)
	for i := range models {
		m, modelErr := newModel(backend, net, joint.In, joint.Classes/n, joint.white, options.Seed)
		if modelErr != nil {
			return nil, errors.Join(err, modelErr)
		}
		own := values{}
		for path, v := range weights {
			if inside, ok := strings.CutPrefix(path, fmt.Sprintf("%d/", i)); ok {
				own[inside] = v
			}
		}
		if modelErr := m.setWeights(own); modelErr != nil {
			return nil, errors.Join(err, modelErr)
		}
		m.History = joint.History
		models[i] = m
	}
	return models, err
}
