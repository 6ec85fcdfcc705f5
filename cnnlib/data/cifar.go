package data

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// CIFAR10Env names the environment variable that holds the folder with
// cifar-10-binary.tar.gz, or with what it unpacks to.
const CIFAR10Env = "CNNBOOK_CIFAR10"

// The binary version of CIFAR-10 (https://www.cs.toronto.edu/~kriz/cifar.html): a
// record is a label, then 1024 bytes of red, of green and of blue, row by row.
const (
	cifarSide    = 32
	cifarPlane   = cifarSide * cifarSide
	cifarRecord  = 1 + 3*cifarPlane
	cifarArchive = "cifar-10-binary.tar.gz"
	cifarFolder  = "cifar-10-batches-bin" // in the archive
)

// A batch is one of the set's six files; the last one is the test set.
type batch struct{ name, sha256 string }

// cifarBatches holds the files' digests. They are in two libraries for Ruby that refuse
// other files; the test batch's digest is in further projects.
var cifarBatches = []batch{
	{"data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"},
	{"data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"},
	{"data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"},
	{"data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"},
	{"data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"},
	{"test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"},
}

var cifar = collection{
	name: "CIFAR-10",
	key:  "cifar10",
	env:  CIFAR10Env,
	missing: func(dir string) string {
		if _, ok := cifarUnpacked(dir); ok || exists(filepath.Join(dir, cifarArchive)) {
			return ""
		}
		return cifarArchive
	},
}

// CIFAR10 returns the 50,000 and 10,000 colour pictures of CIFAR-10: 32×32, three
// channels (red, green, blue), labels 0 to 9 ([CIFAR10Names]). The set is read from
// the archive, which takes seconds, or from the folder it unpacks to, which takes
// less. Where neither is on this machine the error is [ErrMissing].
func CIFAR10() (train, test *Images, err error) {
	dir, err := cifar.complete()
	if err != nil {
		return nil, nil, err
	}
	var contents [][]byte
	if folder, ok := cifarUnpacked(dir); ok {
		contents, err = readBatches(folder)
	} else {
		contents, err = readArchive(filepath.Join(dir, cifarArchive))
	}
	if err != nil {
		return nil, nil, err
	}
	last := len(contents) - 1
	return decodeBatches(contents[:last]), decodeBatches(contents[last:]), nil
}

// CIFAR10Dir returns the folder of CIFAR-10: $CNNBOOK_CIFAR10 if it is set, else
// data/cifar10 in .cnnbook. The files need not be there.
func CIFAR10Dir() (string, error) { return cifar.dir() }

// cifarUnpacked returns the folder with all six batches: dir, or the one of the
// archive in dir.
func cifarUnpacked(dir string) (folder string, ok bool) {
	for _, folder := range []string{dir, filepath.Join(dir, cifarFolder)} {
		ok := true
		for _, b := range cifarBatches {
			ok = ok && exists(filepath.Join(folder, b.name))
		}
		if ok {
			return folder, true
		}
	}
	return "", false
}

func readBatches(folder string) (contents [][]byte, err error) {
	for _, b := range cifarBatches {
		path := filepath.Join(folder, b.name)
		content, err := readFile(path)
		if err == nil {
			err = b.check(path, content)
		}
		if err != nil {
			return nil, err
		}
		contents = append(contents, content)
	}
	return contents, nil
}

// check refuses content that is not the published batch.
func (b batch) check(path string, content []byte) error {
	if err := checkRecords(path, content); err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	return pinned(path, hex.EncodeToString(sum[:]), b.sha256)
}

// checkRecords refuses what is not whole records with labels from 0 to 9.
func checkRecords(path string, content []byte) error {
	if len(content) == 0 || len(content)%cifarRecord != 0 {
		return fmt.Errorf("data: %s has %d bytes, want a multiple of %d, the size of a picture with its label", path, len(content), cifarRecord)
	}
	for i := 0; i < len(content); i += cifarRecord {
		if content[i] >= tenClasses {
			return fmt.Errorf("data: label %d of %s is %d, want 0 to %d", i/cifarRecord, path, content[i], tenClasses-1)
		}
	}
	return nil
}

