package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/chapters/measure"
	"cnnbook/cnnlib/train"
)

// Verify holds a stored result against the code: itself, without training (Result.Check);
// with steps above 0 it trains so many first steps again and compares their losses and
// the pictures; kept weights, where they are those of the whole network, are run on the
// first chapters.Probe test pictures. The recipe is compared by [table.Table.Read].
func Verify(ctx context.Context, backend compute.Backend, t table.Table, folder fs.FS, j table.Job, steps int) error {
	r, err := t.Read(folder, j)
	if err != nil {
		return err
	}
	test, err := t.Test()
	if err != nil {
		return err
	}
	if err := r.Check(test); err != nil {
		return err
	}
	recipe, err := t.Recipe(j)
	if err != nil {
		return err
	}
	if len(r.Curve) != max(recipe.Options.Epochs, 1) {
		return fmt.Errorf("table: %v.json has a curve of %d epochs, want %d: delete it and train it anew", j, len(r.Curve), recipe.Options.Epochs)
	}
	if steps > 0 {
		trial, err := chapters.Classify(j.String(), recipe.Net, recipe.Pictures, recipe.Options).Run(ctx, backend, j.Seed, steps)
		if err != nil {
			return fmt.Errorf("table: %v: %w", j, err)
		}
		if err := compare(r, trial); err != nil {
			return err
		}
	}
	if (r.Weights != "") != (recipe.Keep && j.Seed == 1) {
		return fmt.Errorf("table: %v.json names the weights %q, and Keep is %t for seed 1: delete it and train it anew", j, r.Weights, recipe.Keep)
	}
	if r.Weights == "" {
		return nil
	}
	return verifyWeights(backend, t, recipe, folder, r)
}

// compare holds the first steps against the stored ones.
func compare(r *table.Result, again *chapters.Trial) error {
	if r.Digest != again.Digest {
		return fmt.Errorf("table: %v.json was %s, and the code's pictures are %s: delete it and train it anew", r.Job(), r.Digest, again.Digest)
	}
	compared := 0
	for i, loss := range again.Losses {
		step := i + 1
		at := slices.IndexFunc(r.FirstLosses, func(l table.Loss) bool { return l.Step == step })
		if at < 0 {
			continue
		}
		compared++
		if d := math.Abs(loss - r.FirstLosses[at].Loss); !(d <= measure.Tolerance*max(1, math.Abs(loss))) {
			return fmt.Errorf("table: %v.json has the loss %v at step %d, and training again gives %v: the code trains something else; delete it and train it anew", r.Job(), r.FirstLosses[at].Loss, step, loss)
		}
	}
	if compared == 0 {
		return fmt.Errorf("table: %v.json has no loss of the steps that were trained again: delete it and train it anew", r.Job())
	}
	return nil
}

// verifyWeights runs kept weights. A digit may be taken otherwise than stored where two
// classes are equally likely but for rounding.
func verifyWeights(backend compute.Backend, t table.Table, recipe table.Recipe, folder fs.FS, r *table.Result) error {
	name := r.Job().String() + ".safetensors"
	content, err := fs.ReadFile(folder, name)
	if err != nil {
		return fmt.Errorf("table: the weights of %v are missing: %w: delete %v.json and train it anew", r.Job(), err, r.Job())
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != r.Weights {
		return fmt.Errorf("table: %s is not the file that %v.json names: delete both and train anew", name, r.Job())
	}
	if 4*r.Parameters > largest { // of which the convolutions are kept
		return nil
	}
	net, _, err := train.DecodeWeights(backend, recipe.Net, name, content)
	if err != nil {
		return err
	}
	test, err := t.Test()
	if err != nil {
		return err
	}
	some, err := test.Slice(0, min(chapters.Probe, test.N))
	if err != nil {
		return err
	}
	logits, err := net.Logits(some)
	if err != nil {
		return err
	}
	const margin = 10 * measure.Tolerance // far above the rounding of logits of the size of 10
	for i, row := range logits {
		said := int(r.Predictions[i] - '0')
		if slices.Max(row)-row[said] > margin {
			return fmt.Errorf("table: the weights in %s take test picture %d for a %d, and %v.json has %d: delete both and train anew", name, i, slices.Index(row, slices.Max(row)), r.Job(), said)
		}
	}
	return nil
}
