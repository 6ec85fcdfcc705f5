// Package jobs trains the rows of a table (package chapters/table): each training is a
// job in a process of its own, on cores of its own, which can be stopped at any moment
// and goes on from its last whole epoch.
package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/cnnlib/checkpoint"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/atomicfile"
	"cnnbook/internal/lock"
)

// Setting is where and on what a job is trained.
type Setting struct {
	Out     string // folder of the results
	Work    string // folder of what is kept of trainings that have not ended
	Machine string // processor and number of its cores, for the result
	Cores   int    // that this process is bound to; 0 where it is not bound
	Backend string // its name, for the result

	OnStep  func(train.Progress)
	OnEpoch func(train.Epoch)
}

// ErrBusy says that another process trains the job.
var ErrBusy = errors.New("another process trains it")

// Train trains one job, or goes on with it, and stores its result in one step. A job
// that is stored already is not trained. What it needed to go on is removed.
func Train(ctx context.Context, backend compute.Backend, t table.Table, j table.Job, s Setting) error {
	recipe, err := t.Recipe(j)
	if err != nil {
		return err
	}
	unlock, err := only(s.Work, j)
	if err != nil {
		return err
	}
	defer unlock()
	_, err = t.Read(os.DirFS(s.Out), j)
	if !missing(err) {
		return err
	}
	recipe.Options.Seed = j.Seed
	work := filepath.Join(s.Work, workName(j, recipe, s.Backend))
	recipe.Options.Checkpoint = filepath.Join(work, epochsName)
	if err := atomicfile.Write(filepath.Join(work, backendName), []byte(s.Backend), 0o644); err != nil {
		return fmt.Errorf("table: %v: %w", j, err)
	}
	recipe.Options.OnEpoch = func(e train.Epoch) error {
		if s.OnEpoch != nil {
			s.OnEpoch(e)
		}
		return nil
	}
	first := firstLosses{path: filepath.Join(work, "first_losses.json")}
	told := chapters.WithProgress(ctx, func(p train.Progress) {
		first.add(p)
		if s.OnStep != nil {
			s.OnStep(p)
		}
	})
	trial, err := chapters.Classify(j.String(), recipe.Net, recipe.Pictures, recipe.Options).Run(told, backend, j.Seed, 0)
	if err != nil {
		return err
	}
	r, err := result(t, j, recipe, trial, s)
	if err != nil {
		return err
	}
	if r.FirstLosses, err = first.read(); err != nil {
		return err
	}
	if recipe.Keep && j.Seed == 1 {
		if r.Weights, err = keep(trial, filepath.Join(s.Out, j.String()+".safetensors"), work); err != nil {
			return err
		}
	}
	if err := write(r, s.Out); err != nil {
		return err
	}
	return clean(s.Work, j)
}

// missing says that a job has no result that can be used.
func missing(err error) bool { return errors.Is(err, table.ErrNone) || errors.Is(err, table.ErrRecipe) }

// only makes this the only process that trains the job: every training comes through
// here. The system releases the lock of a process that dies; the empty file stays.
func only(work string, j table.Job) (unlock func(), err error) {
	if err := os.MkdirAll(work, 0o755); err != nil {
		return nil, fmt.Errorf("table: %w: set CNNBOOK_HOME to a folder that can be written", err)
	}
	unlock, err = lock.Try(filepath.Join(work, j.String()+".lock"))
	if err == nil && unlock == nil {
		err = ErrBusy
	}
	if err != nil {
		return nil, fmt.Errorf("table: %v: %w", j, err)
	}
	return unlock, nil
}

// workName is the folder of a job that has not ended, below Setting.Work. A job with
// another recipe, or on another backend, has another one.
func workName(j table.Job, r table.Recipe, backend string) string {
	all := append(train.Recipe(r.Net, nil, r.Options), r.Lines()...)
	sum := sha256.Sum256([]byte(strings.Join(append(all, backend), "\n")))
	return fmt.Sprintf("%v-%x", j, sum[:4])
}

// epochsName is a folder there: the checkpoints.
const epochsName = "epochs"

// backendName is a file in the folder of a job that has not ended: the backend it is
// trained on, without which nobody could tell whether the folder is of today's recipe.
const backendName = "backend"

