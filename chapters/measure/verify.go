package measure

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"sync"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// Complete checks, without training, that the stored results are those of the
// experiment: all its arms with the recipes of the code and nothing else, and the
// seeds 1 to Seeds once each.
func Complete(e chapters.Experiment, m *chapters.Measured) error {
	var wrong []error
	for _, arm := range e.Arms {
		if m.Recipes[arm.Name] != arm.Recipe {
			wrong = append(wrong, fmt.Errorf("measure: %s: arm %q has the recipe\n%s\nand its stored results have\n%s\n`go run . measure %s` measures them anew", e.ID, arm.Name, arm.Recipe, m.Recipes[arm.Name], e.ID))
		}
		var seeds []int64
		for _, t := range m.Trials {
			if t.Arm == arm.Name {
				seeds = append(seeds, t.Seed)
			}
		}
		want := make([]int64, e.Seeds)
		for i := range want {
			want[i] = int64(i + 1)
		}
		if !slices.Equal(seeds, want) {
			wrong = append(wrong, fmt.Errorf("measure: %s: arm %q has stored seeds %v, want 1 to %d: `go run . measure %s`", e.ID, arm.Name, seeds, e.Seeds, e.ID))
		}
	}
	for _, t := range m.Trials {
		if _, err := e.Arm(t.Arm); err != nil {
			wrong = append(wrong, fmt.Errorf("measure: a stored trial: %w", err))
		}
	}
	return errors.Join(wrong...)
}

// Tolerance is the largest difference, as a share of the larger of 1 and the loss,
// between the loss of one of the first steps on two right backends in float32.
//
// The logits of these networks are sums of n = 10³ to 10⁴ products of numbers of the
// size of 1, through up to ten layers. An error bound grows with n·u, u = 2⁻²⁴ = 6e-8
// (N. Higham 2002, "Accuracy and Stability of Numerical Algorithms", §3.1), that is
// to 6e-4 for 10⁴; rounding errors have both signs, so that they grow with √n·u in
// practice: 6e-6 a layer, 6e-5 for ten, and as much again with the update of each
// step. 1e-3 is above ten steps of that, and below what a change of one setting
// makes: TestVerifySeesSlips tries a learning rate that is 2 % larger, and others.
const Tolerance = 1e-3

// Check is Verify for an experiment: the first steps of the arm named again are
// trained again, and all kept weights are run. One arm shows that code and pictures
// are those that were measured; the others differ from it in one thing, which is in
// their recipes (Complete). The tests take the first arm on XLA and the last on the
// pure-Go backend, so that both take seconds, most of which is compiling.
func Check(ctx context.Context, backend compute.Backend, e chapters.Experiment, folder fs.FS, again string, steps int) error {
	if _, err := e.Arm(again); err != nil {
		return err
	}
	var wrong []error
	for _, arm := range e.Arms {
		n := 0
		if arm.Name == again {
			n = steps
		}
		wrong = append(wrong, Verify(ctx, backend, e, arm, folder, n))
	}
	return errors.Join(wrong...)
}

