package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long the file must rest before it is checked: an editor may save in
// several steps.
const quiet = 100 * time.Millisecond

// watch checks an answer now and each time its file is saved, until the context ends,
// as Ctrl-C does. It writes the file first where there is none.
func watch(ctx context.Context, out, log io.Writer, folder string, ids []string) error {
	r, err := start(out, log, folder, ids)
	if err != nil || r == nil {
		return err
	}
	watcher, err := fsnotify.NewWatcher()
	if err == nil {
		defer watcher.Close()
		err = watcher.Add(r.dir) // the folder: editors replace files
	}
	if err != nil {
		return fmt.Errorf("exercises: %s cannot be watched: %w: `go run . exercises check %s` checks it once", r.dir, err, r.ID)
	}

	checked := make(chan error, 1)
	var stop context.CancelFunc
	check := func() {
		var c context.Context
		c, stop = context.WithCancel(ctx)
		go func() {
			clearScreen(out)
			passed, err := judge(c, out, r)
			if err == nil {
				footer(out, r, passed)
			}
			checked <- err
		}()
	}
	check()
	running := true
	saved := time.NewTimer(time.Hour)
	saved.Stop()
	for {
		select {
		case <-ctx.Done():
			stop()
			if running {
				<-checked
			}
			fmt.Fprintln(out, "\nThe watch ended. Your file stays.")
			return nil
		case err := <-checked:
			stop()
			running = false
			if err != nil && !errors.Is(err, context.Canceled) {
				return err
			}
		case e, open := <-watcher.Events:
			if !open {
				return fmt.Errorf("exercises: %s is no longer watched", r.dir)
			}
			if filepath.Ext(e.Name) == ".go" && !e.Has(fsnotify.Chmod) {
				saved.Reset(quiet)
			}
		case err := <-watcher.Errors:
			return fmt.Errorf("exercises: watching %s: %w", r.dir, err)
		case <-saved.C:
			stop() // what was being checked is no longer what is in the file
			if running {
				<-checked
			}
			check()
			running = true
		}
	}
}

func footer(out io.Writer, r *row, passed bool) {
	if passed {
		fmt.Fprintf(out, "\n%s passed. `go run . exercises next` shows the next exercise; Ctrl-C ends the watch.\n", r.File)
		return
	}
	fmt.Fprintf(out, "\nChange %s and save it; Ctrl-C ends the watch.\n", r.File)
}

// clearScreen clears a terminal; into a file or a pipe it writes an empty line.
func clearScreen(out io.Writer) {
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			fmt.Fprint(out, "\x1b[H\x1b[2J\x1b[3J")
			return
		}
	}
	fmt.Fprintln(out)
}
