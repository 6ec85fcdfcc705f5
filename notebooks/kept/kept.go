// Package kept trains a network once and reads it from then on. A cell of a
// notebook is a program of its own, so what one cell has trained is lost for the
// next; kept.Train in both trains in the first that runs:
//
//	m := cell.Kept(kept.Train(cell.Context(), backend, net, digits, options, test))
//
// The network comes from the first of these places that has it:
//
//  1. the weights that come with the project: those of measured experiments
//     (measured/ in the topic's folder, made by `go run . measure`) whose recipe, seed and
//     pictures are the same, so that a fresh checkout does not train;
//  2. the folder nets of .cnnbook, where it was kept when a cell trained it;
//  3. a training that shows itself ([progress.Run]) and is then kept. While it runs
//     every epoch is kept too: a training that was stopped, or killed, goes on from
//     its last whole epoch when the cell is run again.
//
// # When it is another network
//
// A network is found under a key, the SHA-256 of everything that its weights depend
// on: the network's literal, the pictures (sizes and digest), the options with the
// seed and the validation pictures (all of it train.Recipe), the source of packages
// cnnlib and cnnlib/train and of the pictures' order, and the versions of GoMLX's
// modules. Change any of them, and the network is trained again. The backend is not
// part of it: weights that XLA has trained serve the pure-Go backend too.
//
// # To forget
//
// Nothing is removed by itself. [Forget] removes the network of one recipe; deleting
// the folder .cnnbook/nets removes all. The weights of a network of a notebook take some
// kilobytes to megabytes.
package kept

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gomlx/compute"
	"github.com/janpfeifer/gonb/gonbui"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/atomicfile"
	"cnnbook/internal/lock"
	"cnnbook/notebooks/progress"
)

// Train returns the network trained on the pictures: a kept one, or one that is
// trained now and then kept (the package comment says which). It prints one line
// that says which it is: network, seed, accuracy on test as it was measured when the
// network was trained, and for kept ones where they are, from when, and how long
// the training took. test may be nil, then no accuracy is printed.
//
// Arguments and errors are those of train.Run. A network that is read has its
// History, but options.OnStep and OnEpoch are not called for it. options.Checkpoint
// is not used: Train keeps the epochs itself. When ctx ends, the network of the last whole
// epoch is returned together with the error, as train.Run does, and the next call
// goes on from there.
func Train(ctx context.Context, backend compute.Backend, net cnnlib.Layer, images *data.Images, options train.Options, test *data.Images) (*train.Model, error) {
	if backend == nil || net == nil || images == nil {
		return nil, errors.New("kept: the backend, the network or the pictures are nil: give all three")
	}
	k, err := newKey(net, images, options)
	if err != nil {
		return nil, err
	}
	k.backend, k.test = backend, test
	if m, ok := k.committed(); ok {
		return m, nil
	}
	if m, ok := k.read(); ok {
		return m, nil
	}
	return k.train(ctx, images, options)
}

// Forget removes what is kept of one training: the network, or the epochs of one that
// was stopped. Weights that come with the project stay.
func Forget(net cnnlib.Layer, images *data.Images, options train.Options) error {
	if net == nil || images == nil {
		return errors.New("kept: the network or the pictures are nil: give both")
	}
	k, err := newKey(net, images, options)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(k.folder); err != nil {
		return fmt.Errorf("kept: %w", err)
	}
	return nil
}

// The files of a kept network, in a folder named after its key. recordFile is
// written last: without it there is no network.
const (
	weightsFile = "weights.safetensors"
	recordFile  = "kept.json"
	epochsDir   = "epochs" // checkpoints of a training under way
)

// record is what is known of a kept network beside its weights.
type record struct {
	Key     string    `json:"key"`     // the text that the folder's name is the digest of
	SHA256  string    `json:"sha256"`  // of the weights' file
	Tested  string    `json:"tested"`  // train.Digest of the test pictures
	Errors  int       `json:"errors"`  // on them
	Backend string    `json:"backend"` // "xla", "go"
	Trained time.Time `json:"trained"`
	Seconds float64   `json:"seconds"` // of the training, all its parts together
}

// read returns the network that was kept in the folder of the key.
func (k *key) read() (*train.Model, bool) {
	m, r, err := k.load()
	if errors.Is(err, os.ErrNotExist) {
		return nil, false
	}
	if err != nil {
		say("%s is not used and the network is trained again: %v", k.shown(), err)
		return nil, false
	}
	accuracy, err := k.accuracy(m, r.Tested, r.Errors)
	if err != nil {
		say("%s is not used and the network is trained again: %v", k.shown(), err)
		return nil, false
	}
	say("Kept network, not trained again: %s%s. It was trained on %s in %s on %s and is in %s; kept.Forget, or deleting that folder, removes it.",
		k.name, accuracy, r.Trained.Local().Format("2006-01-02 15:04"), seconds(r.Seconds), r.Backend, k.shown())
	return m, true
}

