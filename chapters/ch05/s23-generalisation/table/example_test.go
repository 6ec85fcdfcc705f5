package table_test

import (
	"fmt"

	"cnnbook/chapters/ch05/s23-generalisation/table"
)

// The book's 99.23 % are 77 mistakes in 10,000 digits.
func ExampleWilson() {
	fmt.Println(table.Wilson(10_000-77, 10_000))
	// Output: 99.04–99.38
}

// A new network mends three mistakes of the old one and makes one of its own: too few to
// say that it is better.
func ExampleMcNemar() {
	labels := []uint8{1, 2, 3, 4, 5, 6}
	before := []uint8{7, 7, 7, 4, 5, 6}
	after := []uint8{1, 2, 3, 7, 5, 6}
	c, err := table.McNemar(labels, before, after)
	fmt.Printf("%+v %v\n", c, err)
	// Output: {Better:3 Worse:1 P:0.625} <nil>
}
