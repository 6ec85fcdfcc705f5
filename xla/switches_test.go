package xla

import (
	"os"
	"testing"
)

func TestSwitchesOfTheReaderComeLast(t *testing.T) {
	t.Setenv(flagsVariable, "--reader=1")
	r := &receipt{}
	for _, p := range products {
		if p.switches != "" && p.platform == platform {
			r.Package, r.Version = p.name, p.version
		}
	}
	want := cpuSwitches + " --reader=1"
	if r.Package == "" { // another platform: nothing is set
		want = "--reader=1"
	}
	for range 2 { // the second time changes nothing
		if err := useSwitches(r); err != nil {
			t.Fatal(err)
		}
		if got := os.Getenv(flagsVariable); got != want {
			t.Errorf("%s is %q, want %q", flagsVariable, got, want)
		}
	}
	// A plugin that is not ours may not know them.
	t.Setenv(flagsVariable, "--reader=1")
	if err := useSwitches(nil); err != nil || os.Getenv(flagsVariable) != "--reader=1" {
		t.Errorf("%v, %s", err, os.Getenv(flagsVariable))
	}
}
