package tests

import "golang.org/x/sys/unix"

// mountDisk mounts a disk of 8 MB; unmount with the returned function.
func mountDisk(dir string) (unmount func(), err error) {
	err = unix.Mount("tmpfs", dir, "tmpfs", 0, "size=8m")
	return func() { unix.Unmount(dir, 0) }, err
}
