package checkpoint

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gofrs/flock"

	"cnnbook/internal/atomicfile"
)

var (
	// ErrNone says that a folder holds no checkpoint, so that a run begins anew.
	ErrNone = errors.New("no checkpoint yet")
	// ErrLocked says that another program, or another part of this one, writes
	// checkpoints into the same folder.
	ErrLocked = errors.New("in use")
)

const (
	// lockName is a file whose lock, not whose presence, says that the folder is in
	// use: the system releases the lock of a process that dies.
	lockName   = ".lock"
	namePrefix = "step-"
	nameSuffix = ".ckpt.safetensors"
	minKeep    = 2
)

// fileName returns for example step-000000012345.ckpt.safetensors. The zeros let
// ls sort the first 10^12 steps.
func fileName(step int64) string { return fmt.Sprintf("%s%012d%s", namePrefix, step, nameSuffix) }

// stepOf is the inverse of fileName.
func stepOf(name string) (step int64, ok bool) {
	digits, ok := strings.CutPrefix(strings.TrimSuffix(name, nameSuffix), namePrefix)
	step, err := strconv.ParseInt(digits, 10, 64)
	return step, ok && err == nil && step >= 0 && name == fileName(step)
}

// Folder is a folder of checkpoints that this program alone writes into. It is not
// safe for use by several goroutines at once.
type Folder struct {
	path string
	keep int
	lock *flock.Flock
	// good tells the steps whose files were written or read here, and whether they
	// are whole, so that no damaged file is counted among those to keep.
	good map[int64]bool
}

// Open makes the folder if it is missing, locks it, and removes half-written
// files that a killed program has left. Save will keep that many good
// checkpoints; 0 means 2, which is the least. A folder that another program has
// open is refused with ErrLocked. Close the folder after use; the lock of a
// program that dies is released by the system.
func Open(path string, keep int) (*Folder, error) {
	if keep == 0 {
		keep = minKeep
	}
	if keep < minKeep {
		return nil, fmt.Errorf("checkpoint: %d checkpoints to keep, want at least %d, so that one is left when the newest is damaged; 0 means %d", keep, minKeep, minKeep)
	}
	const advice = "no checkpoint can be saved; " + needs
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, refuse(path, err, advice)
	}
	f := &Folder{path: path, keep: keep, good: map[int64]bool{}}
	f.lock = flock.New(filepath.Join(path, lockName), flock.SetPermissions(0o644))
	locked, err := f.lock.TryLock()
	if err != nil {
		return nil, refuse(path, err, advice)
	}
	if !locked {
		f.lock.Close()
		return nil, &Error{Path: path, Reason: "in use: another run saves its checkpoints here: wait for its end or take another folder", Err: ErrLocked}
	}
	if err := f.sweep(); err != nil {
		f.lock.Close()
		return nil, refuse(path, err, advice)
	}
	return f, nil
}

// sweep removes the files that a killed Save has left. The lock must be held.
func (f *Folder) sweep() error {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return err
	}
	pattern := atomicfile.TempPattern(namePrefix + "*" + nameSuffix)
	for _, e := range entries {
		if stale, _ := filepath.Match(pattern, e.Name()); stale && e.Type().IsRegular() { // the pattern is well formed
			if err := os.Remove(filepath.Join(f.path, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close releases the folder. A second Close does nothing.
func (f *Folder) Close() error {
	if err := f.lock.Close(); err != nil {
		return refuse(f.path, err, "")
	}
	return nil
}

// Save writes the state into a file named after its step and then removes the
// checkpoints older than those to keep. When it returns, the disk holds the file.
// An old file of the same step stays whole until the new one takes its place;
// if writing fails, every earlier checkpoint is untouched.
//
// Save never removes a newer checkpoint than the one it writes, and counts among
// those to keep only good ones: files that this Folder has neither saved nor
// loaded are read once to see that.
func (f *Folder) Save(s State) (path string, err error) {
	path = filepath.Join(f.path, fileName(max(s.Step, 0)))
	if !f.lock.Locked() {
		return "", &Error{Path: f.path, Reason: "the folder is closed: open it again"}
	}
	if err := s.save(path); err != nil {
		advice := "not saved, earlier checkpoints are untouched"
		var system *fs.PathError
		if errors.As(err, &system) {
			advice += "; " + needs
		}
		return "", refuse(path, err, advice)
	}
	f.good[s.Step] = true
	if err := f.prune(s.Step); err != nil {
		return path, refuse(f.path, err, "the checkpoint is saved, but an old one cannot be removed")
	}
	return path, nil
}

// prune removes what is older than the good checkpoints to keep, counted down
// from the newest.
func (f *Folder) prune(newest int64) error {
	entries, err := list(f.path)
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		step, _ := stepOf(e.Name())                   // list has seen that it is a step
		return step > newest || !e.Type().IsRegular() // a folder or a link is none of ours
	})
	if len(entries) <= f.keep {
		return nil // before any is read
	}
	kept := 0
	for _, e := range entries {
		step, _ := stepOf(e.Name())
		path := filepath.Join(f.path, e.Name())
		if kept == f.keep {
			if err := os.Remove(path); err != nil {
				return err
			}
			delete(f.good, step)
			continue
		}
		good, known := f.good[step]
		if !known {
			good = verify(path) == nil
			f.good[step] = good
		}
		if good {
			kept++
		}
	}
	return nil
}

// Latest is the function Latest on this folder.
func (f *Folder) Latest() (s State, path string, skipped []error, err error) {
	s, path, skipped, err = Latest(f.path)
	if err == nil {
		step, _ := stepOf(filepath.Base(path)) // Latest has taken the path from a list of such names
		f.good[step] = true
	}
	return s, path, skipped, err
}

// Latest loads the checkpoint of the highest step that is good, and returns the
// reasons why it skipped newer ones. It only reads, so no lock is needed. A folder
// that is missing or holds no checkpoint is ErrNone: begin anew. A folder where
// every checkpoint is refused is another error, since somebody should look
// before a new run writes into it.
func Latest(dir string) (s State, path string, skipped []error, err error) {
	entries, err := list(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return State{}, "", nil, refuse(dir, err, "give a folder of checkpoints")
	}
	if len(entries) == 0 {
		return State{}, "", nil, &Error{Path: dir, Reason: "no checkpoint yet: begin anew, or give another folder", Err: ErrNone}
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		s, err := Load(path)
		if err == nil {
			return s, path, skipped, nil
		}
		skipped = append(skipped, err)
	}
	reason := fmt.Sprintf("none of the %d checkpoints can be used: move them away to begin anew; the newest: %s",
		len(entries), strings.TrimPrefix(skipped[0].Error(), "checkpoint: "))
	return State{}, "", skipped, &Error{Path: dir, Reason: reason, Err: skipped[0]}
}

// list returns what has the name of a checkpoint in the folder, the highest step first.
func list(dir string) ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		_, ok := stepOf(e.Name())
		return !ok
	})
	slices.SortFunc(entries, func(a, b fs.DirEntry) int {
		x, _ := stepOf(a.Name())
		y, _ := stepOf(b.Name())
		return cmp.Compare(y, x)
	})
	return entries, nil
}
