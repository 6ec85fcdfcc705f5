// Package tests holds the tests of the command as a reader types it, and of the layout of the
// source. Package checkout says where the other whole-product tests are.
package tests

import (
	"os"
	"testing"

	"cnnbook/notebooks/jupyter"
	"cnnbook/tests/checkout"
)

// env is the environment that every test of this package uses.
var env jupyter.Env

// cnnbook is the path of the command, built from this checkout.
var cnnbook string

func TestMain(m *testing.M) { os.Exit(checkout.Main(m, &env, &cnnbook)) }
