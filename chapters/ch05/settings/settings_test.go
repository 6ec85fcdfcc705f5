package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"cnnbook/chapters/ch05/settings"
	"cnnbook/cnnlib/arith"
	"cnnbook/internal/purego"
)

func TestRunSettingRefuses(t *testing.T) {
	b := purego.Open(t)
	if _, err := settings.Run(b, arith.Setting{Operation: arith.Pooling, In: 4, Kernel: 2}, settings.Image(4), settings.Kernel(2)); err == nil || !strings.Contains(err.Error(), "Pooling") {
		t.Errorf("a pooling: %v", err)
	}
	if _, err := settings.Run(b, arith.Setting{In: 2, Kernel: 3}, settings.Image(2), settings.Kernel(3)); err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Errorf("a kernel that does not fit: %v", err)
	}
	if _, err := settings.Named("3.1"); err == nil || !strings.Contains(err.Error(), "3.1") {
		t.Errorf("a figure that is not there: %v", err)
	}
}

// Figure 2.5 as a real layer on the backend of pure Go.
func ExampleRun() {
	backend := purego.Must()
	defer backend.Finalize()
	s, err := settings.Named("2.5")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(settings.Run(backend, s, settings.Image(s.In), settings.Kernel(s.Kernel)))
	// Output: [[12 14] [16 16]] <nil>
}

func ExampleLastPosition() {
	_, formula, err := settings.LastPosition(6, 3, 2, 1, 1)
	fmt.Println(formula, err)
	// Output: o = ⌊(6 + 2·1 − 3) / 2⌋ + 1 = 3; left over: 1 <nil>
}

func ExampleTransposedPosition() {
	_, formula, err := settings.TransposedPosition(3, 3, 2, 1, 1)
	fmt.Println(formula, err)
	// Output: o = (3 − 1)·2 + 3 − 2·1 + 1 = 6 <nil>
}
