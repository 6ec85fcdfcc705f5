package cli

import (
	"errors"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"cnnbook/chapters"
	"cnnbook/internal/home"
	"cnnbook/notebooks/exercise"
)

// answers is where the reader's files are.
type answers struct {
	root   string // of the checkout
	folder string // of the answers, absolute
}

// findAnswers takes "" for notebooks/exercises, a folder that git and the go command's
// patterns leave out (.gitignore, go.mod).
func findAnswers(folder string) (answers, error) {
	root, err := home.Root()
	if err != nil {
		return answers{}, err
	}
	if folder == "" {
		folder = filepath.Join(root, "notebooks", "exercises")
	}
	folder, err = filepath.Abs(folder)
	return answers{root, folder}, err
}

// dir is the folder of an answer: that of exercise 5.19-2 is ch05_19_2.
func (a answers) dir(s chapters.Section, ex chapters.Exercise) string {
	number, _, _ := strings.Cut(strings.TrimPrefix(s.Slug, "05_"), "_") // "02a" of 05_02a_edges
	return filepath.Join(a.folder, "ch05_"+number+strings.ReplaceAll(strings.TrimPrefix(ex.ID, s.ID), "-", "_"))
}

// short is a path as the reader types it in the checkout.
func (a answers) short(path string) string {
	if rel, err := filepath.Rel(a.root, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

func answerFile(dir string) string { return filepath.Join(dir, "answer.go") }

// choose returns the exercise with the id, or the next open one; nil if all are solved.
func choose(log io.Writer, folder string, ids []string) (*row, error) {
	all, err := rows(log, folder)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nextOpen(all), nil
	}
	for i := range all {
		if all[i].ID == ids[0] {
			return &all[i], nil
		}
	}
	_, err = exercise.Find(ids[0])
	return nil, err
}

// start writes the file of an exercise if there is none.
func start(out, log io.Writer, folder string, ids []string) (*row, error) {
	r, err := choose(log, folder, ids)
	if err != nil {
		return nil, err
	}
	if r == nil {
		fmt.Fprintln(out, allSolved)
		return nil, nil
	}
	if r.Started {
		fmt.Fprintf(out, "%s is there already and stays as it is.\n", r.File)
		return r, nil
	}
	text, err := stub(r.exercise)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return nil, fmt.Errorf("exercises: %w: name a folder that can be written with --folder", err)
	}
	f, err := os.OpenFile(answerFile(r.dir), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) // never over a reader's file
	if errors.Is(err, fs.ErrExist) {
		return r, nil
	}
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("exercises: %w: name a folder that can be written with --folder", err)
	}
	fmt.Fprintf(out, "%s is written. Open it in your editor; `go run . exercises watch %s` checks it each time you save.\n", r.File, r.ID)
	return r, nil
}

// stub is the file a reader starts from.
func stub(ex chapters.Exercise) (string, error) {
	source, err := exercise.SourceOf(ex)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "// Exercise %s: %s\n//\n%s\n", ex.ID, both(ex.Title, ex.TitleZH), wrapped(ex.Task, "// ", 90))
	if ex.TaskZH != "" {
		fmt.Fprintf(&b, "//\n// %s\n", ex.TaskZH)
	}
	imports := append([]string{`"cnnbook/notebooks/exercise"`}, source.Imports...)
	if len(imports) == 1 {
		fmt.Fprintf(&b, "package main\n\nimport %s\n\n", imports[0])
	} else {
		fmt.Fprintf(&b, "package main\n\nimport (\n\t%s\n)\n\n", strings.Join(imports, "\n\t"))
	}
	var zeros []string
	f := reflect.TypeOf(ex.Solution)
	for i := range f.NumOut() {
		zero, err := zeroOf(f.Out(i))
		if err != nil {
			return "", fmt.Errorf("exercises: %s: %w", ex.ID, err)
		}
		zeros = append(zeros, zero)
	}
	fmt.Fprintf(&b, "%s {\n\treturn %s // your code\n}\n\n", source.Signature, strings.Join(zeros, ", "))
	fmt.Fprintf(&b, "func main() { exercise.Main(%q, %s) }\n", ex.ID, source.Name)
	text, err := format.Source([]byte(b.String()))
	return string(text), err
}

// zeroOf writes the zero value of a type.
func zeroOf(t reflect.Type) (string, error) {
	switch t.Kind() {
	case reflect.Int, reflect.Float64:
		return "0", nil
	case reflect.Bool:
		return "false", nil
	case reflect.String:
		return `""`, nil
	case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Func, reflect.Interface:
		return "nil", nil
	case reflect.Struct:
		return t.String() + "{}", nil // such as cnnlib.Conv2D{}, whose package the signature names
	}
	return "", fmt.Errorf("a result of type %v has no zero value to start from", t)
}
