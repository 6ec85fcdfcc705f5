// Package measure trains the experiments of a chapter, stores their results, and
// checks what is stored.
package measure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/atomicfile"
	"cnnbook/internal/lock"
)

// Options say what to train and where to.
type Options struct {
	Folder string    // of the results
	Seeds  int       // of each arm; 0 means Experiment.Seeds
	Out    io.Writer // a line for each trial and a table; nil is quiet
}

// Select returns the sections with the experiments that the ids name: those of sections
// ("5.5", as chapters.Select takes them) and single ones ("05_05_overlap"); no id means
// all. Sections without one are left out.
func Select(sections []chapters.Section, ids []string) ([]chapters.Section, error) {
	named := map[string]bool{} // experiments
	for _, id := range ids {
		some, err := chapters.Select(sections, []string{id})
		if err != nil {
			e, err := chapters.FindExperiment(sections, id)
			if err != nil {
				return nil, fmt.Errorf("%w, and no section of this name", err)
			}
			named[e.ID] = true
		}
		for _, s := range some {
			for _, e := range s.Experiments {
				named[e.ID] = true
			}
		}
	}
	var chosen []chapters.Section
	for _, s := range sections {
		s.Experiments = slices.DeleteFunc(slices.Clone(s.Experiments), func(e chapters.Experiment) bool {
			return len(ids) > 0 && !named[e.ID]
		})
		if len(s.Experiments) > 0 {
			chosen = append(chosen, s)
		}
	}
	return chosen, nil
}

// Run trains the trials of the experiments that are not stored. Trials with another
// recipe than the code's, and of arms that are no more, are dropped. When ctx ends,
// the trials that have ended are stored.
func Run(ctx context.Context, backend compute.Backend, experiments []chapters.Experiment, o Options) error {
	if o.Out == nil {
		o.Out = io.Discard
	}
	for _, e := range experiments {
		if o.Seeds > 0 {
			e.Seeds = o.Seeds
		}
		if err := run(ctx, backend, e, o); err != nil {
			return fmt.Errorf("measure: %s: %w", e.ID, err)
		}
	}
	return nil
}

func run(ctx context.Context, backend compute.Backend, e chapters.Experiment, o Options) error {
	unlock, err := o.lock(ctx, e.ID)
	if err != nil {
		return err
	}
	defer unlock()
	m, err := chapters.ReadMeasured(os.DirFS(o.Folder), e.ID)
	if errors.Is(err, fs.ErrNotExist) {
		m, err = &chapters.Measured{}, nil
	}
	if err != nil {
		return fmt.Errorf("%w: delete the file to measure anew", err)
	}
	if err := prepare(m, e, backend, o); err != nil {
		return err
	}
	for _, arm := range e.Arms {
		for seed := int64(1); seed <= int64(e.Seeds); seed++ {
			if stored(m, arm, seed, o.Folder, e.ID) {
				continue
			}
			if err := trial(ctx, backend, m, e, arm, seed, o); err != nil {
				return err
			}
		}
	}
	if err := write(m, e, o.Folder); err != nil { // something may have been dropped
		return err
	}
	return Table(o.Out, e, m)
}

// lock waits until this process alone measures the experiment into the folder: each writes
// all trials of it, and two would overwrite those of each other. What is stored is read
// afterwards, so that nothing is trained twice. The file is hidden, and embedded nowhere.
func (o Options) lock(ctx context.Context, id string) (unlock func(), err error) {
	if err := os.MkdirAll(o.Folder, 0o755); err != nil {
		return nil, err
	}
	return lock.File(ctx, filepath.Join(o.Folder, "."+id+".lock"), func() {
		fmt.Fprintf(o.Out, "%s: another process measures it; waiting for its end.\n", id)
	})
}

// prepare drops what does not belong to the experiment as it is now.
func prepare(m *chapters.Measured, e chapters.Experiment, backend compute.Backend, o Options) error {
	if m.Recipes == nil {
		m.Recipes = map[string]string{}
	}
	if m.Weights == nil {
		m.Weights = map[string]string{}
	}
	m.Experiment = e.ID
	before := len(m.Trials)
	m.Trials = slices.DeleteFunc(m.Trials, func(t chapters.Trial) bool {
		arm, err := e.Arm(t.Arm)
		return err != nil || m.Recipes[t.Arm] != arm.Recipe
	})
	if gone := before - len(m.Trials); gone > 0 {
		fmt.Fprintf(o.Out, "%s: %d stored trials have another recipe than the code and are trained again.\n", e.ID, gone)
	}
	for name, recipe := range m.Recipes {
		if arm, err := e.Arm(name); err != nil || arm.Recipe != recipe || !arm.Keep {
			delete(m.Recipes, name)
			delete(m.Weights, name)
			if err := os.Remove(filepath.Join(o.Folder, chapters.WeightsFile(e.ID, name))); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	for _, arm := range e.Arms {
		m.Recipes[arm.Name] = arm.Recipe
	}
	name := lower.TraitsOf(backend).Kind
	if len(m.Trials) > 0 && m.Backend != name {
		return fmt.Errorf("its stored trials were trained on %s, and this is %s: use that one, or delete the file to measure all anew", m.Backend, name)
	}
	m.Backend = name
	return nil
}

func stored(m *chapters.Measured, arm chapters.Arm, seed int64, folder, id string) bool {
	found := slices.ContainsFunc(m.Trials, func(t chapters.Trial) bool { return t.Arm == arm.Name && t.Seed == seed })
	if found && arm.Keep && seed == 1 {
		sum, err := digest(filepath.Join(folder, chapters.WeightsFile(id, arm.Name)))
		return err == nil && sum == m.Weights[arm.Name]
	}
	return found
}

func digest(path string) (string, error) {
	content, err := os.ReadFile(path)
	return sum(content), err
}

func sum(content []byte) string {
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:])
}

