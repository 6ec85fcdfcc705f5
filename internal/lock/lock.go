// Package lock lets one process at a time change a file or a folder.
package lock

import (
	"context"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Name is the file that [Folder] locks in a folder. It stays there.
const Name = ".lock"

// poll is how often a waiting process tries again: often enough that nobody notices the
// wait for a writer that needs milliseconds.
const poll = 10 * time.Millisecond

// Folder waits until this process alone may change dir, which must exist ([File]).
func Folder(ctx context.Context, dir string, waiting func()) (unlock func(), err error) {
	return File(ctx, filepath.Join(dir, Name), waiting)
}

// File waits until this process alone has the lock of the file at path, which is made if it
// is missing and stays. waiting, unless nil, is called once if another process has it. If
// ctx ends during the wait, the error is that of ctx. The system releases the lock of a
// process that dies.
func File(ctx context.Context, path string, waiting func()) (unlock func(), err error) {
	l := flock.New(path, flock.SetPermissions(0o644))
	free, err := l.TryLock()
	if err == nil && !free {
		if waiting != nil {
			waiting()
		}
		_, err = l.TryLockContext(ctx, poll)
	}
	if err != nil {
		l.Close()
		return nil, err
	}
	return func() { l.Close() }, nil
}

// Try is [File] without the wait: if another process has the lock, unlock is nil.
func Try(path string) (unlock func(), err error) {
	l := flock.New(path, flock.SetPermissions(0o644))
	free, err := l.TryLock()
	if err != nil || !free {
		l.Close()
		return nil, err
	}
	return func() { l.Close() }, nil
}
