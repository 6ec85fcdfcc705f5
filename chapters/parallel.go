package chapters

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// InParallel runs the jobs, as many at a time as there are cores, and returns what they
// return, in their order. It begins no more of them after an error.
func InParallel[T any](jobs []func() (T, error)) ([]T, error) {
	results := make([]T, len(jobs))
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, job := range jobs {
		g.Go(func() (err error) {
			if ctx.Err() == nil { // no other has failed
				results[i], err = job()
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return results, nil
}