// decodeBatches brings the records of several batches into the order [N H W C].
func decodeBatches(contents [][]byte) *Images {
	m := &Images{H: cifarSide, W: cifarSide, C: 3}
	for _, content := range contents {
		m.N += len(content) / cifarRecord
	}
	m.Pixels, m.Labels = make([]uint8, 0, m.N*3*cifarPlane), make([]uint8, 0, m.N)
	for _, content := range contents {
		for i := 0; i < len(content); i += cifarRecord {
			m.Labels = append(m.Labels, content[i])
			planes := content[i+1 : i+cifarRecord]
			for p := range cifarPlane {
				m.Pixels = append(m.Pixels, planes[p], planes[p+cifarPlane], planes[p+2*cifarPlane])
			}
		}
	}
	return m
}

// readArchive reads the batches out of the archive.
func readArchive(path string) ([][]byte, error) {
	const most = 1 << 30 // bytes, six times the published archive
	if err := ordinary(path, most); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	contents, err := unpackArchive(path, f, info.Size())
	if err != nil {
		return nil, err
	}
	for i, b := range cifarBatches {
		if err := b.check(path+": "+b.name, contents[i]); err != nil {
			return nil, err
		}
	}
	return contents, nil
}

// unpackArchive returns the content of the six batches in a .tar.gz of size bytes.
// Nothing is written to the disk, so names that lead elsewhere, links and
// whatever else an archive may hold lead nowhere: only ordinary files with exactly
// the names of the batches are read.
func unpackArchive(path string, file io.Reader, size int64) ([][]byte, error) {
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("data: %s is not a gzip file: %w", path, err)
	}
	const maxEntries = 100 // the published archive has 9
	allowed := mayUnpackTo(size)
	bounded := &boundedReader{unzipped, allowed}
	archive := tar.NewReader(bounded)
	contents := make([][]byte, len(cifarBatches))
	for range maxEntries {
		entry, err := archive.Next()
		if err == io.EOF {
			return endOf(path, contents, bounded)
		}
		if err != nil {
			return nil, fmt.Errorf("data: %s is damaged: %w", path, err)
		}
		i := wanted(entry.Name)
		if i < 0 {
			continue
		}
		// A sparse file declares more than the archive holds; so sizes are added up
		// before memory is spent.
		switch allowed -= entry.Size; {
		case entry.Typeflag != tar.TypeReg:
			return nil, fmt.Errorf("data: %s holds %s as a link or a folder, not as a file", path, entry.Name)
		case contents[i] != nil:
			return nil, fmt.Errorf("data: %s holds %s twice", path, entry.Name)
		case allowed < 0:
			return nil, fmt.Errorf("data: %s: %w", path, errBomb)
		}
		contents[i] = make([]byte, entry.Size)
		if n, err := io.ReadFull(archive, contents[i]); err != nil {
			return nil, fmt.Errorf("data: %s declares %d bytes of %s and holds %d: %w", path, entry.Size, entry.Name, n, err)
		}
	}
	return nil, fmt.Errorf("data: %s holds more than %d files: it is another archive", path, maxEntries)
}

// endOf reads the archive's end, where gzip checks its CRC, and sees that no
// batch is missing.
func endOf(path string, contents [][]byte, rest io.Reader) ([][]byte, error) {
	if _, err := io.Copy(io.Discard, rest); err != nil {
		return nil, fmt.Errorf("data: %s is damaged at its end: %w", path, err)
	}
	for i, b := range cifarBatches {
		if contents[i] == nil {
			return nil, fmt.Errorf("data: %s holds no %s/%s: it is another archive", path, cifarFolder, b.name)
		}
	}
	return contents, nil
}

// wanted returns which batch an entry of the archive is, or -1.
func wanted(name string) int {
	for i, b := range cifarBatches {
		if strings.TrimPrefix(name, "./") == cifarFolder+"/"+b.name {
			return i
		}
	}
	return -1
}

var errBomb = errors.New("it unpacks to far more than pictures do: it is damaged or another file")

// A boundedReader fails if more is read than is allowed.
type boundedReader struct {
	io.Reader
	left int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBomb
	}
	n, err := b.Reader.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
