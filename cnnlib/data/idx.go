package data

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The IDX format of the MNIST files (http://yann.lecun.com/exdb/mnist/): two zero
// bytes, the type of the numbers (8: unsigned byte), the number of axes, then the
// size of each axis as a big-endian uint32, then the numbers.
const (
	magicLabels = 0x00000801 // one axis
	magicImages = 0x00000803 // three axes: pictures, rows, columns
)

// A gzip file may unpack to 1032 times its size. The MNIST files unpack to 2 to 5
// times, photographs to hardly more than once; more than these bounds together is
// taken for a bomb and refused before any memory is spent on it.
const (
	maxUnpackFactor = 16
	alwaysUnpacked  = 1 << 20 // bytes; so that tiny, well-packed files pass
)

// mayUnpackTo is how many bytes a gzip file of this many bytes may hold.
func mayUnpackTo(packed int64) int64 { return packed*maxUnpackFactor + alwaysUnpacked }

// An array is what an IDX file holds.
type array struct {
	dims   []int
	values []uint8
	sha256 string // of the unpacked file, 64 hexadecimal digits
}

// parseIDX reads an IDX file of unsigned bytes, gzipped or not. The declared sizes
// are held against what is really there: neither too few nor too many bytes pass.
func parseIDX(name string, file []byte, magic uint32) (a array, err error) {
	content, allowed := io.Reader(bytes.NewReader(file)), int64(len(file))
	if bytes.HasPrefix(file, []byte{0x1f, 0x8b}) { // as every gzip file begins (RFC 1952)
		if content, err = gzip.NewReader(content); err != nil {
			return array{}, fmt.Errorf("data: %s is not a gzip file: %w", name, err)
		}
		allowed = mayUnpackTo(allowed)
	}
	hash := sha256.New()
	content = io.TeeReader(content, hash)
	var got uint32
	if err := binary.Read(content, binary.BigEndian, &got); err != nil {
		return array{}, fmt.Errorf("data: %s ends within its first 4 bytes: %w", name, err)
	}
	if got != magic {
		return array{}, fmt.Errorf("data: %s begins with %#08x, want %#08x: it is another kind of file", name, got, magic)
	}
	sizes := make([]uint32, magic&0xff) // the last byte of the magic number counts the axes
	if err := binary.Read(content, binary.BigEndian, sizes); err != nil {
		return array{}, fmt.Errorf("data: %s ends before its %d sizes: %w", name, len(sizes), err)
	}
	total := int64(1)
	for _, size := range sizes {
		if size == 0 {
			return array{}, fmt.Errorf("data: %s declares %d values on every axis, want at least 1", name, sizes)
		}
		total *= int64(size)
		if total > allowed { // checked at each step, so that the product cannot overflow
			return array{}, fmt.Errorf("data: %s declares %d values in a file of %d bytes: it is damaged", name, sizes, len(file))
		}
		a.dims = append(a.dims, int(size))
	}
	a.values = make([]uint8, total)
	if n, err := io.ReadFull(content, a.values); err != nil {
		return array{}, fmt.Errorf("data: %s declares %d values and holds %d: %w", name, total, n, err)
	}
	// One byte more tells whether the file goes on; at its end gzip checks its CRC.
	if n, err := content.Read(make([]byte, 1)); n != 0 {
		return array{}, fmt.Errorf("data: %s declares %d values and holds more", name, total)
	} else if err != io.EOF {
		return array{}, fmt.Errorf("data: %s is damaged at its end: %w", name, err)
	}
	a.sha256 = hex.EncodeToString(hash.Sum(nil))
	return a, nil
}

// A pair is a file of pictures and the file of their labels, by the names under
// which they were published, with the SHA-256 of what they unpack to.
type pair struct{ images, imagesSHA256, labels, labelsSHA256 string }

// read reads both files in dir, gzipped or not; the labels must be below classes.
func (p pair) read(dir string, classes int) (*Images, error) {
	images, imagesPath, err := readIDX(dir, p.images, magicImages, p.imagesSHA256)
	if err != nil {
		return nil, err
	}
	labels, labelsPath, err := readIDX(dir, p.labels, magicLabels, p.labelsSHA256)
	if err != nil {
		return nil, err
	}
	return join(imagesPath, images, labelsPath, labels, classes)
}

func readIDX(dir, name string, magic uint32, want string) (a array, path string, err error) {
	path, err = findIDX(dir, name)
	if err != nil {
		return array{}, "", err
	}
	file, err := readFile(path)
	if err == nil {
		a, err = parseIDX(path, file, magic)
	}
	if err == nil {
		err = pinned(path, a.sha256, want)
	}
	return a, path, err
}

// findIDX returns the path of a file, which may have lost its .gz. Where neither
// is there the error is that of the system.
func findIDX(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	_, err := os.Stat(path)
	if plain := strings.TrimSuffix(path, ".gz"); errors.Is(err, fs.ErrNotExist) {
		if _, plainErr := os.Stat(plain); plainErr == nil {
			return plain, nil
		}
	}
	return path, err
}

// join makes a labelled set of pictures and labels, which must be as many, the
// labels from 0 to classes-1.
func join(imagesName string, images array, labelsName string, labels array, classes int) (*Images, error) {
	n := images.dims[0]
	if labels.dims[0] != n {
		return nil, fmt.Errorf("data: %s holds %d pictures, %s %d labels: they do not belong together", imagesName, n, labelsName, labels.dims[0])
	}
	for i, label := range labels.values {
		if int(label) >= classes {
			return nil, fmt.Errorf("data: label %d of %s is %d, want 0 to %d", i, labelsName, label, classes-1)
		}
	}
	return &Images{N: n, H: images.dims[1], W: images.dims[2], C: 1, Pixels: images.values, Labels: labels.values}, nil
}
