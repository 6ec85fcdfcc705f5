package bench

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// The peers' side of the protocol, in a Python without their packages: ways that
// sleep a millisecond a step, the second of them four steps in a call.
func TestPeersServe(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatalf("%v: install Python 3", err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, scripts); err != nil {
		t.Fatal(err)
	}
	program := fmt.Sprintf(`
import sys, time
sys.path.insert(0, %q)
from peer_serve import serve
def fours(n):
    n = -(-n // 4) * 4
    time.sleep(n / 1000)
    return n
serve({"ones": lambda n: time.sleep(n / 1000), "fours": fours}, 10, "test")`, dir)
	p, err := start(t.Context(), "the peers' protocol", -1, os.Environ(), python, "-B", "-c", program)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if p.Who != "test" || len(p.Ways) != 2 || !(p.Ways[0].ImagesPerS > 0) {
		t.Errorf("ready: %+v", p.ready)
	}
	for _, c := range []struct {
		ask   request
		steps int // exactly, or 0
	}{{request{Way: "ones", Steps: 7}, 7}, {request{Way: "fours", Steps: 7}, 8}, {request{Way: "ones", Seconds: 0.05}, 0}} {
		s, err := p.ask(t.Context(), c.ask)
		// A sleep is never shorter than asked for.
		if err != nil || c.steps > 0 && s.Steps != c.steps || s.Images != 10*s.Steps || s.Seconds < c.ask.Seconds || s.Seconds < float64(s.Steps)/1000 {
			t.Errorf("%+v: %+v, %v", c.ask, s, err)
		}
	}
	if err := p.close(); err != nil {
		t.Errorf("the end: %v", err)
	}
}

// The scripts are Python.
func TestScriptsCompile(t *testing.T) {
	for _, name := range append([]string{"peer_serve.py"}, peerScripts...) {
		text, err := scripts.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c := exec.CommandContext(t.Context(), "python3", "-c", "import ast, sys; ast.parse(sys.stdin.read())")
		in, err := c.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		go func() { in.Write(text); in.Close() }()
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
