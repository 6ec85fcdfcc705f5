package twelve_test

import (
	"fmt"
	"strings"

	twelve "cnnbook/chapters/ch05/s03b-twelve"
	"cnnbook/internal/purego"
)

func ExampleSection() {
	s := twelve.Section()
	fmt.Println(s.ID, s.Title)
	for _, c := range s.Claims[:2] {
		fmt.Println(c.ID, c.Verdict, "-", c.Book)
	}
	// Output:
	// 5.3b Twelve settings of 2-D convolution
	// 5.3b/1 Differs - 12 kinds of convolution
	// 5.3b/2 Differs - 12 settings in the set
}

// An image goes through caption 01 and comes back through 05 with its size, but not with
// its numbers.
func ExampleDraw() {
	backend := purego.Must()
	defer backend.Finalize()
	p := twelve.Draw(backend, "05_03b_back")
	finding, _, _ := strings.Cut(p.Alt, ".")
	fmt.Println(finding, p.Err())
	// Output: 4×4 goes to 2×2 and back to 4×4; the top left number was 1 and is 12 <nil>
}
