package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// at returns a state whose content tells its step.
func at(step int64) State {
	s := small()
	s.Step = step
	s.Tensors = []Tensor{{"step", []int{}, []int64{step}}}
	return s
}

func open(t *testing.T, dir string, keep int) *Folder {
	t.Helper()
	f, err := Open(dir, keep)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func save(t *testing.T, f *Folder, steps ...int64) (path string) {
	t.Helper()
	for _, step := range steps {
		var err error
		if path, err = f.Save(at(step)); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// checkSteps wants checkpoints of these steps and nothing else but the lock.
func checkSteps(t *testing.T, dir string, steps ...int64) {
	t.Helper()
	want := []string{lockName}
	for _, step := range steps {
		want = append(want, fileName(step))
	}
	slices.Sort(want)
	var got []string
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("the folder holds %q, %v, want %q", got, err, want)
	}
}

// damage flips a bit of the last byte.
func damage(t *testing.T, dir string, step int64) {
	t.Helper()
	path := filepath.Join(dir, fileName(step))
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file[len(file)-1] ^= 1
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
}

func checkLatest(t *testing.T, dir string, step int64, skipped int) {
	t.Helper()
	s, path, errs, err := Latest(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := at(step); !reflect.DeepEqual(s, want) || path != filepath.Join(dir, fileName(step)) {
		t.Errorf("the latest is %v in %s, want %v", s, path, want)
	}
	if len(errs) != skipped {
		t.Errorf("skipped %q, want %d", errs, skipped)
	}
	for _, err := range errs {
		checkLine(t, err, "")
	}
}

func TestFileNames(t *testing.T) {
	for step, want := range map[int64]string{
		0:             "step-000000000000.ckpt.safetensors",
		12345:         "step-000000012345.ckpt.safetensors",
		1e12:          "step-1000000000000.ckpt.safetensors", // one digit more than the zeros provide for
		math.MaxInt64: "step-9223372036854775807.ckpt.safetensors",
	} {
		if got := fileName(step); got != want {
			t.Errorf("step %d is in %s, want %s", step, got, want)
		}
		if got, ok := stepOf(want); !ok || got != step {
			t.Errorf("%s is step %d, %v, want %d", want, got, ok, step)
		}
	}
	for _, name := range []string{
		"", "step-.ckpt.safetensors", "step-1.ckpt.safetensors", "step-0000000000001.ckpt.safetensors", "step--00000000001.ckpt.safetensors",
		"step-000000000001.safetensors", "step-000000000001", "000000000001.ckpt.safetensors", "step-+00000000001.ckpt.safetensors",
		"step-9223372036854775808.ckpt.safetensors", ".step-000000000001.ckpt.safetensors.123",
	} {
		if step, ok := stepOf(name); ok {
			t.Errorf("%q is taken for step %d", name, step)
		}
	}
}

func TestSaveKeeps(t *testing.T) {
	for _, c := range []struct {
		keep int
		want []int64
	}{{0, []int64{4, 5}}, {2, []int64{4, 5}}, {3, []int64{3, 4, 5}}, {9, []int64{1, 2, 3, 4, 5}}} {
		dir := filepath.Join(t.TempDir(), "new", "folder")
		f := open(t, dir, c.keep)
		path := save(t, f, 1, 2, 3, 4, 5)
		if want := filepath.Join(dir, fileName(5)); path != want {
			t.Errorf("saved as %s, want %s", path, want)
		}
		checkSteps(t, dir, c.want...)
		checkLatest(t, dir, 5, 0)
	}
}

// TestOrderIsOfNumbers: with 13 digits, names no longer sort as their numbers do.
func TestOrderIsOfNumbers(t *testing.T) {
	dir := t.TempDir()
	save(t, open(t, dir, 2), 999999999998, 999999999999, 1000000000000)
	checkSteps(t, dir, 999999999999, 1000000000000)
	checkLatest(t, dir, 1000000000000, 0)
}

func TestSameStepAgain(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir, 0)
	save(t, f, 1, 2)
	again := at(2)
	again.Kind = "changed"
	if _, err := f.Save(again); err != nil {
		t.Fatal(err)
	}
	checkSteps(t, dir, 1, 2)
	if s, _, _, err := Latest(dir); err != nil || s.Kind != "changed" {
		t.Errorf("the latest is %v, %v", s, err)
	}
}

func TestLatestSkipsDamaged(t *testing.T) {
	dir := t.TempDir()
	save(t, open(t, dir, 5), 1, 2, 3, 4, 5)
	damage(t, dir, 5)
	checkLatest(t, dir, 4, 1)
	if err := os.Truncate(filepath.Join(dir, fileName(4)), 100); err != nil {
		t.Fatal(err)
	}
	checkLatest(t, dir, 3, 2)
	if err := os.Remove(filepath.Join(dir, fileName(3))); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, fileName(3), "full"), 0o755); err != nil {
		t.Fatal(err)
	}
	checkLatest(t, dir, 2, 3)
	if err := WriteWeights(filepath.Join(dir, fileName(2)), nil, nil); err != nil {
		t.Fatal(err)
	}
	checkLatest(t, dir, 1, 4)
	if err := os.WriteFile(filepath.Join(dir, fileName(1)), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, skipped, err := Latest(dir)
	checkLine(t, err, "none of the 5 checkpoints can be used")
	if errors.Is(err, ErrNone) || len(skipped) != 5 {
		t.Errorf("error %v, skipped %q: a run would begin anew over them", err, skipped)
	}
}

func TestLatestOfNothing(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, 0) // leaves the lock in the folder
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, filepath.Join(dir, "missing")} {
		_, _, skipped, err := Latest(path)
		checkLine(t, err, "no checkpoint yet")
		if !errors.Is(err, ErrNone) || skipped != nil {
			t.Errorf("error %v, skipped %v, want ErrNone", err, skipped)
		}
	}
	_, _, _, err := Latest(filepath.Join(dir, "notes.txt"))
	checkLine(t, err, "give a folder of checkpoints")
	if errors.Is(err, ErrNone) {
		t.Error("a file in place of the folder is ErrNone")
	}
}

