// Package cli is the command `cnnbook exercises`: the list of the exercises and how
// far the reader is, and the way through them in an editor. It is apart from package
// exercise, because every cell that checks an answer would link it.
package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"cnnbook/internal/cobracmd"
	"cnnbook/notebooks/exercise"
)

// Command is `cnnbook exercises`. It prints on out; log gets what is no result.
func Command(out, log io.Writer) *cobra.Command {
	var folder string
	var asJSON, watching bool
	root := cobracmd.New("exercises", "List the exercises and how far you are; solve them in an editor", cobra.NoArgs,
		func(ctx context.Context, _ []string) error {
			if watching {
				return watch(ctx, out, log, folder, nil)
			}
			return list(out, log, folder, asJSON)
		})
	root.Flags().BoolVar(&watching, "watch", false, "check the next open exercise each time you save its file, as the command watch does")
	root.PersistentFlags().StringVar(&folder, "folder", "", "folder of your answers (default notebooks/exercises)")
	cobracmd.JSON(root, &asJSON)

	next := cobracmd.New("next", "Show the next open exercise and how to go on", cobra.NoArgs,
		func(context.Context, []string) error { return next(out, log, folder, asJSON) })
	cobracmd.JSON(next, &asJSON)
	begin := cobracmd.New("start [ID]", "Write the file to solve an exercise in (the next open one)", cobra.MaximumNArgs(1),
		func(_ context.Context, ids []string) error {
			_, err := start(out, log, folder, ids)
			return err
		})
	check := cobracmd.New("check [ID...]", "Check the answers in your files (all that are started)", nil,
		func(ctx context.Context, ids []string) error { return check(ctx, out, folder, ids) })
	watch := cobracmd.New("watch [ID]", "Check an answer each time you save its file (the next open exercise)", cobra.MaximumNArgs(1),
		func(ctx context.Context, ids []string) error { return watch(ctx, out, log, folder, ids) })
	hint := cobracmd.New("hint ID [NUMBER]", "Give the next hint, or that of this number", cobra.RangeArgs(1, 2),
		func(_ context.Context, args []string) error { return hint(out, args) })
	solution := cobracmd.New("solution ID", "Print the worked solution", cobra.ExactArgs(1),
		func(_ context.Context, ids []string) error { return exercise.WriteSolution(out, ids[0]) })
	reset := cobracmd.New("reset [ID]", "Forget the progress of one exercise, or of all; your files stay", cobra.MaximumNArgs(1),
		func(_ context.Context, ids []string) error { return reset(out, ids) })
	root.AddCommand(next, begin, check, watch, hint, solution, reset)
	return root
}

func hint(out io.Writer, args []string) error {
	if len(args) == 1 {
		return exercise.WriteHint(out, args[0])
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return fmt.Errorf("exercises: %q is not the number of a hint: give 1, 2, …", args[1])
	}
	return exercise.WriteHint(out, args[0], n)
}

func reset(out io.Writer, ids []string) error {
	if len(ids) == 0 {
		err := exercise.Update(out, func(p *exercise.Progress) { clear(p.Exercises) })
		if err == nil {
			fmt.Fprintln(out, "All exercises are open again. Your files are as they were.")
		}
		return err
	}
	ex, err := exercise.Find(ids[0])
	if err != nil {
		return err
	}
	if err := exercise.Update(out, func(p *exercise.Progress) { delete(p.Exercises, ex.ID) }); err != nil {
		return err
	}
	fmt.Fprintf(out, "Exercise %s is open again. Your file, if there is one, is as it was.\n", ex.ID)
	return nil
}
