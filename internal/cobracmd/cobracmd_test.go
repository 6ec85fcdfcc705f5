package cobracmd_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"cnnbook/internal/cobracmd"
)

func Example() {
	var asJSON bool
	add := cobracmd.JSON(cobracmd.New("add A B", "Add two numbers", cobra.ExactArgs(2),
		func(_ context.Context, args []string) error {
			fmt.Println(args, asJSON)
			return nil
		}), &asJSON)
	root := cobracmd.Group("sums", "Do sums", add)
	root.SetArgs([]string{"add", "--json", "3", "4"})
	fmt.Println(root.ExecuteContext(context.Background()))
	// Output:
	// [3 4] true
	// <nil>
}

// TestContextAndErrorPassThrough: the command runs in the caller's context, and its error
// comes back without cobra printing anything.
func TestContextAndErrorPassThrough(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out strings.Builder
	root := cobracmd.Group("root", "Hold a command", cobracmd.New("run", "Run", cobra.NoArgs,
		func(ctx context.Context, _ []string) error { return ctx.Err() }))
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs([]string{"run"})
	if err := root.ExecuteContext(ctx); !errors.Is(err, context.Canceled) || out.Len() > 0 {
		t.Errorf("the error is %v and cobra printed %q, want that of the context and nothing", err, out.String())
	}
	root.SetArgs([]string{"run", "too", "much"})
	if err := root.ExecuteContext(t.Context()); err == nil || out.Len() > 0 {
		t.Errorf("arguments to a command without any: %v, printed %q", err, out.String())
	}
}

func TestGroupAlonePrintsItsHelp(t *testing.T) {
	var out strings.Builder
	root := cobracmd.Group("root", "Hold a command", cobracmd.New("run", "Run fast", nil, nil))
	root.SetOut(&out)
	root.SetArgs([]string{})
	if err := root.ExecuteContext(t.Context()); err != nil || !strings.Contains(out.String(), "Run fast") {
		t.Errorf("the help is %q, %v", out.String(), err)
	}
}

// asks is an error with a status of its own.
type asks int

func (a asks) Error() string   { return "stopped" }
func (a asks) ExitStatus() int { return int(a) }

func TestStatus(t *testing.T) {
	for want, err := range map[int]error{0: nil, 1: errors.New("broken"), 75: fmt.Errorf("in the middle: %w", asks(75))} {
		if got := cobracmd.Status(err); got != want {
			t.Errorf("%v: status %d, want %d", err, got, want)
		}
	}
}
