package notebooks

import (
	"os/exec"
	"strings"
	"testing"
)

// TestInterruptInJupyter stops a training as Jupyter's stop button does: the cell
// goes on with the network of the last whole epoch.
func TestInterruptInJupyter(t *testing.T) {
	c := exec.Command(env.Python(), "-m", "unittest", "-v", "test_interrupt")
	c.Dir = "kernel"
	c.Env = env.Environ()
	out, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "test_interrupt_keeps_the_last_epoch") {
		t.Fatalf("%v\n%s", err, out)
	}
}
