package train

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/distributed"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/core/tensors/dtensor"
	"github.com/gomlx/gomlx/ml/model"
)

// devices spreads the steps over several devices of a backend: each has all weights
// and all pictures, and works on its share of every batch. XLA splits the graph
// itself and adds what the devices must tell each other (GoMLX's AutoSharding; Y. Xu
// et al. 2021, "GSPMD", arXiv:2105.04663). nil is a single device.
type devices struct {
	mesh  *distributed.DeviceMesh
	whole *distributed.ShardingSpec // the same on every device
	batch *distributed.ShardingSpec // [steps batch], a share of the batch on each
}

func newDevices(backend compute.Backend, o Options) (*devices, error) {
	if o.Devices == 1 {
		return nil, nil
	}
	if have := int(backend.NumDevices()); o.Devices > have {
		return nil, fmt.Errorf("train: Devices is %d, but %s has %d", o.Devices, backend.Name(), have)
	}
	if o.Batch%o.Devices != 0 {
		return nil, fmt.Errorf("train: Batch is %d, which %d devices cannot share evenly: use a multiple of %d", o.Batch, o.Devices, o.Devices)
	}
	mesh, err := distributed.NewDeviceMesh([]int{o.Devices}, []string{"data"})
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	d := &devices{mesh: mesh, whole: distributed.NewReplicatedShardingSpec(mesh)}
	if d.batch, err = distributed.BuildSpec(mesh).R().S("data").Done(); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return d, nil
}

// spread tells the graph of a step which of its inputs are split.
func (d *devices) spread(step *model.Exec) {
	if d != nil {
		step.AutoSharding(d.mesh).WithInputShardingSpecs(d.whole, d.whole, d.batch, d.whole).WithOutputShardingSpecs(d.whole)
	}
}

// put returns an input of a step: the tensor itself, or its parts on the devices.
func (d *devices) put(t *tensors.Tensor, split bool) (any, error) {
	if d == nil {
		return t, nil
	}
	spec := d.whole
	if split {
		spec = d.batch
	}
	parts, err := dtensor.ShardTensor(spec, t)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return parts, nil
}
