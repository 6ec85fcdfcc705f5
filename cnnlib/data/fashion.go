package data

import (
	"errors"
	"io/fs"
)

// FashionMNISTEnv names the environment variable that holds the folder with the
// four files of Fashion-MNIST, for readers who keep them elsewhere.
const FashionMNISTEnv = "CNNBOOK_FASHION_MNIST"

// What the files of Fashion-MNIST unpack to. The digests were taken from Debian's
// package and hold for the authors' files: with the name and the time in front that
// Debian leaves out, its .gz files are, byte for byte, those that package download
// pins.
var (
	fashionTrain = pair{
		trainImages, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
		trainLabels, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"}
	fashionTest = pair{
		testImages, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
		testLabels, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}
)

var fashion = collection{
	name:     "Fashion-MNIST",
	key:      "fashion-mnist",
	env:      FashionMNISTEnv,
	packaged: "/usr/share/datasets/fashion-mnist", // of Debian's dataset-fashion-mnist
	advice:   " install Debian's package dataset-fashion-mnist,",
	missing: func(dir string) string {
		for _, name := range []string{trainImages, trainLabels, testImages, testLabels} {
			if _, err := findIDX(dir, name); errors.Is(err, fs.ErrNotExist) {
				return name
			}
		}
		return ""
	},
}

// FashionMNIST returns the 60,000 and 10,000 pictures of clothing that take MNIST's
// place if it is too easy: 28×28, one channel, labels 0 to 9
// ([FashionMNISTNames]). The files may be gzipped or not. If they are not on this
// machine the error is [ErrMissing].
func FashionMNIST() (train, test *Images, err error) {
	dir, err := fashion.complete()
	if err != nil {
		return nil, nil, err
	}
	if train, err = fashionTrain.read(dir, tenClasses); err != nil {
		return nil, nil, err
	}
	if test, err = fashionTest.read(dir, tenClasses); err != nil {
		return nil, nil, err
	}
	return train, test, nil
}

// FashionMNISTDir returns the folder of Fashion-MNIST: $CNNBOOK_FASHION_MNIST if it
// is set; else that of Debian's package, if it is installed and .cnnbook has
// nothing; else data/fashion-mnist in .cnnbook. The files need not be there.
func FashionMNISTDir() (string, error) { return fashion.dir() }
