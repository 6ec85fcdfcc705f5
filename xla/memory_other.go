//go:build !cgo || !linux

package xla

// keepMemory is of use with the C library of Linux only.
func keepMemory() {}