// load reads the files. The error is os.ErrNotExist if nothing is kept.
func (k *key) load() (*train.Model, record, error) {
	var r record
	text, err := os.ReadFile(filepath.Join(k.folder, recordFile))
	if err != nil {
		return nil, r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, r, fmt.Errorf("%s is damaged: %v", recordFile, err)
	}
	if r.Key != k.text {
		return nil, r, fmt.Errorf("%s is that of another network", recordFile)
	}
	content, err := os.ReadFile(filepath.Join(k.folder, weightsFile))
	if err != nil {
		return nil, r, fmt.Errorf("the weights cannot be read: %v", err) // %v: a missing file here is damage
	}
	if sum(content) != r.SHA256 {
		return nil, r, fmt.Errorf("%s is damaged: its SHA-256 is %.16s…, it was written with %.16s…", weightsFile, sum(content), r.SHA256)
	}
	m, _, err := train.DecodeWeights(k.backend, k.net, weightsFile, content)
	return m, r, err
}

func sum(content []byte) string {
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:])
}

// train waits for another program that trains the same network, else trains it.
func (k *key) train(ctx context.Context, images *data.Images, options train.Options) (*train.Model, error) {
	if err := os.MkdirAll(k.folder, 0o755); err != nil {
		return nil, fmt.Errorf("kept: %w: the folder must be writable for this user", err)
	}
	waited := false
	unlock, err := lock.Folder(ctx, k.folder, func() {
		waited = true
		say("Another cell trains this network: waiting for it.")
	})
	if err != nil {
		return nil, fmt.Errorf("kept: waiting for %s: %w", k.shown(), err)
	}
	defer unlock()
	if waited {
		if m, ok := k.read(); ok {
			return m, nil
		}
	}
	options.Checkpoint = filepath.Join(k.folder, epochsDir)
	start := time.Now()
	m, err := progress.Run(ctx, k.backend, k.net, images, options)
	if err != nil && m == nil && ctx.Err() == nil {
		// Epochs of an earlier run that cannot be used are no reason not to train.
		if _, exists := os.Stat(options.Checkpoint); exists == nil {
			if err := os.RemoveAll(options.Checkpoint); err != nil {
				return nil, fmt.Errorf("kept: %w", err)
			}
			m, err = progress.Run(ctx, k.backend, k.net, images, options)
		}
	}
	if err != nil {
		return m, err
	}
	return m, k.keep(m, time.Since(start), options.Checkpoint)
}

// keep writes the trained network: the weights, then the record, each in one step.
func (k *key) keep(m *train.Model, took time.Duration, epochs string) error {
	spent := took.Seconds()
	inEpochs := 0.0
	for _, e := range m.History {
		inEpochs += e.Time.Seconds()
	}
	spent = max(spent, inEpochs) // if a part was trained before a stop
	r := record{Key: k.text, Tested: train.Digest(k.test), Backend: k.backend.Name(), Trained: time.Now().Round(time.Second), Seconds: spent}
	if k.test != nil {
		score, err := m.Evaluate(k.test)
		if err != nil {
			return err
		}
		r.Errors = score.Errors
	}
	path := filepath.Join(k.folder, weightsFile)
	if err := m.WriteWeights(path); err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("kept: %w", err)
	}
	r.SHA256 = sum(content)
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("kept: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(k.folder, recordFile), append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("kept: %w", err)
	}
	if err := os.RemoveAll(epochs); err != nil {
		return fmt.Errorf("kept: %w", err)
	}
	accuracy, err := k.accuracy(m, r.Tested, r.Errors)
	if err != nil {
		return err
	}
	say("Trained in %s and kept: %s%s. The next cell or run reads it from %s.", seconds(r.Seconds), k.name, accuracy, k.shown())
	return nil
}

// accuracy says how many test pictures the network recognises: as it was stored,
// if it was measured on the same pictures.
func (k *key) accuracy(m *train.Model, tested string, mistakes int) (string, error) {
	if k.test == nil {
		return "", nil
	}
	if tested != train.Digest(k.test) {
		score, err := m.Evaluate(k.test)
		if err != nil {
			return "", err
		}
		mistakes = score.Errors
	}
	n := k.test.N
	return fmt.Sprintf(", %.2f %% of %d test pictures recognised (%d are not)", 100*float64(n-mistakes)/float64(n), n, mistakes), nil
}

func seconds(s float64) string {
	return time.Duration(s * float64(time.Second)).Round(time.Second / 10).String()
}

// say prints a line: in a notebook as a paragraph beside the cell's printed text,
// because what these lines tell (times, places) differs from one run to the next.
func say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if gonbui.IsNotebook {
		gonbui.DisplayHTML("<p>" + html.EscapeString(line) + "</p>")
		return
	}
	fmt.Println(strings.TrimSpace(line))
}
