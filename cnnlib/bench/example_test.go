package bench_test

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib/bench"
)

// The commands get a list of backends and a way to open them; a hidden one does the
// measuring in a process of its own.
func ExampleCommands() {
	engines := bench.Engines{
		List: func(context.Context) ([]bench.Engine, error) {
			return []bench.Engine{{Package: "pure Go", Kind: "go"}}, nil
		},
		With: func(_ context.Context, _ string, _ io.Writer, f func(compute.Backend) error) error {
			b, err := compute.NewWithConfig("go:ops_sequential")
			if err != nil {
				return err
			}
			defer b.Finalize()
			return f(b)
		},
	}
	for _, c := range bench.Commands(os.Stdout, os.Stderr, engines) {
		fmt.Println(c.Name(), c.Hidden)
	}
	// Output:
	// train false
	// infer false
	// scale false
	// lowerings false
	// child true
}
