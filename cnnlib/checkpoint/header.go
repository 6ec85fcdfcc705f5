package checkpoint

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/bits"
	"slices"
	"unicode/utf8"

	"github.com/nlpodyssey/safetensors"
)

const (
	// maxHeader bounds the memory that the header of a hostile file can cost. The
	// format allows 100 MB; 16 MB describe more than 100 000 tensors.
	maxHeader = 16 << 20
	// metadataKey is the header's key for text, so no tensor can have this name.
	metadataKey = "__metadata__"
)

// entry is where a file holds a tensor.
type entry struct {
	name    string
	shape   []int
	element element
	count   int // numbers in the tensor
}

// header is the first part of a safetensors file.
type header struct {
	metadata map[string]string
	entries  []entry // in the order of their data, which fills the file without gaps
}

// readHeader reads the first part of a file of size bytes. It returns the header
// and the bytes it was read from: 8 that hold the length of the rest, then JSON.
func readHeader(r io.Reader, size int64) (header, []byte, error) {
	const prefix = 8
	if size < prefix {
		return header{}, nil, fmt.Errorf("the file has %d bytes, want at least %d of a safetensors file", size, prefix)
	}
	raw := make([]byte, prefix)
	if _, err := io.ReadFull(r, raw); err != nil {
		return header{}, nil, err
	}
	n := binary.LittleEndian.Uint64(raw)
	if n > uint64(size-prefix) {
		return header{}, nil, fmt.Errorf("the header is said to have %d bytes, %d follow: want a whole safetensors file", n, size-prefix)
	}
	if n > maxHeader {
		return header{}, nil, fmt.Errorf("the header has %d bytes, want at most %d", n, maxHeader)
	}
	raw = slices.Grow(raw, int(n))[:prefix+n]
	if _, err := io.ReadFull(r, raw[prefix:]); err != nil {
		return header{}, nil, err
	}
	h, err := parseHeader(raw[prefix:], size-prefix-int64(n))
	return h, raw, err
}

// parseHeader reads JSON that describes data of the given bytes. Package
// safetensors parses it, but checks it only together with the data in memory;
// here everything is checked before memory is taken for any tensor.
func parseHeader(text []byte, data int64) (header, error) {
	if !utf8.Valid(text) {
		return header{}, fmt.Errorf("the header is not UTF-8, want a safetensors file")
	}
	if len(text) == 0 || text[0] != '{' {
		return header{}, fmt.Errorf("the header does not begin with {, want a safetensors file")
	}
	var parsed safetensors.Metadata
	if err := json.Unmarshal(text, &parsed); err != nil {
		return header{}, fmt.Errorf("the header is not that of a safetensors file: %w", err)
	}
	if err := checkKeys(text); err != nil {
		return header{}, err
	}
	h := header{metadata: parsed.Metadata()}
	infos := parsed.Tensors()
	for name, info := range infos {
		e, err := entryOf(name, info)
		if err != nil {
			return header{}, err
		}
		h.entries = append(h.entries, e)
	}
	slices.SortFunc(h.entries, func(a, b entry) int { // empty tensors share their place: the name decides
		x, y := infos[a.name].DataOffsets, infos[b.name].DataOffsets
		return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]), cmp.Compare(a.name, b.name))
	})
	var end uint64
	for _, e := range h.entries {
		offsets := infos[e.name].DataOffsets
		if offsets[0] != end {
			return header{}, fmt.Errorf("tensor %.60q begins at byte %d of the data, want %d: tensors must not overlap or leave gaps", e.name, offsets[0], end)
		}
		end = offsets[1]
	}
	if end != uint64(data) {
		return header{}, fmt.Errorf("the file holds %d bytes of data, its header describes %d", data, end)
	}
	return h, nil
}

// checkKeys refuses what a parser into a map does not see: names that come twice.
// The text must be a JSON object.
func checkKeys(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil { // the brace
		return err
	}
	seen := map[json.Token]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		if seen[name] {
			return fmt.Errorf("the header names %.60q twice, want each tensor once", name)
		}
		seen[name] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
	}
	return nil
}

// entryOf compares the size of a tensor with the place it has in the file.
func entryOf(name string, info *safetensors.TensorInfo) (entry, error) {
	element, ok := elementNamed(info.DType)
	if !ok {
		return entry{}, &Error{Reason: fmt.Sprintf("tensor %.60q has type %v, want one of %s: convert it, in PyTorch with tensor.float()", name, info.DType, dtypeNames())}
	}
	e := entry{name: name, shape: make([]int, len(info.Shape)), element: element}
	count := uint64(1)
	for i, size := range info.Shape {
		var high uint64
		if high, count = bits.Mul64(count, size); high != 0 || count > math.MaxInt/8 || size > math.MaxInt {
			return entry{}, fmt.Errorf("tensor %.60q has shape %v, which is too large for any memory", name, info.Shape)
		}
		e.shape[i] = int(size)
	}
	e.count = int(count)
	begin, end := info.DataOffsets[0], info.DataOffsets[1]
	if want := count * info.DType.Size(); end < begin || end-begin != want {
		return entry{}, fmt.Errorf("tensor %.60q lies from byte %d to %d, but shape %v of %v needs %d bytes", name, begin, end, info.Shape, info.DType, want)
	}
	return e, nil
}

// layout is a tensor without its numbers, so that package safetensors writes a
// header and no more: it would want the numbers of a tensor as a second copy.
type layout struct {
	dtype safetensors.DType
	shape []uint64
	bytes uint64
}

func (l layout) DType() safetensors.DType { return l.dtype }
func (l layout) Shape() []uint64          { return l.shape }
func (l layout) Data() []byte             { return nil }
func (l layout) DataLen() uint64          { return l.bytes }

// makeHeader returns the first part of a file of these tensors, which begins with
// the 8 bytes of its length, and the order in which their data must follow.
func makeHeader(tensors []Tensor, metadata map[string]string) (raw []byte, order []Tensor, err error) {
	for key, value := range metadata {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return nil, nil, fmt.Errorf("metadata %.60q is not UTF-8", key)
		}
	}
	layouts := make(map[string]layout, len(tensors))
	byName := make(map[string]Tensor, len(tensors))
	var data uint64
	for _, t := range tensors {
		e, n, err := t.check()
		if err != nil {
			return nil, nil, err
		}
		if _, twice := byName[t.Name]; twice {
			return nil, nil, fmt.Errorf("two tensors have the name %.60q: names must differ", t.Name)
		}
		byName[t.Name] = t
		shape := make([]uint64, len(t.Shape)) // not nil, which JSON would write as null
		for i, size := range t.Shape {
			shape[i] = uint64(size)
		}
		layouts[t.Name] = layout{e.dtype, shape, uint64(n) * e.dtype.Size()}
		data += layouts[t.Name].bytes
	}
	var b bytes.Buffer
	if err := safetensors.SerializeToWriter(layouts, metadata, &b); err != nil {
		return nil, nil, err
	}
	// Read back: a file that could not be read is not written.
	h, raw, err := readHeader(bytes.NewReader(b.Bytes()), int64(b.Len())+int64(data))
	if err != nil {
		return nil, nil, err
	}
	for _, e := range h.entries {
		order = append(order, byName[e.name])
	}
	return raw, order, nil
}
