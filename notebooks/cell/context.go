package cell

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Context returns a context that ends when the reader stops the cell: by the stop
// button of Jupyter (Kernel › Interrupt Kernel) or, in a terminal, by Ctrl-C. It is
// for what takes long and can be stopped, such as train.Run, which then returns the
// network as it was after the last whole epoch.
//
// GoNB hands the interrupt on as SIGINT, and kills the cell's program 5 s later:
// what the cell does after it was stopped must be short. (Options.Checkpoint of a
// training keeps every epoch in a file, whatever happens.) SIGTERM ends the context
// too. A second signal ends the program at once, as it does a program that never
// called Context. All calls return the same context.
func Context() context.Context { return untilStopped() }

var untilStopped = sync.OnceValue(func() context.Context {
	ctx, restore := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, restore)
	return ctx
})

// Kept is [Must] for what [Context] can stop: if the reader stopped it, the cell says so
// and goes on with what there is.
//
//	m := cell.Kept(train.Run(cell.Context(), backend, net, digits, options))
func Kept[T any](v T, err error) T {
	if errors.Is(err, context.Canceled) && Context().Err() != nil {
		fmt.Println("stopped by the reader:", err)
		return v
	}
	return Must(v, err)
}
