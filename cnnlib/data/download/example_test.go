package download_test

import (
	"context"
	"fmt"
	"os"

	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/data/download"
)

// A program that wants CIFAR-10 and may use the network. After the first time the
// network is not needed.
func ExampleFetch() {
	if err := download.Fetch(context.Background(), "cifar10", os.Stderr); err != nil {
		fmt.Println(err)
		return
	}
	train, test, err := data.CIFAR10()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(train.N, test.N)
}

func ExampleCommand() {
	cmd := download.Command(os.Stderr)
	cmd.SetArgs([]string{"fetch", "letters"})
	fmt.Println(cmd.Execute())
	// Output: download: no data set "letters": give one of mnist, fashion-mnist, cifar10
}
