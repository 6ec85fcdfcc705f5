package purego_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"

	"cnnbook/internal/purego"
)

// recorder is a test that has not ended.
type recorder struct {
	testing.TB
	ends []func()
}

func (r *recorder) Cleanup(f func()) { r.ends = append(r.ends, f) }

func TestOpenFinalizesAtTheEnd(t *testing.T) {
	r := &recorder{TB: t}
	b := purego.Open(r)
	if b.IsFinalized() || !strings.Contains(strings.ToLower(b.Description()), "go") {
		t.Fatalf("the backend is %q, finalized %t", b.Description(), b.IsFinalized())
	}
	for _, end := range r.ends {
		end()
	}
	if !b.IsFinalized() {
		t.Error("the end of the test leaves the backend open")
	}
}

func ExampleMust() {
	backend := purego.Must()
	defer backend.Finalize()
	sum, err := graph.CallOnce(backend, func(a, b *graph.Node) *graph.Node { return graph.Add(a, b) }, 3.0, 4.0)
	fmt.Println(sum.Value(), err)
	// Output: 7 <nil>
}
