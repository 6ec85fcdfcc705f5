// Package notebooks tests the notebooks through the real kernel, and JupyterLab in a real browser.
package notebooks

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
