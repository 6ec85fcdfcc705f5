//go:build !linux

package tests

import "errors"

func mountDisk(string) (unmount func(), err error) {
	return nil, errors.New("only Linux mounts disks of memory without an image")
}
