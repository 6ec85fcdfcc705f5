package data_test

import (
	"fmt"

	"cnnbook/cnnlib/data"
)

// The first picture of the test set is a seven: its rows where the ink is.
func ExampleMNISTTest() {
	digits, err := data.MNISTTest()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("label", digits.Labels[0])
	for _, row := range digits.Plane(0)[7:26] {
		line := ""
		for _, v := range row[5:22] {
			line += string(" .o#"[min(int(v*4), 3)])
		}
		fmt.Printf("|%s|\n", line)
	}
	// Output:
	// label 7
	// | .ooo            |
	// | ##############o |
	// | ....o##########o|
	// |       . ...  ##.|
	// |             .## |
	// |             ##. |
	// |            o##  |
	// |            ##   |
	// |           o#o   |
	// |           ##    |
	// |          .#o    |
	// |         .##     |
	// |         ##o     |
	// |        ###      |
	// |        ##.      |
	// |       ##.       |
	// |      o##        |
	// |      ###        |
	// |     .###        |
}