// trial trains one arm with one seed and stores what came of it.
func trial(ctx context.Context, backend compute.Backend, m *chapters.Measured, e chapters.Experiment, arm chapters.Arm, seed int64, o Options) error {
	what := fmt.Sprintf("%s: %s, seed %d of %d", e.ID, arm.Name, seed, e.Seeds)
	start, last := time.Now(), time.Now()
	told := chapters.WithProgress(ctx, func(p train.Progress) {
		if time.Since(last) > 20*time.Second { // long enough to read, short enough to see that it is alive
			last = time.Now()
			fmt.Fprintf(o.Out, "%s: step %d of %d, loss %.3g\n", what, p.Step, p.Steps, p.Loss)
		}
	})
	t, err := arm.Run(told, backend, seed, 0)
	if err != nil {
		return fmt.Errorf("%s, seed %d: %w", arm.Name, seed, err)
	}
	t.Arm, t.Seed = arm.Name, seed
	if arm.Keep && seed == 1 {
		path := filepath.Join(o.Folder, chapters.WeightsFile(e.ID, arm.Name))
		if t.Model == nil {
			return fmt.Errorf("%s is to keep its weights, but its Run returns no Model", arm.Name)
		}
		if err := t.Model.WriteWeightsWith(path, t.Text); err != nil {
			return err
		}
		if m.Weights[arm.Name], err = digest(path); err != nil {
			return err
		}
	}
	m.Trials = slices.DeleteFunc(m.Trials, func(old chapters.Trial) bool { return old.Arm == arm.Name && old.Seed == seed })
	m.Trials = append(m.Trials, *t)
	if here := Machine(); !strings.Contains(m.Machine, here) {
		m.Machine = strings.TrimPrefix(m.Machine+"; "+here, "; ")
	}
	if err := write(m, e, o.Folder); err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "%s: %s%.1f s\n", what, accuracy(t), time.Since(start).Seconds())
	return nil
}

func accuracy(t *chapters.Trial) string {
	if a, ok := t.Values["test accuracy"]; ok {
		return fmt.Sprintf("test accuracy %.2f %%, ", 100*a)
	}
	return ""
}

// write stores the results, in the order of arms and seeds, in one step.
func write(m *chapters.Measured, e chapters.Experiment, folder string) error {
	place := func(t chapters.Trial) int {
		return slices.IndexFunc(e.Arms, func(a chapters.Arm) bool { return a.Name == t.Arm })
	}
	slices.SortFunc(m.Trials, func(a, b chapters.Trial) int {
		if d := place(a) - place(b); d != 0 {
			return d
		}
		return int(a.Seed - b.Seed)
	})
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(folder, e.ID+".json"), append(text, '\n'), 0o644)
}

// Table prints mean ± standard deviation of every value of every arm.
func Table(w io.Writer, e chapters.Experiment, m *chapters.Measured) error {
	fmt.Fprintf(w, "\n%s: %s\n", e.ID, e.Question)
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, arm := range e.Arms {
		names := map[string]bool{}
		for _, t := range m.Trials {
			if t.Arm == arm.Name {
				for name := range t.Values {
					names[name] = true
				}
			}
		}
		for _, name := range sorted(names) {
			mean, sd, n, err := m.Mean(arm.Name, name)
			if err != nil {
				return err
			}
			fmt.Fprintf(tab, "%s\t%s\t%.5g ± %.2g\tn = %d\n", arm.Name, name, mean, sd, n)
		}
	}
	return tab.Flush()
}

func sorted(names map[string]bool) []string {
	list := make([]string, 0, len(names))
	for name := range names {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// Machine names the processor and the number of the machine's cores, however few of them
// this process may use.
func Machine() string {
	name, cores := runtime.GOARCH, 0
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil { // of Linux
		for line := range strings.Lines(string(info)) {
			key, value, _ := strings.Cut(line, ":")
			switch strings.TrimSpace(key) {
			case "model name":
				name = strings.TrimSpace(value)
			case "processor":
				cores++
			}
		}
	}
	if cores == 0 {
		cores = runtime.NumCPU()
	}
	return fmt.Sprintf("%s, %d cores", name, cores)
}
