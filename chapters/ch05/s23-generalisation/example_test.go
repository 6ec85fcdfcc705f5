package generalisation_test

import (
	"fmt"
	"io/fs"
	"strings"

	generalisation "cnnbook/chapters/ch05/s23-generalisation"
	"cnnbook/internal/purego"
)

func ExampleSection() {
	s := generalisation.Section()
	fmt.Println(s.ID, s.Title)
	for _, c := range s.Claims[2:4] {
		fmt.Println(c.ID, c.Verdict, "-", c.Book)
	}
	// Output:
	// 5.23 How to generalise better
	// 5.23/3 Differs - 60
	// 5.23/4 Holds - 20*12*12
}

// The filters are those of the stored weights, so nothing is trained.
func ExampleDraw() {
	backend := purego.Must()
	defer backend.Finalize()
	p := generalisation.Draw(backend, "05_23_filters")
	finding, _, _ := strings.Cut(p.Alt, ":")
	fmt.Println(finding, p.Err())
	// Output: Neighbouring weights have become alike, which is 0 for the random ones at the start and 1 for equal ones <nil>
}

func ExampleTable() {
	row, err := generalisation.Table().Row("5b")
	fmt.Println(row.What, row.Book, err)
	// Output: 300 hidden units 99.46 <nil>
}

func ExampleTableFolder() {
	_, err := fs.Stat(generalisation.TableFolder(), "faithful_1_seed1.json")
	fmt.Println(err)
	// Output: <nil>
}

func ExampleResults() {
	_, err := fs.Stat(generalisation.Results(), "05_23_modern.json")
	fmt.Println(err)
	// Output: <nil>
}

// Five networks reach 99.54 % of the test digits on average.
func ExampleMeasured() {
	m, err := generalisation.Measured("05_23_modern")
	if err != nil {
		fmt.Println(err)
		return
	}
	accuracy, err := m.Estimate("99.5 % in minutes", "test accuracy")
	fmt.Println(accuracy.Times(100), err)
	// Output: 99.54 ± 0.04 (n = 5) <nil>
}
