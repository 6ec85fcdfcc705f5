package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
)

// The IDX format of the MNIST files (http://yann.lecun.com/exdb/mnist/): two zero
// bytes, the type of the numbers (8: unsigned byte), the number of axes, then the
// size of each axis as a big-endian uint32, then the numbers.
const (
	magicLabels = 0x00000801 // one axis
	magicImages = 0x00000803 // three axes: pictures, rows, columns
)

// A gzip file may unpack to 1032 times its size. The MNIST files unpack to 2 to 6
// times; more than these bounds together is taken for a bomb and refused before
// any memory is spent on it.
const (
	maxUnpackFactor = 100
	alwaysUnpacked  = 1 << 20 // bytes; so that tiny, well-packed files pass
)

// parseIDX unpacks a gzipped IDX file of unsigned bytes and returns the sizes of
// its axes and its numbers. The declared sizes are held against what is really
// there: neither too few nor too many bytes pass.
func parseIDX(name string, file []byte, magic uint32) (dims []int, values []uint8, err error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, nil, fmt.Errorf("data: %s is not a gzip file: %w", name, err)
	}
	var got uint32
	if err := binary.Read(unzipped, binary.BigEndian, &got); err != nil {
		return nil, nil, fmt.Errorf("data: %s ends within its first 4 bytes: %w", name, err)
	}
	if got != magic {
		return nil, nil, fmt.Errorf("data: %s begins with %#08x, want %#08x: it is another kind of file", name, got, magic)
	}
	sizes := make([]uint32, magic&0xff) // the last byte of the magic number counts the axes
	if err := binary.Read(unzipped, binary.BigEndian, sizes); err != nil {
		return nil, nil, fmt.Errorf("data: %s ends before its %d sizes: %w", name, len(sizes), err)
	}
	allowed := int64(len(file))*maxUnpackFactor + alwaysUnpacked
	total := int64(1)
	for _, size := range sizes {
		if size == 0 {
			return nil, nil, fmt.Errorf("data: %s declares %d values on every axis, want at least 1", name, sizes)
		}
		total *= int64(size)
		if total > allowed { // checked at each step, so that the product cannot overflow
			return nil, nil, fmt.Errorf("data: %s declares %d values in a file of %d bytes: it is damaged", name, sizes, len(file))
		}
		dims = append(dims, int(size))
	}
	values = make([]uint8, total)
	if n, err := io.ReadFull(unzipped, values); err != nil {
		return nil, nil, fmt.Errorf("data: %s declares %d values and holds %d: %w", name, total, n, err)
	}
	// One byte more tells whether the file goes on; at its end gzip checks its CRC.
	if n, err := unzipped.Read(make([]byte, 1)); n != 0 {
		return nil, nil, fmt.Errorf("data: %s declares %d values and holds more", name, total)
	} else if err != io.EOF {
		return nil, nil, fmt.Errorf("data: %s is damaged at its end: %w", name, err)
	}
	return dims, values, nil
}

// parseMNIST reads a file of pictures and the file of their labels, which must be
// as many, from 0 to classes-1.
func parseMNIST(imagesName string, images []byte, labelsName string, labels []byte, classes int) (*Images, error) {
	dims, pixels, err := parseIDX(imagesName, images, magicImages)
	if err != nil {
		return nil, err
	}
	count, classOf, err := parseIDX(labelsName, labels, magicLabels)
	if err != nil {
		return nil, err
	}
	if count[0] != dims[0] {
		return nil, fmt.Errorf("data: %s holds %d pictures, %s %d labels: they do not belong together", imagesName, dims[0], labelsName, count[0])
	}
	for i, label := range classOf {
		if int(label) >= classes {
			return nil, fmt.Errorf("data: label %d of %s is %d, want 0 to %d", i, labelsName, label, classes-1)
		}
	}
	return &Images{N: dims[0], H: dims[1], W: dims[2], C: 1, Pixels: pixels, Labels: classOf}, nil
}
