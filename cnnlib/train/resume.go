package train

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/checkpoint"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/lower"
)

// kind is the word in a checkpoint for what it holds.
const kind = "train"

// manifest is what a checkpoint holds beside tensors.
type manifest struct {
	Recipe    []string // see recipe
	History   []Epoch
	Best      Score
	SinceBest int
	Lowerings map[string]string // by work: the same again, for the same rounding
}

// The tensors of a checkpoint: all variables of the store, and the network's
// variables after the best epoch.
const (
	statePrefix = "state/"
	bestPrefix  = "best/"
)

// resume opens the folder of checkpoints and goes back to the newest good one.
func (r *run) resume() (err error) {
	const keep = 2 // the newest, and one should that be damaged
	if r.folder, err = checkpoint.Open(r.o.Checkpoint, keep); err != nil {
		return err
	}
	r.fingerprint = r.recipe()
	s, path, skipped, err := r.folder.Latest()
	r.m.Skipped = skipped
	if errors.Is(err, checkpoint.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	var saved manifest
	if s.Kind != kind || json.Unmarshal(s.Description, &saved) != nil {
		return fmt.Errorf("train: %s is a checkpoint of %q, not of a training: give Checkpoint another folder", path, s.Kind)
	}
	if err := sameRecipe(r.o.Checkpoint, saved.Recipe, r.fingerprint); err != nil {
		return err
	}
	state, best := values{}, values{}
	for _, t := range s.Tensors {
		value, err := toTensor(t)
		if err != nil {
			return fmt.Errorf("train: %s: %w", path, err)
		}
		if name, ok := strings.CutPrefix(t.Name, statePrefix); ok {
			state[name] = value
		} else if name, ok := strings.CutPrefix(t.Name, bestPrefix); ok {
			best[name] = value
		}
	}
	if saved.Lowerings != nil {
		r.follow(func(w work) lower.Lowering {
			l, _ := lower.Parse(saved.Lowerings[w.key()])
			return l
		})
	}
	if err := r.m.restore(state); err != nil {
		return err
	}
	r.kept = state
	if r.result, err = r.m.Weights(); err != nil {
		return err
	}
	if r.o.Average > 0 {
		r.m.takeAverages(r.result, r.kept)
	}
	if len(best) > 0 {
		r.bestResult = best
	}
	r.m.History, r.best, r.sinceBest, r.saved = saved.History, saved.Best, saved.SinceBest, path
	return nil
}

// save writes the state after an epoch.
func (r *run) save() error {
	best := r.best
	best.Loss = jsonNumber(best.Loss)
	text, err := json.Marshal(manifest{Recipe: r.fingerprint, History: finiteHistory(r.m.History), Best: best, SinceBest: r.sinceBest, Lowerings: r.lowerings})
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	epoch := int64(len(r.m.History))
	s := checkpoint.State{Kind: kind, Step: epoch * int64(r.batches), Epoch: epoch, Description: text}
	for prefix, all := range map[string]values{statePrefix: r.kept, bestPrefix: r.bestResult} {
		for _, path := range slices.Sorted(maps.Keys(all)) {
			t, err := fromTensor(prefix+path, all[path])
			if err != nil {
				return err
			}
			s.Tensors = append(s.Tensors, t)
		}
	}
	r.saved, err = r.folder.Save(s)
	return err
}

// finiteHistory is a copy that JSON can hold.
func finiteHistory(history []Epoch) []Epoch {
	history = slices.Clone(history)
	for i := range history {
		history[i].Validation.Loss = jsonNumber(history[i].Validation.Loss)
	}
	return history
}

// jsonNumber makes of an infinite loss, which JSON cannot hold, the largest number.
func jsonNumber(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return math.MaxFloat64
	}
	return v
}

// recipe is [Recipe] without what a run that is taken up again may have anew: with a
// constant learning rate it can be made longer, and its patience is its own.
func (r *run) recipe() []string {
	_, constant := r.o.Rate.(Constant)
	return slices.DeleteFunc(Recipe(r.m.Net, r.images, r.o), func(line string) bool {
		return strings.HasPrefix(line, "Patience: ") || constant && strings.HasPrefix(line, "Epochs: ")
	})
}

