package chapters_test

import (
	"fmt"
	"testing"

	"cnnbook/chapters"
)

func ExampleAlike() {
	fmt.Println(chapters.Alike([]any{0.03987, "digit"}, []any{0.03986, "digit"}))
	fmt.Println(chapters.Alike([]any{0.0399, "digit"}, []any{0.0400, "digit"}))
	// Output:
	// true
	// false
}

func TestAlikeFindsDifferences(t *testing.T) {
	for _, c := range [][2]any{
		{1.0, "1"}, {[]any{1.0}, []any{1.0, 2.0}}, {map[string]any{"a": 1.0}, map[string]any{"b": 1.0}}, {true, false}, {nil, 0.0}, {2e-6, 0.0},
	} {
		if chapters.Alike(c[0], c[1]) || chapters.Alike(c[1], c[0]) {
			t.Errorf("%v and %v count as alike", c[0], c[1])
		}
	}
}
