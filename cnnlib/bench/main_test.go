package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	"github.com/spf13/cobra"
)

// TestMain makes the test binary do a task if the commands start it again.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == childName {
		if err := command(os.Stdout, os.Stderr).Execute(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// goOnly are engines that every machine has.
var goOnly = Engines{
	List: func(context.Context) ([]Engine, error) {
		return []Engine{{Package: "pure Go", Kind: "go"}}, nil
	},
	With: func(_ context.Context, choice string, _ io.Writer, f func(compute.Backend) error) error {
		if choice != "go" {
			return fmt.Errorf("no engine %q", choice)
		}
		b, err := compute.NewWithConfig("go:ops_sequential")
		if err != nil {
			return err
		}
		defer b.Finalize()
		return f(b)
	},
}

func command(w, log io.Writer) *cobra.Command {
	root := &cobra.Command{Use: "test", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(Commands(w, log, goOnly)...)
	return root
}

// execute runs a command as a reader does.
func execute(t *testing.T, args ...string) (out, log string, err error) {
	t.Helper()
	var w, l bytes.Buffer
	root := command(&w, &l)
	root.SetArgs(args)
	err = root.ExecuteContext(t.Context())
	return w.String(), l.String(), err
}

// fakePython is a program in place of a Python with torch and jax: it does not read
// the scripts. body answers for a script, whose name is $1, after an import test.
func fakePython(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "python")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n[ \"$1\" = -c ] && exit 0\n"+body), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// keys returns the names of the fields of a JSON object, sorted.
func keys(t *testing.T, object json.RawMessage) string {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal(object, &m); err != nil {
		t.Fatalf("%s: %v", object, err)
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), " ")
}

// oneLine checks that an error is one line with these words.
func oneLine(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", words)
		return
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %v", err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%v: want %q in it", err, w)
		}
	}
}
