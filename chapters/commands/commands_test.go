package commands_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/spf13/cobra"

	"cnnbook/chapters"
	"cnnbook/chapters/commands"
	"cnnbook/internal/purego"
)

// sections is a chapter of one section whose experiment needs no training.
func sections() []chapters.Section {
	run := func(ctx context.Context, _ compute.Backend, seed int64, _ int) (*chapters.Trial, error) {
		return &chapters.Trial{Losses: []float64{1}, Values: map[string]float64{"test accuracy": 0.25 * float64(seed)}}, ctx.Err()
	}
	return []chapters.Section{{ID: "9.1", Experiments: []chapters.Experiment{{
		ID: "09_01_x", Question: "Does it work?", Seeds: 2, Arms: []chapters.Arm{{Name: "plain", Recipe: "none", Run: run}},
	}}}}
}

// execute runs the commands as main does.
func execute(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	root := &cobra.Command{SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(commands.Of(&out, t.TempDir(), sections(), func(_ context.Context, _ string, f func(compute.Backend) error) error {
		b, err := purego.New()
		if err != nil {
			return err
		}
		defer b.Finalize()
		return f(b)
	})...)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestMeasure(t *testing.T) {
	dir := t.TempDir()
	out, err := execute(t, "measure", "--out", dir, "9.1")
	if err != nil || !strings.Contains(out, "Does it work?") || !strings.Contains(out, "0.375 ± 0.18") || !strings.Contains(out, "n = 2") { // of 0.25 and 0.5: 0.25/√2 = 0.177
		t.Errorf("measure: %v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "09_01_x.json")); err != nil {
		t.Error(err)
	}
	if out, err = execute(t, "measure", "--out", dir, "--seeds", "3", "09_01_x"); err != nil || !strings.Contains(out, "n = 3") || strings.Contains(out, "seed 2 of") || !strings.Contains(out, "seed 3 of 3") {
		t.Errorf("one seed more: %v\n%s", err, out)
	}
	if _, err = execute(t, "measure", "9.2"); err == nil || !strings.Contains(err.Error(), "09_01_x") || strings.Contains(err.Error(), "\n") {
		t.Errorf("an unknown id: %v, want one line that lists those there are", err)
	}
}

func TestClaimsAndFiguresOfNothing(t *testing.T) {
	if out, err := execute(t, "claims", "--json", "9.1"); err != nil || strings.TrimSpace(out) != "[]" {
		t.Errorf("claims: %q, %v", out, err)
	}
	if out, err := execute(t, "figures", "9.1"); err != nil || out != "Without figures yet: 9.1\n" {
		t.Errorf("figures: %q, %v", out, err)
	}
}
