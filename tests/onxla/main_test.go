// Package onxla tests layers, networks, training and experiments on XLA.
package onxla

import (
	"fmt"
	"os"
	"testing"

	"cnnbook/notebooks/jupyter"
	"cnnbook/tests/checkout"
)

// env is the environment that every test of this package uses.
var env jupyter.Env

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" { // see memory_test.go
		if err := trainInChild(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(checkout.Main(m, &env, nil))
}
