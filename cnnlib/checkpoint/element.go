package checkpoint

import (
	"encoding/binary"
	"io"
	"strings"

	"github.com/nlpodyssey/safetensors"
)

// element is one type of numbers: its name in a file and how slices of it, held as
// any, are counted, read and written.
type element struct {
	dtype   safetensors.DType
	length  func(data any) (n int, ok bool) // ok: data is a slice of this type
	read    func(r io.Reader, n int) (data any, err error)
	write   func(w io.Writer, data any) error
	permute func(data any, shape, axes []int) any
}

// elements lists every type that a Tensor may hold.
var elements = []element{
	elementOf[float32](safetensors.F32), elementOf[float64](safetensors.F64),
	elementOf[int32](safetensors.I32), elementOf[int64](safetensors.I64),
	elementOf[uint8](safetensors.U8), elementOf[uint32](safetensors.U32), elementOf[uint64](safetensors.U64),
	elementOf[bool](safetensors.BOOL),
}

// chunk is how many bytes of numbers are in memory a second time, in the byte
// order of the file, while they are read or written.
const chunk = 256 << 10

func elementOf[T any](dtype safetensors.DType) element {
	size := int(dtype.Size())
	return element{
		dtype:  dtype,
		length: func(data any) (int, bool) { v, ok := data.([]T); return len(v), ok },
		read: func(r io.Reader, n int) (any, error) {
			all := make([]T, n)
			buffer := make([]byte, min(n*size, chunk))
			for part := all; len(part) > 0; {
				m := min(len(part), chunk/size)
				if _, err := io.ReadFull(r, buffer[:m*size]); err != nil {
					return nil, err
				}
				if _, err := binary.Decode(buffer[:m*size], binary.LittleEndian, part[:m]); err != nil {
					return nil, err
				}
				part = part[m:]
			}
			return all, nil
		},
		write: func(w io.Writer, data any) error {
			all := data.([]T)
			buffer := make([]byte, min(len(all)*size, chunk))
			for part := all; len(part) > 0; {
				m := min(len(part), chunk/size)
				if _, err := binary.Encode(buffer, binary.LittleEndian, part[:m]); err != nil {
					return err
				}
				if _, err := w.Write(buffer[:m*size]); err != nil {
					return err
				}
				part = part[m:]
			}
			return nil
		},
		permute: func(data any, shape, axes []int) any { return permute(data.([]T), shape, axes) },
	}
}

// elementFor returns the element of a slice, and the slice's length.
func elementFor(data any) (e element, n int, ok bool) {
	for _, e := range elements {
		if n, ok := e.length(data); ok {
			return e, n, true
		}
	}
	return element{}, 0, false
}

// elementNamed returns the element of a type in a file.
func elementNamed(dtype safetensors.DType) (element, bool) {
	for _, e := range elements {
		if e.dtype == dtype {
			return e, true
		}
	}
	return element{}, false
}

// dtypeNames lists the types in a file that can be read.
func dtypeNames() string {
	var names []string
	for _, e := range elements {
		names = append(names, e.dtype.String())
	}
	return strings.Join(names, ", ")
}
