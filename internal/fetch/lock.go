package fetch

import (
	"context"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// LockName is the file that [Lock] makes in a folder. It stays there.
const LockName = ".lock"

// Lock waits until this process alone may change dir, which must exist. waiting
// is called once where another one has the lock. The system releases the lock
// of a process that dies.
func Lock(ctx context.Context, dir string, waiting func()) (unlock func(), err error) {
	l := flock.New(filepath.Join(dir, LockName), flock.SetPermissions(0o644))
	ok, err := l.TryLock()
	if err == nil && !ok {
		waiting()
		_, err = l.TryLockContext(ctx, 100*time.Millisecond)
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		l.Close()
		return nil, err
	}
	return func() { l.Close() }, nil
}
