package arithmetic_test

import (
	"fmt"
	"strings"

	arithmetic "cnnbook/chapters/ch05/s19-arithmetic"
	"cnnbook/internal/purego"
)

func ExampleSection() {
	s := arithmetic.Section()
	fmt.Println(s.ID, s.Title)
	for _, c := range s.Claims[2:4] {
		fmt.Println(c.ID, c.Verdict, "-", c.Book)
	}
	// Output:
	// 5.19 Stride, padding, and the sizes of input and output
	// 5.19/3 Holds - s = 1, p = 0: o = (i − k) + 1
	// 5.19/4 Differs - any i and k
}

// The figure counts positions, so it needs no backend.
func ExampleDraw() {
	p := arithmetic.Draw(nil, "05_19_cover")
	finding, _, _ := strings.Cut(p.Alt, ".")
	fmt.Println(finding, p.Err())
	// Output: With padding 1, 15 cells are never read, 0 of them of the image; without padding 11, all of the image <nil>
}

// The figures of the paper run a real layer first.
func ExampleDraw_backend() {
	backend := purego.Must()
	defer backend.Finalize()
	p := arithmetic.Draw(backend, "05_19_fig25")
	finding, _, _ := strings.Cut(p.Alt, ":")
	fmt.Println(finding, p.Err())
	// Output: Figure 2.5, no padding, stride 2 <nil>
}