// Recipe lists everything that the trained weights depend on, one setting a line:
// the network's literal (with a digest, if it has more given weights than it
// prints), a digest of the pictures and of the validation pictures, and
// the options as Run fills them in, "Seed: 1" among them. What only shows the run
// (OnStep, OnEpoch) or keeps it (Checkpoint) is not in it. images may be nil, which
// reads "pictures: none". Two runs with the same recipe on the same backend and
// machine give the same weights.
func Recipe(net cnnlib.Layer, images *data.Images, options Options) []string {
	o := options.filled()
	goal := fmt.Sprintf("Classes: %d", o.Classes)
	if o.Reconstruct {
		goal = "Reconstruct: true"
	}
	return []string{
		"network: " + identity(net),
		"pictures: " + Digest(images),
		fmt.Sprintf("Batch: %d", o.Batch),
		"Optimizer: " + o.Optimizer.String(),
		"Rate: " + o.Rate.String(),
		fmt.Sprintf("L2: %v", o.L2),
		fmt.Sprintf("Smoothing: %v", o.Smoothing),
		fmt.Sprintf("Average: %v", o.Average),
		fmt.Sprintf("Augment: %+v", o.Augment),
		goal,
		fmt.Sprintf("White: %v", o.White),
		fmt.Sprintf("Seed: %d", o.Seed),
		fmt.Sprintf("KeepOrder: %t", o.KeepOrder),
		"Validation: " + Digest(o.Validation),
		fmt.Sprintf("StepsPerCall: %d", max(1, o.StepsPerCall)), // as it was when 0 meant 1; it changes nothing in the weights
		fmt.Sprintf("Devices: %d", o.Devices),
		fmt.Sprintf("Epochs: %d", o.Epochs),
		fmt.Sprintf("Patience: %d", o.Patience),
	}
}

// identity is the network's literal. Given weights that are too many to print stand
// in it as a comment; then a digest of all that the layers hold follows.
func identity(net cnnlib.Layer) string {
	literal := net.String()
	if !strings.Contains(literal, "/*") {
		return literal
	}
	h := sha256.Sum256(fmt.Appendf(nil, "%#v", net)) // layers are plain values, without pointers
	return fmt.Sprintf("%s, SHA-256 %x", literal, h[:8])
}

// Digest names a set of pictures by its sizes and the first 64 bits of the SHA-256 of
// pixels and labels: "100 of 28×28×1, SHA-256 0123456789abcdef"; nil is "none".
func Digest(images *data.Images) string {
	if images == nil {
		return "none"
	}
	h := sha256.New()
	h.Write(images.Pixels)
	h.Write(images.Labels)
	return fmt.Sprintf("%d of %d×%d×%d, SHA-256 %x", images.N, images.H, images.W, images.C, h.Sum(nil)[:8])
}

// sameRecipe refuses checkpoints of another run.
func sameRecipe(folder string, saved, want []string) error {
	if slices.Equal(saved, want) {
		return nil
	}
	for i := range min(len(saved), len(want)) {
		if saved[i] != want[i] {
			return fmt.Errorf("train: the checkpoints in %s are of another run, with %s; this one has %s: give Checkpoint another folder, or the same settings", folder, saved[i], want[i])
		}
	}
	return fmt.Errorf("train: the checkpoints in %s are of another run, with %d settings; this one has %d: give Checkpoint another folder", folder, len(saved), len(want))
}

func fromTensor(name string, t *tensors.Tensor) (checkpoint.Tensor, error) {
	c := checkpoint.Tensor{Name: name, Shape: t.Shape().Dimensions}
	err := t.ConstFlatData(func(flat any) {
		switch flat := flat.(type) {
		case []float32:
			c.Data = slices.Clone(flat)
		case []float64:
			c.Data = slices.Clone(flat)
		case []int32:
			c.Data = slices.Clone(flat)
		}
	})
	if err == nil && c.Data == nil {
		err = fmt.Errorf("the variable is %v, want Float32, Float64 or Int32", t.DType())
	}
	if err != nil {
		return c, fmt.Errorf("train: saving %s: %w", name, err)
	}
	return c, nil
}

func toTensor(c checkpoint.Tensor) (*tensors.Tensor, error) {
	switch flat := c.Data.(type) {
	case []float32:
		return tensors.FromFlatDataAndDimensions(flat, c.Shape...), nil
	case []float64:
		return tensors.FromFlatDataAndDimensions(flat, c.Shape...), nil
	case []int32:
		return tensors.FromFlatDataAndDimensions(flat, c.Shape...), nil
	}
	return nil, fmt.Errorf("%s holds %T, want float32, float64 or int32", c.Name, c.Data)
}
