package chapters

import (
	"fmt"
	"sync"

	"cnnbook/cnnlib/data"
)

// Pictures are the data of an experiment: a loader and, for the recipe, the words
// that say what it loads.
type Pictures struct {
	Describe string // "MNIST, the first 10,000 of the training set; tested on its 10,000 test pictures"
	// Load returns the pictures to train on, to validate on (nil where the last epoch
	// is the result) and to test on.
	Load func() (training, validation, test *data.Images, err error)
}

// mnist reads MNIST once: experiments share it.
var mnist = sync.OnceValues(func() ([3]*data.Images, error) {
	training, validation, test, err := data.MNISTSplit()
	return [3]*data.Images{training, validation, test}, err
})

// MNIST returns the first n pictures of the 50,000 that section 5.23 trains on,
// the first so many of its 10,000 to validate on (0 for none: the last epoch is the
// result), and the whole test set. (data.MNISTSplit is the division.)
func MNIST(n, validation int) Pictures {
	p := Pictures{Describe: fmt.Sprintf("MNIST: the first %d of 50000 training pictures, the first %d of 10000 validation pictures, all 10000 test pictures", n, validation)}
	p.Load = func() (*data.Images, *data.Images, *data.Images, error) {
		sets, err := mnist()
		if err != nil {
			return nil, nil, nil, err
		}
		training, err := sets[0].Slice(0, n)
		if err != nil {
			return nil, nil, nil, err
		}
		var chosenBy *data.Images
		if validation > 0 {
			if chosenBy, err = sets[1].Slice(0, validation); err != nil {
				return nil, nil, nil, err
			}
		}
		return training, chosenBy, sets[2], nil
	}
	return p
}