// Verify trains the first steps of an arm again, with seed 1, and compares their
// losses and the pictures with the stored ones; 0 steps train nothing. If the
// weights are kept, it runs them on the first chapters.Probe test pictures and
// compares the mistakes, or, if the network reconstructs, on all test pictures of the arm
// and compares the loss.
func Verify(ctx context.Context, backend compute.Backend, e chapters.Experiment, arm chapters.Arm, folder fs.FS, steps int) error {
	m, err := chapters.ReadMeasured(folder, e.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(m.Trials, func(t chapters.Trial) bool { return t.Arm == arm.Name && t.Seed == 1 })
	if i < 0 {
		return fmt.Errorf("measure: %s: arm %q has no stored trial of seed 1: `go run . measure %s`", e.ID, arm.Name, e.ID)
	}
	stored := m.Trials[i]
	if steps > 0 {
		again, err := arm.Run(ctx, backend, 1, steps)
		if err != nil {
			return fmt.Errorf("measure: %s: arm %q: %w", e.ID, arm.Name, err)
		}
		if err := compare(e, arm, stored, again); err != nil {
			return err
		}
	}
	if !arm.Keep || arm.Net == nil {
		return nil
	}
	return verifyWeights(backend, e, arm, folder, m, stored)
}

func compare(e chapters.Experiment, arm chapters.Arm, stored chapters.Trial, again *chapters.Trial) error {
	if again.Digest != stored.Digest {
		return fmt.Errorf("measure: %s: arm %q was %s, and the code loads pictures that read %s: `go run . measure %s` after deleting the file", e.ID, arm.Name, stored.Digest, again.Digest, e.ID)
	}
	if len(again.Losses) == 0 || len(stored.Losses) < len(again.Losses) {
		return fmt.Errorf("measure: %s: arm %q has %d stored losses of its first steps, and %d are trained again: store at least as many", e.ID, arm.Name, len(stored.Losses), len(again.Losses))
	}
	for step, loss := range again.Losses {
		if d := math.Abs(loss - stored.Losses[step]); !(d <= Tolerance*max(1, math.Abs(loss))) {
			return fmt.Errorf("measure: %s: arm %q: loss %d of the first steps is %v, stored is %v; the code trains something else than what was measured: delete the file and run `go run . measure %s`",
				e.ID, arm.Name, step+1, loss, stored.Losses[step], e.ID)
		}
	}
	return nil
}

// tests reads the test pictures of one kind of data once.
var tests sync.Map

func testOf(p chapters.Pictures) (*data.Images, error) {
	load, _ := tests.LoadOrStore(p.Describe, sync.OnceValues(func() (*data.Images, error) {
		_, _, test, err := p.Load()
		return test, err
	}))
	return load.(func() (*data.Images, error))()
}

// verifyWeights runs the kept weights.
func verifyWeights(backend compute.Backend, e chapters.Experiment, arm chapters.Arm, folder fs.FS, m *chapters.Measured, stored chapters.Trial) error {
	name := chapters.WeightsFile(e.ID, arm.Name)
	content, err := fs.ReadFile(folder, name)
	if err != nil {
		return fmt.Errorf("measure: the kept weights of %s, arm %q, are missing: %w: `go run . measure %s`", e.ID, arm.Name, err, e.ID)
	}
	if sum := sum(content); sum != m.Weights[arm.Name] {
		return fmt.Errorf("measure: %s has SHA-256 %s, and %s.json says %s: delete it and run `go run . measure %s`", name, sum, e.ID, m.Weights[arm.Name], e.ID)
	}
	net, err := e.Trained(backend, folder, arm.Name)
	if err != nil {
		return err
	}
	test, err := testOf(arm.Pictures)
	if err != nil {
		return err
	}
	if net.Classes == 0 {
		return verifyLoss(e, arm, net, test, stored)
	}
	return verifyMistakes(e, arm, net, test, stored)
}

// verifyLoss runs a kept network that reconstructs pictures. Its results are sums of
// products in float32, n = 784 in a layer whose kernel covers a digit, and off by n·2⁻²⁴ of
// their size at most; the mean of squares is off by twice that, 1e-4.
func verifyLoss(e chapters.Experiment, arm chapters.Arm, net *train.Model, test *data.Images, stored chapters.Trial) error {
	const tolerance = 1e-4
	score, err := net.Evaluate(test)
	if err != nil {
		return err
	}
	want, ok := stored.Values["loss after"]
	if !ok || !(math.Abs(score.Loss-want) <= tolerance*want) {
		return fmt.Errorf("measure: %s: the kept weights of arm %q have the loss %v on %d test pictures, stored is %v: delete the files and run `go run . measure %s`", e.ID, arm.Name, score.Loss, test.N, want, e.ID)
	}
	return nil
}

// verifyMistakes runs a kept network that classifies. A picture may be counted otherwise if
// two classes are equally likely but for rounding; margin is far above that rounding
// (Tolerance) for logits of the size of 10.
func verifyMistakes(e chapters.Experiment, arm chapters.Arm, net *train.Model, test *data.Images, stored chapters.Trial) error {
	const margin = 10 * Tolerance
	some, err := test.Slice(0, min(chapters.Probe, test.N))
	if err != nil {
		return err
	}
	logits, err := net.Logits(some)
	if err != nil {
		return err
	}
	mistakes, ties := 0, 0
	for i, row := range logits {
		if slices.Index(row, slices.Max(row)) != int(some.Labels[i]) {
			mistakes++
		}
		slices.Sort(row)
		if n := len(row); row[n-1]-row[n-2] < margin {
			ties++
		}
	}
	want, ok := stored.Values["probe errors"]
	if !ok || math.Abs(float64(mistakes)-want) > float64(ties) {
		return fmt.Errorf("measure: %s: the kept weights of arm %q make %d mistakes on the first %d test pictures, stored are %v: delete the files and run `go run . measure %s`", e.ID, arm.Name, mistakes, some.N, want, e.ID)
	}
	return nil
}
