package data

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cnnbook/internal/home"
)

func swap[T any](t testing.TB, variable *T, value T) {
	old := *variable
	*variable = value
	t.Cleanup(func() { *variable = old })
}

func write(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// oneLine fails unless err is one line with the package's name in front and all of
// the words in it.
func oneLine(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one that says %q", words)
		return
	}
	text := err.Error()
	if !strings.HasPrefix(text, "data: ") || strings.ContainsAny(text, "\n\t") {
		t.Errorf("not one line that starts with the package's name: %q", text)
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q does not say %q", text, word)
		}
	}
}

// The four files of a small Fashion-MNIST: three pictures of 1×2 to train on and
// one to test with.
var smallFashion = map[string][]byte{
	"train-images-idx3-ubyte": {0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6},
	"train-labels-idx1-ubyte": {0, 0, 8, 1, 0, 0, 0, 3, 9, 0, 3},
	"t10k-images-idx3-ubyte":  {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 8},
	"t10k-labels-idx1-ubyte":  {0, 0, 8, 1, 0, 0, 0, 1, 5},
}

func packed(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(content)
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// isolate gives the test an empty .cnnbook folder, no folders of the reader, no
// packages of the system, and the small sets' digests.
func isolate(t testing.TB) (cnnbook string) {
	t.Helper()
	cnnbook = t.TempDir()
	t.Setenv(home.FolderEnv, cnnbook)
	t.Setenv(FashionMNISTEnv, "")
	t.Setenv(CIFAR10Env, "")
	swap(t, &fashion.packaged, filepath.Join(cnnbook, "packaged"))
	small := func(images, labels string) pair {
		return pair{images + ".gz", digest(smallFashion[images]), labels + ".gz", digest(smallFashion[labels])}
	}
	swap(t, &fashionTrain, small("train-images-idx3-ubyte", "train-labels-idx1-ubyte"))
	swap(t, &fashionTest, small("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"))
	batches := make([]batch, len(cifarBatches))
	for i, b := range cifarBatches {
		batches[i] = batch{b.name, digest(smallBatch(i))}
	}
	swap(t, &cifarBatches, batches)
	return cnnbook
}

func TestFashionMNISTInAnyForm(t *testing.T) {
	for _, c := range []struct {
		name, folder string // in .cnnbook
		env          bool
		gz           func(file string) bool
	}{
		{"as published", "data/fashion-mnist", false, func(string) bool { return true }},
		{"unpacked", "data/fashion-mnist", false, func(string) bool { return false }},
		{"mixed, in the reader's folder", "mine", true, func(file string) bool { return strings.HasPrefix(file, "train") }},
		{"in the folder of the system's package", "packaged", false, func(string) bool { return true }},
	} {
		cnnbook := isolate(t)
		dir := filepath.Join(cnnbook, filepath.FromSlash(c.folder))
		if c.env {
			t.Setenv(FashionMNISTEnv, dir)
		}
		for file, content := range smallFashion {
			if c.gz(file) {
				file, content = file+".gz", packed(t, content)
			}
			write(t, filepath.Join(dir, file), content)
		}
		if got, err := FashionMNISTDir(); err != nil || got != dir {
			t.Errorf("%s: FashionMNISTDir() = %s, %v, want %s", c.name, got, err, dir)
		}
		train, test, err := FashionMNIST()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if want := (&Images{N: 3, H: 1, W: 2, C: 1, Pixels: []uint8{1, 2, 3, 4, 5, 6}, Labels: []uint8{9, 0, 3}}); !reflect.DeepEqual(train, want) {
			t.Errorf("%s: to train on %+v", c.name, train)
		}
		if want := (&Images{N: 1, H: 1, W: 2, C: 1, Pixels: []uint8{7, 8}, Labels: []uint8{5}}); !reflect.DeepEqual(test, want) {
			t.Errorf("%s: to test with %+v", c.name, test)
		}
	}
}

func TestMissingSets(t *testing.T) {
	cnnbook := isolate(t)
	_, _, err := FashionMNIST()
	if !errors.Is(err, ErrMissing) {
		t.Errorf("%v is not ErrMissing", err)
	}
	oneLine(t, err, filepath.Join(cnnbook, "data", "fashion-mnist"), "go run . data fetch fashion-mnist", "dataset-fashion-mnist", FashionMNISTEnv)
	_, _, err = CIFAR10()
	if !errors.Is(err, ErrMissing) {
		t.Errorf("%v is not ErrMissing", err)
	}
	oneLine(t, err, filepath.Join(cnnbook, "data", "cifar10"), "go run . data fetch cifar10", CIFAR10Env)

	// The reader's own folder is the only one that is looked at.
	write(t, filepath.Join(fashion.packaged, "train-images-idx3-ubyte"), nil)
	mine := t.TempDir()
	t.Setenv(FashionMNISTEnv, mine)
	for file, content := range smallFashion {
		if file != "t10k-labels-idx1-ubyte" {
			write(t, filepath.Join(mine, file), content)
		}
	}
	_, _, err = FashionMNIST()
	if !errors.Is(err, ErrMissing) {
		t.Errorf("one file of four is missing: %v", err)
	}
	oneLine(t, err, mine+" has no t10k-labels-idx1-ubyte.gz")

	// Outside a checkout there is no .cnnbook.
	t.Setenv(FashionMNISTEnv, "")
	t.Setenv(home.FolderEnv, "")
	t.Setenv(home.RootEnv, "")
	t.Chdir(t.TempDir())
	_, _, err = FashionMNIST()
	oneLine(t, err, "Fashion-MNIST", FashionMNISTEnv)
}

func TestWrongFashionMNIST(t *testing.T) {
	for _, c := range []struct {
		name, file string
		content    []byte
		want       string
	}{
		{"one pixel changed", "train-images-idx3-ubyte", []byte{0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 7}, "SHA-256"},
		{"cut off", "t10k-labels-idx1-ubyte", []byte{0, 0, 8, 1, 0, 0, 0, 1}, "declares"},
		{"nothing in it", "t10k-images-idx3-ubyte", nil, "ends within"},
	} {
		isolate(t)
		mine := t.TempDir()
		t.Setenv(FashionMNISTEnv, mine)
		for file, content := range smallFashion {
			if file == c.file {
				content = c.content
			}
			write(t, filepath.Join(mine, file), content)
		}
		_, _, err := FashionMNIST()
		oneLine(t, err, filepath.Join(mine, c.file), c.want)
	}

	isolate(t)
	mine := t.TempDir()
	t.Setenv(FashionMNISTEnv, mine)
	for file, content := range smallFashion {
		write(t, filepath.Join(mine, file), content)
	}
	large := filepath.Join(mine, "train-images-idx3-ubyte")
	if err := os.Truncate(large, maxFile+1); err != nil { // a hole: it takes no room
		t.Fatal(err)
	}
	_, _, err := FashionMNIST()
	oneLine(t, err, large, "more than the published file")
	if err := errors.Join(os.Remove(large), os.Mkdir(large, 0o755)); err != nil {
		t.Fatal(err)
	}
	_, _, err = FashionMNIST()
	oneLine(t, err, large, "not an ordinary file")
}

// The real set, if the machine has it: sizes, its ten equal classes, its first
// labels, and the mean and deviation that everybody quotes (0.2860, 0.3530).
func TestFashionMNISTIsTheRealOne(t *testing.T) {
	train, test, err := FashionMNIST()
	if errors.Is(err, ErrMissing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	checkReal(t, train, 60000, []uint8{9, 0, 0, 3, 0, 2, 7, 2, 5, 5}, []float64{0.2860}, []float64{0.3530})
	checkReal(t, test, 10000, []uint8{9, 2, 1, 1, 6, 1, 4, 6, 5, 7}, nil, nil)
}

// Likewise; the mean and deviation of its colours are quoted as 0.4914, 0.4822,
// 0.4465 and 0.2470, 0.2435, 0.2616.
func TestCIFAR10IsTheRealOne(t *testing.T) {
	train, test, err := CIFAR10()
	if errors.Is(err, ErrMissing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	checkReal(t, train, 50000, []uint8{6, 9, 9, 4, 1, 1, 2, 7, 8, 3}, []float64{0.4914, 0.4822, 0.4465}, []float64{0.2470, 0.2435, 0.2616})
	checkReal(t, test, 10000, []uint8{3, 8, 8, 0, 6, 6, 1, 6, 3, 1}, nil, nil)
}

func checkReal(t *testing.T, m *Images, n int, first []uint8, mean, deviation []float64) {
	t.Helper()
	if m.N != n || !reflect.DeepEqual(m.Labels[:10], first) {
		t.Errorf("%d pictures, first labels %v, want %d, %v", m.N, m.Labels[:10], n, first)
	}
	for label, k := range m.Counts() {
		if k != n/10 {
			t.Errorf("class %d has %d pictures, want %d", label, k, n/10)
		}
	}
	gotMean, gotDeviation := m.Stats()
	for c := range mean {
		if d, e := gotMean[c]-mean[c], gotDeviation[c]-deviation[c]; max(d, -d, e, -e) > 0.00005 { // half of the last place
			t.Errorf("channel %d: mean %v, deviation %v, want %v, %v", c, gotMean[c], gotDeviation[c], mean[c], deviation[c])
		}
	}
}

// This package is linked into cells of notebooks, which must stay quick: no HTTP.
func TestNoNetwork(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "net/http") {
		t.Error("package data depends on net/http")
	}
}

// smallBatch is the i-th batch of a small CIFAR-10: i+1 pictures. Red is the
// number of the pixel, green that number and 1, blue 200+i.
func smallBatch(i int) []byte {
	var content []byte
	for n := range i + 1 {
		record := make([]byte, cifarRecord)
		record[0] = uint8((i + n) % 10)
		for p := range cifarPlane {
			record[1+p], record[1+cifarPlane+p], record[1+2*cifarPlane+p] = uint8(p), uint8(p+1), uint8(200+i)
		}
		content = append(content, record...)
	}
	return content
}

// An entry of an archive; the zero Typeflag is an ordinary file.
type entry struct {
	tar.Header
	content []byte
}

func smallEntries() (entries []entry) {
	entries = append(entries, entry{Header: tar.Header{Name: cifarFolder + "/", Typeflag: tar.TypeDir}},
		entry{Header: tar.Header{Name: cifarFolder + "/readme.html"}, content: []byte("<html>")})
	for i, b := range cifarBatches {
		entries = append(entries, entry{Header: tar.Header{Name: cifarFolder + "/" + b.name}, content: smallBatch(i)})
	}
	return entries
}

func archive(t testing.TB, entries []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		e.Size, e.Mode = int64(len(e.content)), 0o644
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed(t, b.Bytes())
}