// saved returns how many epochs of a job are kept, of the recipe of the code: from there
// it goes on, on the backend that it was begun on.
func saved(work string, j table.Job, r table.Recipe) (epochs int, err error) {
	r.Options.Seed = j.Seed
	folders, err := filepath.Glob(filepath.Join(work, j.String()+"-*"))
	if err != nil {
		return 0, fmt.Errorf("table: %w", err)
	}
	for _, folder := range folders {
		backend, err := os.ReadFile(filepath.Join(folder, backendName))
		if err != nil || filepath.Base(folder) != workName(j, r, string(backend)) {
			continue // not begun, or of another recipe
		}
		s, _, _, err := checkpoint.Latest(filepath.Join(folder, epochsName))
		if errors.Is(err, checkpoint.ErrNone) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("table: %v: %w", j, err)
		}
		epochs = max(epochs, int(s.Epoch))
	}
	return epochs, nil
}

// clean removes what is left of a job, of earlier recipes too.
func clean(work string, j table.Job) error {
	left, err := filepath.Glob(filepath.Join(work, j.String()+"-*"))
	for _, dir := range left {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

// firstLosses are kept in a file as soon as they are known: a training that goes on
// after its first epoch does not see them again.
type firstLosses struct {
	path   string
	losses []table.Loss
	err    error
}

func (f *firstLosses) add(p train.Progress) {
	before := p.Step - len(p.Losses) // a call takes several steps
	if before >= chapters.FirstLosses {
		return
	}
	for i, loss := range p.Losses[:min(len(p.Losses), chapters.FirstLosses-before)] {
		f.losses = append(f.losses, table.Loss{Step: before + i + 1, Loss: loss})
	}
	text, err := json.Marshal(f.losses)
	if err == nil {
		err = atomicfile.Write(f.path, text, 0o644)
	}
	f.err = errors.Join(f.err, err)
}

func (f *firstLosses) read() (losses []table.Loss, err error) {
	if f.err != nil {
		return nil, f.err
	}
	text, err := os.ReadFile(f.path)
	if err == nil {
		err = json.Unmarshal(text, &losses)
	}
	return losses, err
}

// result makes the stored form of a training.
func result(t table.Table, j table.Job, recipe table.Recipe, trial *chapters.Trial, s Setting) (*table.Result, error) {
	_, validation, test, err := recipe.Pictures.Load()
	if err != nil {
		return nil, err
	}
	r := &table.Result{Profile: j.Profile, Row: j.Row, Seed: j.Seed, Recipe: recipe.Lines(), Digest: trial.Digest,
		Backend: s.Backend, Machine: s.Machine, Cores: s.Cores, Date: time.Now().Format(time.DateOnly),
		Parameters: recipe.Net.Params(trial.Model.In), ValidationPictures: validation.N,
		TrainingAccuracy: trial.Values["train accuracy"]}
	for i, e := range trial.Model.History {
		r.Curve = append(r.Curve, table.Epoch{Loss: e.Loss, ValidationErrors: e.Validation.Errors, Seconds: e.Time.Seconds()})
		if e.Best {
			r.Chosen, r.ValidationErrors = i+1, e.Validation.Errors
		}
	}
	predicted, err := trial.Model.Predict(test)
	if err != nil {
		return nil, err
	}
	r.Predictions, r.TestErrors = table.Digits(predicted), len(train.Mistakes(test.Labels, predicted))
	all, err := t.Test()
	if err != nil {
		return nil, err
	}
	return r, r.Check(all)
}

// write stores a result in one step.
func write(r *table.Result, folder string) error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("table: %v: %w", r.Job(), err)
	}
	return atomicfile.Write(filepath.Join(folder, r.Job().String()+".json"), append(text, '\n'), 0o644)
}

// largest is how many bytes of weights are committed for one network; of a larger one
// only the convolutions are.
const largest = 1_000_000

// keep writes the weights of a trained network and returns the SHA-256 of the file.
func keep(trial *chapters.Trial, path, work string) (string, error) {
	whole := filepath.Join(work, "weights.safetensors")
	if err := trial.Model.WriteWeightsWith(whole, trial.Text); err != nil {
		return "", err
	}
	tensors, text, err := checkpoint.ReadWeights(whole)
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(whole); err != nil {
		return "", err
	} else if info.Size() > largest {
		tensors = convolutions(tensors)
	}
	if err := checkpoint.WriteWeights(path, tensors, text); err != nil {
		return "", err
	}
	content, err := os.ReadFile(path)
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), err
}

// convolutions are the tensors of layers whose weights are [KH KW Cin Cout].
func convolutions(all []checkpoint.Tensor) []checkpoint.Tensor {
	layer := func(t checkpoint.Tensor) string { return t.Name[:max(strings.LastIndex(t.Name, "/"), 0)] }
	kernels := map[string]bool{}
	for _, t := range all {
		if len(t.Shape) == 4 {
			kernels[layer(t)] = true
		}
	}
	var some []checkpoint.Tensor
	for _, t := range all {
		if kernels[layer(t)] {
			some = append(some, t)
		}
	}
	return some
}
