package edges_test

import (
	"fmt"
	"strings"

	edges "cnnbook/chapters/ch05/s02a-edges"
	"cnnbook/internal/purego"
)

func ExampleSection() {
	s := edges.Section()
	fmt.Println(s.ID, s.Title)
	// Output: 5.2a How convolution detects edges
}

func ExampleDraw() {
	backend := purego.Must()
	defer backend.Finalize()
	p := edges.Draw(backend, "05_02a_halves")
	finding, _, _ := strings.Cut(p.Alt, ".")
	fmt.Println(finding, p.Err())
	// Output: A window inside the white half answers 0, one with both halves in it 30: the edge is found <nil>
}

// Sobel's filter, not turned and turned by 90°, on a handwritten 1.
func ExampleTurnedFilter() {
	backend := purego.Must()
	defer backend.Finalize()
	pictures, err := edges.TurnedFilter(backend, []uint8{1}, 90)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range pictures[0][:2] {
		fmt.Println(p.Alt)
	}
	// Output:
	// The filter at 0° on a handwritten 1: the answers without their signs sum up to 64.
	// The filter at 90° on a handwritten 1: the answers without their signs sum up to 23.
}
