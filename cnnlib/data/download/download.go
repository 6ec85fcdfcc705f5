// Package download fetches the data sets that do not come with this module. It is
// apart from package data so that programs which only read pictures do not carry
// an HTTP client: a cell of a notebook is linked each time it runs.
package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"cnnbook/cnnlib/data"
	"cnnbook/internal/fetch"
	"cnnbook/internal/lock"
)

// A set is one that can be fetched.
type set struct {
	name  string // the word of Fetch
	env   string // the environment variable of its folder
	dir   func() (string, error)
	read  func() (train, test *data.Images, err error)
	files []fetch.File // none if it comes with this module
}

// fashionURL is in the authors' README. It has no https, which the digests make up
// for.
const fashionURL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"

// sets lists the data sets. Sizes and digests come from TensorFlow Datasets
// (tensorflow_datasets/url_checksums/fashion_mnist.txt and cifar10.txt). The size and
// digest of Fashion-MNIST's labels were also taken from the authors' repository,
// github.com/zalandoresearch/fashion-mnist. For CIFAR-10 GoMLX's examples have the
// same digest; the author himself gives only MD5, c32a1d4ab5d03f1284b67883e8d87530.
var sets = []set{
	{name: "mnist", env: data.MNISTEnv, dir: data.MNISTDir, read: readMNIST},
	{name: "fashion-mnist", env: data.FashionMNISTEnv, dir: data.FashionMNISTDir, read: data.FashionMNIST, files: []fetch.File{
		{Name: "train-images-idx3-ubyte.gz", URL: fashionURL + "train-images-idx3-ubyte.gz", Size: 26421880,
			SHA256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
		{Name: "train-labels-idx1-ubyte.gz", URL: fashionURL + "train-labels-idx1-ubyte.gz", Size: 29515,
			SHA256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
		{Name: "t10k-images-idx3-ubyte.gz", URL: fashionURL + "t10k-images-idx3-ubyte.gz", Size: 4422102,
			SHA256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
		{Name: "t10k-labels-idx1-ubyte.gz", URL: fashionURL + "t10k-labels-idx1-ubyte.gz", Size: 5148,
			SHA256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"},
	}},
	{name: "cifar10", env: data.CIFAR10Env, dir: data.CIFAR10Dir, read: data.CIFAR10, files: []fetch.File{
		{Name: "cifar-10-binary.tar.gz", URL: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", Size: 170052171,
			SHA256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"},
	}},
}

func readMNIST() (train, test *data.Images, err error) {
	if train, err = data.MNISTTrain(); err == nil {
		test, err = data.MNISTTest()
	}
	return train, test, err
}

// Fetch makes a data set ready: it downloads what is missing of "fashion-mnist" (31
// MB) or "cifar10" (170 MB) into the folder of data.FashionMNISTDir or
// data.CIFAR10Dir, and reads the whole set, with all checks. "mnist" comes with
// this module and is only read. progress gets bars and lines; nil is quiet.
//
// If the set is there already, the network is not used. Each file is checked
// against its SHA-256 before it gets its name, so a download that fails, is
// cancelled or is killed leaves nothing that could be taken for the set, and the
// next one clears away what is left. Of several at once, in whatever processes, one
// downloads and the others wait for it. A file that is there and wrong is never
// overwritten: the error names it.
func Fetch(ctx context.Context, name string, progress io.Writer) error {
	if progress == nil {
		progress = io.Discard
	}
	var names []string
	for i := range sets {
		if sets[i].name == name {
			return sets[i].makeReady(ctx, progress)
		}
		names = append(names, sets[i].name)
	}
	return fmt.Errorf("download: no data set %q: give one of %s", name, strings.Join(names, ", "))
}

func (s *set) makeReady(ctx context.Context, progress io.Writer) error {
	train, test, err := s.read()
	if errors.Is(err, data.ErrMissing) {
		dir, dirErr := s.dir()
		if dirErr != nil {
			return dirErr
		}
		if err := s.download(ctx, dir, progress); err != nil {
			return s.explain(dir, err)
		}
		train, test, err = s.read()
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(progress, "%s is ready: %d pictures to train on, %d to test with\n", s.name, train.N, test.N)
	return err
}

// tempPrefix starts the names of downloads under way. They are in the set's own
// folder so that the last step is a rename on one file system.
const tempPrefix = ".download-"

// download fetches the files that dir lacks.
func (s *set) download(ctx context.Context, dir string, progress io.Writer) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	unlock, err := lock.Folder(ctx, dir, func() {
		fmt.Fprintf(progress, "waiting for another download into %s\n", dir)
	})
	if err != nil {
		return err
	}
	defer unlock()
	if err := clearUp(dir); err != nil {
		return err
	}
	for _, f := range s.files {
		path := filepath.Join(dir, f.Name)
		if _, err := os.Stat(path); err == nil { // also if another process was faster
			continue
		}
		if err := save(ctx, path, f, fetch.Options{Title: f.Name, Progress: progress}); err != nil {
			return err
		}
	}
	return nil
}

// clearUp removes what a killed download left. The lock must be held.
func clearUp(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), tempPrefix) {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// save downloads a file and gives it its name as the last step.
func save(ctx context.Context, path string, f fetch.File, o fetch.Options) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), tempPrefix)
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails once renamed, as it should
	err = fetch.To(ctx, tmp, f, o)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if err == nil {
		err = tmp.Sync() // a power cut must not leave an empty file under the final name
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// explain turns the error of a download into a line that names the mend.
func (s *set) explain(dir string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("download: the disk of %s is full: free some room, or set %s to a folder on another disk: %w", dir, s.env, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("download: cannot write to %s: %w: make it a writable folder, or set %s to one", dir, err, s.env)
	}
	return fmt.Errorf("download: %s: %w", s.name, err)
}
