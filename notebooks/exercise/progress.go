package exercise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"cnnbook/internal/atomicfile"
	"cnnbook/internal/home"
	"cnnbook/internal/lock"
)

// version of the file of the progress.
const version = 1

// lockLimit is how long a writer waits for another one, which needs milliseconds.
const lockLimit = 5 * time.Second

// Progress is what a reader has done: the file exercises.json in the folder .cnnbook.
type Progress struct {
	Version   int               `json:"version"`
	Exercises map[string]Record `json:"exercises"` // by id; one that was never tried is not there
}

// Record is what a reader has done on one exercise.
type Record struct {
	Tries        int       `json:"tries,omitempty"`        // checks that failed, up to the first that passed
	Hints        int       `json:"hints,omitempty"`        // how many were given
	Solved       time.Time `json:"solved,omitzero"`        // the first time
	SolutionSeen time.Time `json:"solution_seen,omitzero"` // set if the solution was read before it was solved
}

// State of an exercise: "open", "tried", "solution seen" or "solved".
func (r Record) State() string {
	switch {
	case !r.Solved.IsZero():
		return "solved"
	case !r.SolutionSeen.IsZero():
		return "solution seen"
	case r.Tries > 0:
		return "tried"
	}
	return "open"
}

func (r *Record) judged(passed bool) {
	switch {
	case !r.Solved.IsZero(): // solved stays solved
	case passed:
		r.Solved = time.Now().UTC().Truncate(time.Second)
	default:
		r.Tries++
	}
}

// errDamaged is in the chain of a read's error if the file is not what Update
// wrote.
var errDamaged = errors.New("is damaged")

// Read returns the progress. Without a file there is none yet. With an error it
// returns an empty progress, which can be used all the same.
func Read() (*Progress, error) {
	path, err := home.Folder("exercises.json")
	if err != nil {
		return newProgress(), err
	}
	return read(path)
}

func newProgress() *Progress {
	return &Progress{Version: version, Exercises: map[string]Record{}}
}

func read(path string) (*Progress, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newProgress(), nil
	}
	if err != nil {
		return newProgress(), fmt.Errorf("exercise: %w", err)
	}
	p := newProgress()
	p.Version = 0
	err = json.Unmarshal(data, p)
	if err == nil && p.Version < 1 {
		err = errors.New("it has no version")
	}
	if err != nil {
		return newProgress(), fmt.Errorf("exercise: the file of your progress, %s, %w (%v): mend it, or go on: the next check keeps it under another name and begins a new one", path, errDamaged, err)
	}
	if p.Version != version {
		return newProgress(), fmt.Errorf("exercise: the file of your progress, %s, has version %d, and this companion knows %d: update the companion", path, p.Version, version)
	}
	if p.Exercises == nil { // the file says null
		p.Exercises = map[string]Record{}
	}
	return p, nil
}

// Update changes the progress. Programs that do it at the same time wait for each
// other. A damaged file is kept under another name, which is told on w, and a new one
// begins; any other error leaves the file as it is.
func Update(w io.Writer, change func(*Progress)) error {
	path, err := home.Folder("exercises.json")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("exercise: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), lockLimit)
	defer cancel()
	unlock, err := lock.File(ctx, path+".lock", nil)
	if err != nil {
		return fmt.Errorf("exercise: %s cannot be locked: %w", path+".lock", err)
	}
	defer unlock()
	p, err := read(path)
	if errors.Is(err, errDamaged) {
		var kept string
		if kept, err = setAside(path); err == nil {
			fmt.Fprintf(w, "The file of your progress was damaged. It is kept as %s, and a new one begins.\n", kept)
		}
	}
	if err != nil {
		return err
	}
	change(p)
	data, err := json.MarshalIndent(p, "", "\t")
	if err != nil {
		return fmt.Errorf("exercise: %w", err)
	}
	if err := atomicfile.Write(path, append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("exercise: %w", err)
	}
	return nil
}

// setAside copies the file to a name that no other has.
func setAside(path string) (string, error) {
	data, err := os.ReadFile(path)
	for n := 1; err == nil; n++ {
		var f *os.File
		kept := fmt.Sprintf("%s.damaged-%d", path, n)
		f, err = os.OpenFile(kept, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			err = nil
			continue
		}
		if err != nil {
			break
		}
		_, err = f.Write(data)
		if err = errors.Join(err, f.Close()); err == nil {
			return kept, nil
		}
	}
	return "", fmt.Errorf("exercise: the file of your progress is damaged and cannot be kept under another name: %w", err)
}