// TestDamagedIsNotCounted: a damaged newest must not push good ones out.
func TestDamagedIsNotCounted(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir, 2)
	save(t, f, 40, 50, 60)
	checkSteps(t, dir, 50, 60)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, dir, 60)

	f = open(t, dir, 2)
	s, _, skipped, err := f.Latest()
	if err != nil || s.Step != 50 || len(skipped) != 1 {
		t.Fatalf("resumed from step %d, %v, %v, want 50", s.Step, skipped, err)
	}
	save(t, f, 55)
	checkSteps(t, dir, 50, 55, 60)
	checkLatest(t, dir, 55, 1)
	save(t, f, 65) // 65 and 55 are good; 60 lies between them
	checkSteps(t, dir, 55, 60, 65)
	save(t, f, 70)
	checkSteps(t, dir, 65, 70)
}

// TestOldFilesAreVerified: a program that has loaded nothing counts the good ones
// of the folder, and so leaves no more files however often it is started.
func TestOldFilesAreVerified(t *testing.T) {
	dir := t.TempDir()
	for step := range int64(6) { // one checkpoint each start
		f, err := Open(dir, 3)
		if err != nil {
			t.Fatal(err)
		}
		save(t, f, step)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	checkSteps(t, dir, 3, 4, 5)
	damage(t, dir, 5)
	f := open(t, dir, 3)
	save(t, f, 6) // 6, 4 and 3 are good
	checkSteps(t, dir, 3, 4, 5, 6)
	save(t, f, 7)
	checkSteps(t, dir, 4, 5, 6, 7)
	save(t, f, 8)
	checkSteps(t, dir, 6, 7, 8)
}

// TestSaveLeavesNewerAlone: a run that goes back does not delete what it left.
func TestSaveLeavesNewerAlone(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir, 2)
	save(t, f, 10, 20)
	save(t, f, 5)
	checkSteps(t, dir, 5, 10, 20)
}

func TestSaveLeavesOtherFilesAlone(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"notes.txt", ".step-x", "step-1.ckpt.safetensors"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder := filepath.Join(dir, fileName(1))
	if err := os.MkdirAll(filepath.Join(folder, "full"), 0o755); err != nil {
		t.Fatal(err)
	}
	f := open(t, dir, 2)
	_, err := f.Save(at(1)) // where the folder is
	checkLine(t, err, "not saved, earlier checkpoints are untouched")
	save(t, f, 2, 3, 4)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3+1+1+2 { // the files, the folder, the lock, two checkpoints
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}

func TestSaveRefuses(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir, 0)
	save(t, f, 1)
	for want, s := range map[string]State{
		"step -1, epoch 0: want counts of at least 0": {Step: -1},
		"step 2, epoch -1":                            {Step: 2, Epoch: -1},
		"description is not JSON: make it with json":  {Step: 2, Description: json.RawMessage("{")},
		`metadata "kind" is not UTF-8`:                {Step: 2, Kind: "\xff"},
		`metadata "description" is not UTF-8`:         {Step: 2, Description: json.RawMessage("\"\xff\"")},
		`tensor "a" has 0 numbers, shape [1] wants 1`: {Step: 2, Tensors: []Tensor{{"a", []int{1}, []bool{}}}},
	} {
		_, err := f.Save(s)
		checkLine(t, err, want)
	}
	checkSteps(t, dir, 1)
}

func TestOpenRefuses(t *testing.T) {
	for _, keep := range []int{1, -1} {
		_, err := Open(t.TempDir(), keep)
		checkLine(t, err, fmt.Sprintf("%d checkpoints to keep, want at least 2", keep))
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Open(file, 0)
	checkLine(t, err, "no checkpoint can be saved; the folder must have room and be writable")
}

func TestOpenTwice(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir, 0)
	_, err := Open(dir, 0)
	checkLine(t, err, "another run saves its checkpoints here: wait for its end or take another folder")
	if !errors.Is(err, ErrLocked) {
		t.Errorf("error %v, want ErrLocked", err)
	}
	save(t, f, 1)
	checkLatest(t, dir, 1, 0) // reading needs no lock
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = f.Save(at(2))
	checkLine(t, err, "the folder is closed")
	save(t, open(t, dir, 0), 2)
	checkSteps(t, dir, 1, 2)
}

func TestRefusedOpenRemovesNothing(t *testing.T) {
	dir := t.TempDir()
	save(t, open(t, dir, 0), 1)
	for _, name := range []string{"." + fileName(2) + ".123456", "." + fileName(1) + ".7"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Open(dir, 0) // in use: those files may be at work
	if !errors.Is(err, ErrLocked) {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".step-*")); err != nil || len(left) != 2 {
		t.Errorf("a refused Open left %q, %v of the other program's 2 files", left, err)
	}
	checkLatest(t, dir, 1, 0)
}

func TestOpenRemovesHalfWritten(t *testing.T) {
	dir := t.TempDir()
	half := filepath.Join(dir, "."+fileName(2)+".123456")
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, dir, 0)
	checkSteps(t, dir)
	if _, _, _, err := Latest(dir); err == nil || !strings.Contains(err.Error(), "no checkpoint yet") {
		t.Errorf("error %v", err)
	}
}
