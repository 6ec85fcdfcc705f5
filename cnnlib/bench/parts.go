package bench

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"
)

// partJob measures a part of a step, or of the machine.
func partJob(ctx context.Context, backend compute.Backend, job Job, g *gate) error {
	return fmt.Errorf("bench: nothing measures %q: give train or infer", job.Measure)
}
