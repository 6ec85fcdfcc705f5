package checkpoint

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/bits"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"cnnbook/internal/atomicfile"
)

// Tensor is an array with a name.
type Tensor struct {
	Name  string // not empty, and different from all others in the file
	Shape []int  // the size of each axis; empty for a single number
	// Data holds the numbers, the last axis changing fastest: []float32, []float64,
	// []int32, []int64, []uint8, []uint32, []uint64 or []bool.
	Data any
}

// check returns what Data holds, or what is wrong with the tensor.
func (t Tensor) check() (element, int, error) {
	if t.Name == "" || t.Name == metadataKey || !utf8.ValidString(t.Name) {
		return element{}, 0, fmt.Errorf("a tensor has the name %.60q, want UTF-8 text, not empty and not %s", t.Name, metadataKey)
	}
	e, n, ok := elementFor(t.Data)
	if !ok {
		return element{}, 0, fmt.Errorf("tensor %.60q holds %T, want a slice of numbers such as []float32: see Tensor", t.Name, t.Data)
	}
	want, ok := product(t.Shape)
	if !ok {
		return element{}, 0, fmt.Errorf("tensor %.60q has shape %v, want sizes of at least 0 and a product that fits an int", t.Name, t.Shape)
	}
	if n != want {
		return element{}, 0, fmt.Errorf("tensor %.60q has %d numbers, shape %v wants %d", t.Name, n, t.Shape, want)
	}
	return e, n, nil
}

// product multiplies sizes; ok is false if one is negative or the result is no int.
func product(shape []int) (n int, ok bool) {
	n = 1
	for _, size := range shape {
		high, low := bits.Mul(uint(n), uint(size))
		if size < 0 || high != 0 || int(low) < 0 {
			return 0, false
		}
		n = int(low)
	}
	return n, true
}

// Error says which file is refused and why, in one line.
type Error struct {
	Path   string
	Reason string // what was found, what was expected, what to do
	Err    error  // what the system reported; nil if the content is at fault
}

// Error returns one line that begins with "checkpoint: ".
func (e *Error) Error() string { return "checkpoint: " + e.Path + ": " + e.Reason }

// Unwrap returns what the system reported.
func (e *Error) Unwrap() error { return e.Err }

// needs is the advice if the system refuses to write.
const needs = "the folder must have room and be writable for this user"

// maxReason bounds the line of an error: a hostile file could fill pages with it.
const maxReason = 400

// refuse makes an Error from a cause and an advice, which a cause that is an Error
// has already.
func refuse(path string, err error, advice string) error {
	if advised, ok := err.(*Error); ok {
		advised.Path = path
		return advised
	}
	e := &Error{Path: path, Reason: err.Error()}
	var pathError *fs.PathError
	var linkError *os.LinkError
	switch { // drop the path of the temporary file, which means nothing to a reader
	case errors.As(err, &pathError):
		e.Reason, e.Err = pathError.Err.Error(), err
	case errors.As(err, &linkError):
		e.Reason, e.Err = linkError.Err.Error(), err
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		e.Reason = "the file ended early: it was cut short while it was read"
	}
	e.Reason = strings.ToValidUTF8(strings.ReplaceAll(e.Reason, "\n", " "), "?")
	if len(e.Reason) > maxReason {
		e.Reason = strings.ToValidUTF8(e.Reason[:maxReason], "") + "..."
	}
	if advice != "" {
		e.Reason += ": " + advice
	}
	return e
}

// WriteWeights writes tensors and free text into a safetensors file, which other
// programs read too (see the package comment for PyTorch). An old file of this
// name stays whole until the new one takes its place, also if writing fails;
// the folder is made if it is missing. Nothing is copied but a buffer.
//
// It refuses tensors whose numbers do not fill their shape, names that are empty
// or come twice, text that is not UTF-8, and more than 16 MB of names and text.
func WriteWeights(path string, tensors []Tensor, metadata map[string]string) error {
	raw, order, err := makeHeader(tensors, metadata)
	if err != nil {
		return refuse(path, err, "")
	}
	err = atomicfile.Stream(path, 0o644, func(f *os.File) error { return writeAll(f, raw, order) })
	if err != nil {
		return refuse(path, err, "not written, an older file is untouched; "+needs)
	}
	return nil
}

// writeAll writes a header and the numbers that it describes.
func writeAll(w io.Writer, raw []byte, order []Tensor) error {
	if _, err := w.Write(raw); err != nil {
		return err
	}
	for _, t := range order {
		e, _, err := t.check()
		if err != nil {
			return err
		}
		if err := e.write(w, t.Data); err != nil {
			return err
		}
	}
	return nil
}

// ReadWeights reads the tensors and the free text of a safetensors file, sorted by
// name. It needs as much memory as the file is long, whatever the file claims, and
// refuses a file whose header is over 16 MB, describes other data than follows, or
// has types that a Tensor cannot hold (F16, BF16 and the small integers).
// Whether the numbers are the ones that were written, it cannot know: Load can.
func ReadWeights(path string) ([]Tensor, map[string]string, error) {
	var tensors []Tensor
	var metadata map[string]string
	err := withFile(path, func(r io.Reader, size int64) (err error) {
		tensors, metadata, err = readWeights(r, size)
		return err
	})
	if err != nil {
		return nil, nil, refuse(path, err, "give a whole safetensors file")
	}
	return tensors, metadata, nil
}

// DecodeWeights is ReadWeights for the content of a file. name is what errors call it.
func DecodeWeights(name string, content []byte) ([]Tensor, map[string]string, error) {
	tensors, metadata, err := readWeights(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, nil, refuse(name, err, "give a whole safetensors file")
	}
	return tensors, metadata, nil
}

// ReadText reads the free text of a safetensors file alone, which takes no memory
// for the tensors.
func ReadText(path string) (map[string]string, error) {
	var h header
	err := withFile(path, func(r io.Reader, size int64) (err error) {
		h, _, err = readHeader(r, size)
		return err
	})
	if err != nil {
		return nil, refuse(path, err, "give a whole safetensors file")
	}
	return h.metadata, nil
}

func readWeights(r io.Reader, size int64) ([]Tensor, map[string]string, error) {
	h, _, err := readHeader(r, size)
	if err != nil {
		return nil, nil, err
	}
	tensors, err := readData(r, h)
	return tensors, h.metadata, err
}

// readData reads the tensors that follow a header and sorts them by name.
func readData(r io.Reader, h header) ([]Tensor, error) {
	tensors := make([]Tensor, len(h.entries))
	for i, e := range h.entries {
		data, err := e.element.read(r, e.count)
		if err != nil {
			return nil, err
		}
		tensors[i] = Tensor{e.name, e.shape, data}
	}
	slices.SortFunc(tensors, func(a, b Tensor) int { return cmp.Compare(a.Name, b.Name) })
	return tensors, nil
}

// withFile opens a file for reading.
func withFile(path string, read func(r io.Reader, size int64) error) error {
	info, err := os.Stat(path) // before opening, which would wait on a named pipe
	if err != nil {
		return err
	}
	if info.IsDir() {
		return errors.New("this is a folder, want a file")
	}
	if !info.Mode().IsRegular() {
		return errors.New("this is a device or a pipe, want a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return err
	}
	return read(f, info.Size())
}
