// Command cnnbook-kernel is the Jupyter kernel of the notebooks. Set-up builds it and
// names it in the kernelspec; package kernel says what it does.
package main

import (
	"fmt"
	"os"
	"runtime"

	"cnnbook/notebooks/kernel"
)

// What ends with its parent ends with the thread that started it, so the main goroutine
// keeps the main thread.
func init() { runtime.LockOSThread() }

func main() {
	args := os.Args[1:]
	switch {
	case kernel.IsCell(os.Args[0]):
		os.Exit(kernel.RunCell(os.Args[0], args))
	case len(args) == 2 && args[0] == "shell":
		os.Exit(kernel.RunShell(args[1]))
	case len(args) > 1 && args[0] == "run":
		os.Exit(kernel.RunProgram(args[1], args[2:]...))
	case len(args) > 2 && args[0] == "guard":
		os.Exit(kernel.Guard(args[1], args[2:]))
	case len(args) > 1 && args[0] == "--kernel":
		if err := kernel.Run(args[1], args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		fmt.Fprintln(os.Stderr, "usage: cnnbook-kernel --kernel CONNECTION_FILE [flags of GoNB]; Jupyter starts it (`go run . setup`, `go run . lab`)")
		os.Exit(2)
	}
}
