package xla_test

import (
	"context"
	"fmt"
	"log"

	. "github.com/gomlx/gomlx/core/graph"

	"cnnbook/xla"
)

// The backend is handed to GoMLX as it is. With choice "auto" print b.Note,
// if there is one, so that the reader learns how to get the faster engine.
func ExampleOpen() {
	b, err := xla.Open(context.Background(), "go")
	if err != nil {
		log.Fatal(err)
	}
	defer b.Close()
	square, err := CallOnce(b.Backend, func(x *Node) *Node { return Mul(x, x) }, []float32{1, 2, 3})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(b.Kind, square.Value())
	// Output: go [1 4 9]
}
