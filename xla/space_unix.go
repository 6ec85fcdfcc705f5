//go:build linux || darwin

package xla

import "golang.org/x/sys/unix"

// freeBytes returns how many bytes an ordinary user may still write to the disk
// that holds dir; ok is false where the system does not tell.
func freeBytes(dir string) (n int64, ok bool) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, false
	}
	return int64(fs.Bavail) * int64(fs.Bsize), true
}
