//go:build !linux

package bench

import "errors"

// cores returns nothing: only Linux pins processes here.
func cores() []int { return nil }

func pinned(core int, start func() error) error {
	if core >= 0 {
		return errors.New("processes are pinned to a core on Linux only")
	}
	return start()
}
