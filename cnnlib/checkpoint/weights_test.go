package checkpoint

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// every has one tensor of every type, a single number, an empty one, and more
// numbers than one chunk holds.
func every() []Tensor {
	long := make([]float32, chunk/4*2+3) // two chunks and a rest
	for i := range long {
		long[i] = float32(i)
	}
	return []Tensor{
		{"a", []int{2, 2}, []float32{1, -2, float32(math.Inf(1)), math.SmallestNonzeroFloat32}},
		{"b", []int{1}, []float64{math.Pi}},
		{"c", []int{3}, []int32{math.MinInt32, 0, math.MaxInt32}},
		{"d", []int{2}, []int64{math.MinInt64, math.MaxInt64}},
		{"e", []int{2}, []uint8{0, 255}},
		{"f", []int{1}, []uint32{math.MaxUint32}},
		{"g", []int{1}, []uint64{math.MaxUint64}},
		{"h", []int{2}, []bool{true, false}},
		{"i/<&>\"ü", []int{}, []float32{7}},
		{"j", []int{3, 0}, []float32{}},
		{"k", []int{len(long)}, long},
	}
}

func TestWeightsRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "w.safetensors")
	metadata := map[string]string{"note": "two\nlines, \"quoted\" <&>", "": "empty key"}
	given := every()
	slices.Reverse(given) // what is read is sorted, whatever the order of writing
	if err := WriteWeights(path, given, metadata); err != nil {
		t.Fatal(err)
	}
	got, text, err := ReadWeights(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, every()) {
		t.Errorf("read %v", got)
	}
	if !maps.Equal(text, metadata) {
		t.Errorf("metadata %q, want %q", text, metadata)
	}
}

func TestNoWeights(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.safetensors")
	if err := WriteWeights(path, nil, nil); err != nil {
		t.Fatal(err)
	}
	if got, text, err := ReadWeights(path); err != nil || len(got) != 0 || len(text) != 0 {
		t.Errorf("read %v, %v, %v, want nothing", got, text, err)
	}
}

// TestFormat compares a file with the format's description (README of
// github.com/huggingface/safetensors, "Format"), parsed here without any library:
// 8 bytes of length, a JSON object, then numbers without gaps, little-endian.
func TestFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.safetensors")
	if err := WriteWeights(path, every(), map[string]string{"key": "value"}); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := binary.LittleEndian.Uint64(file)
	text, data := file[8:8+n], file[8+n:]
	if text[0] != '{' || (8+n)%8 != 0 {
		t.Errorf("the header begins with %q and the data at byte %d, want { and a multiple of 8", text[0], 8+n)
	}
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(text, &entries); err != nil {
		t.Fatal(err)
	}
	var metadata map[string]string
	if err := json.Unmarshal(entries["__metadata__"], &metadata); err != nil || metadata["key"] != "value" {
		t.Errorf("metadata %v, %v", metadata, err)
	}
	delete(entries, "__metadata__")
	if len(entries) != len(every()) {
		t.Errorf("%d tensors in the header, want %d", len(entries), len(every()))
	}
	types := map[string]string{"a": "F32", "b": "F64", "c": "I32", "d": "I64", "e": "U8", "f": "U32", "g": "U64", "h": "BOOL"}
	covered := make([]bool, len(data))
	for _, tensor := range every() {
		var e struct {
			DType   string `json:"dtype"`
			Shape   []int  `json:"shape"`
			Offsets [2]int `json:"data_offsets"`
		}
		d := json.NewDecoder(bytes.NewReader(entries[tensor.Name]))
		d.DisallowUnknownFields()
		if err := d.Decode(&e); err != nil {
			t.Fatalf("tensor %q: %v", tensor.Name, err)
		}
		if want := types[tensor.Name]; want != "" && e.DType != want {
			t.Errorf("tensor %q has type %s, want %s", tensor.Name, e.DType, want)
		}
		if e.Shape == nil || !slices.Equal(e.Shape, tensor.Shape) {
			t.Errorf("tensor %q has shape %#v, want %v", tensor.Name, e.Shape, tensor.Shape)
		}
		for i := e.Offsets[0]; i < e.Offsets[1]; i++ {
			if covered[i] {
				t.Fatalf("byte %d belongs to two tensors", i)
			}
			covered[i] = true
		}
		var want bytes.Buffer
		if err := binary.Write(&want, binary.LittleEndian, tensor.Data); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(data[e.Offsets[0]:e.Offsets[1]], want.Bytes()) {
			t.Errorf("tensor %q has other bytes than its numbers", tensor.Name)
		}
	}
	if i := slices.Index(covered, false); i >= 0 {
		t.Errorf("byte %d belongs to no tensor", i)
	}
}

func TestReadsWhatPythonWrote(t *testing.T) {
	got, metadata, err := ReadWeights(filepath.Join("testdata", "python.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	eighths := make([]float32, 24)
	for i := range eighths {
		eighths[i] = float32(i) / 8
	}
	third := 1.0
	third /= 3        // at run time, as Python does
	want := []Tensor{ // the values of testdata/make_fixture.py
		{"byte", []int{3}, []uint8{0, 255, 7}},
		{"conv.weight", []int{2, 3, 2, 2}, eighths},
		{"double", []int{3}, []float64{third, math.Copysign(0, -1), math.Inf(1)}},
		{"empty", []int{0, 3}, []float32{}},
		{"int", []int{1, 2}, []int32{math.MinInt32, math.MaxInt32}},
		{"long", []int{2}, []int64{math.MinInt64, math.MaxInt64}},
		{"mask", []int{3}, []bool{true, false, true}},
		{"random_state", []int{2}, []uint64{math.MaxUint64, 1}},
		{"scalar", []int{}, []float32{2.5}},
		{"word", []int{1}, []uint32{math.MaxUint32}},
		{"ü, 层", []int{1}, []float32{5}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read\n%v, want\n%v", got, want)
	}
	if d := got[2].Data.([]float64); !math.Signbit(d[1]) {
		t.Error("-0 was read as 0")
	}
	if text := map[string]string{"format": "np", "note": "two\nlines, \"quoted\""}; !maps.Equal(metadata, text) {
		t.Errorf("metadata %q, want %q", metadata, text)
	}
}

func TestWriteWeightsRefuses(t *testing.T) {
	one := []float32{1}
	for _, c := range []struct {
		name     string
		tensors  []Tensor
		metadata map[string]string
		want     string
	}{
		{"too few numbers", []Tensor{{"a", []int{2, 3}, one}}, nil, `tensor "a" has 1 numbers, shape [2 3] wants 6`},
		{"too many numbers", []Tensor{{"a", nil, []float32{1, 2}}}, nil, `shape [] wants 1`},
		{"negative size", []Tensor{{"a", []int{-1, -1}, one}}, nil, "at least 0"},
		{"overflow", []Tensor{{"a", []int{math.MaxInt, math.MaxInt}, one}}, nil, "fits an int"},
		{"overflow to 0", []Tensor{{"a", []int{1 << 32, 1 << 32}, []float32{}}}, nil, "fits an int"},
		{"no slice", []Tensor{{"a", nil, float32(1)}}, nil, `holds float32, want a slice`},
		{"other numbers", []Tensor{{"a", []int{1}, []int16{1}}}, nil, `holds []int16, want a slice`},
		{"nil", []Tensor{{"a", nil, nil}}, nil, `holds <nil>`},
		{"no name", []Tensor{{"", nil, one}}, nil, "not empty"},
		{"name of the metadata", []Tensor{{"__metadata__", nil, one}}, nil, "not __metadata__"},
		{"name not UTF-8", []Tensor{{"\xff", nil, one}}, nil, "want UTF-8"},
		{"same name", []Tensor{{"a", nil, one}, {"a", nil, one}}, nil, `two tensors have the name "a"`},
		{"text not UTF-8", nil, map[string]string{"k": "\xff"}, `metadata "k" is not UTF-8`},
		{"too much text", nil, map[string]string{"k": strings.Repeat("x", maxHeader)}, "want at most 16777216"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "w.safetensors")
			err := WriteWeights(path, c.tensors, c.metadata)
			checkLine(t, err, c.want)
			if _, err := os.Stat(path); err == nil {
				t.Error("a file was written")
			}
		})
	}
}

// checkLine wants an error of one clear line.
func checkLine(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", want)
	}
	line := err.Error()
	if !strings.Contains(line, want) {
		t.Errorf("error %q, want %q", line, want)
	}
	if !strings.HasPrefix(line, "checkpoint: ") || strings.Contains(line, "\n") || len(line) > 800 { // reason, advice and path
		t.Errorf("error is not one line: %q", line)
	}
}

// file returns a safetensors file with that header and that many zeros of data.
func file(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(b, header...)
	return append(b, make([]byte, data)...)
}

// hostile holds files that must be refused, and a word of the reason.
var hostile = map[string]struct {
	file []byte
	want string
}{
	"empty":               {nil, "0 bytes"},
	"7 bytes":             {make([]byte, 7), "7 bytes"},
	"header of 0 bytes":   {make([]byte, 8), "begin with {"},
	"length 2^64-1":       {bytes.Repeat([]byte{255}, 8), "18446744073709551615 bytes, 0 follow"},
	"length 2^63":         {append(binary.LittleEndian.AppendUint64(nil, 1<<63), "{}"...), "9223372036854775808 bytes"},
	"length past the end": {append(binary.LittleEndian.AppendUint64(nil, 3), "{}"...), "3 bytes, 2 follow"},
	"no JSON":             {file("{no", 0), "not that of a safetensors"},
	"array":               {file("[]", 0), "begin with {"},
	"text after JSON":     {file("{}x", 0), "not that of a safetensors"},
	"a space first":       {file(" {}", 0), "begin with {"},
	"not UTF-8":           {file("{\"\xff\":1}", 0), "UTF-8"},
	"deep":                {file(strings.Repeat(`{"a":`, 20000), 0), "not that of a safetensors"}, // Go's limit is 10 000
	"data left over":      {file(`{}`, 1), "1 bytes of data, its header describes 0"},
	"data missing":        {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 3), "3 bytes of data, its header describes 4"},
	"metadata no text":    {file(`{"__metadata__":{"a":1}}`, 0), "string"},
	"tensor no object":    {file(`{"a":3}`, 0), "not that of a safetensors"},
	"unknown type":        {file(`{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}`, 4), "F33"},
	"type not supported":  {file(`{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}`, 4), "tensor.float()"},
	"missing shape":       {file(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4), "3 keys"},
	"a key too many":      {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`, 4), "3 keys"},
	"negative size":       {file(`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, 4), "shape"},
	"size 1.5":            {file(`{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}`, 4), "shape"},
	"size over 64 bits":   {file(`{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}}`, 4), "shape"},
	"product overflows":   {file(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, 0), "too large"},
	"bytes overflow":      {file(`{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}`, 0), "too large"},
	"large and 0":         {file(`{"a":{"dtype":"U8","shape":[18446744073709551615,0],"data_offsets":[0,0]}}`, 0), "too large"},
	"shape too small":     {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}`, 8), "needs 4 bytes"},
	"offsets turned":      {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, 4), "byte 4 to 0"},
	"negative offset":     {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}`, 4), "data_offsets"},
	"offset past the end": {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551608,18446744073709551612]}}`, 4), "begins at byte 18446744073709551608"},
	"gap":                 {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), "begins at byte 4"},
	"overlap":             {file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), "overlap"},
	"same place":          {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), "overlap"},
	"same name":           {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), "twice"},
	"three offsets":       {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}`, 4), "data_offsets"},
	"long reason":         {file(`{"a":{"dtype":"F32","shape":["`+strings.Repeat("long", 10000)+`"],"data_offsets":[0,4]}}`, 4), "..."},
	"line breaks in name": {file(`{"a\nb":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}`, 4), "F99"},
	"2^40 numbers":        {file(`{"a":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}}`, 4), "describes 4398046511104"},
}

func TestReadRefusesHostileFiles(t *testing.T) {
	for name, c := range hostile {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "w.safetensors")
			if err := os.WriteFile(path, c.file, 0o644); err != nil {
				t.Fatal(err)
			}
			_, _, err := ReadWeights(path)
			checkLine(t, err, c.want)
			_, err = Load(path)
			checkLine(t, err, c.want)
		})
	}
}

// TestRefusalsTakeNoMemory: what is refused costs memory in proportion to the
// file, not to what the file claims.
func TestRefusalsTakeNoMemory(t *testing.T) {
	for name, c := range hostile {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, _, err := readWeights(bytes.NewReader(c.file), int64(len(c.file))); err == nil {
			t.Errorf("%s: not refused", name)
		}
		runtime.ReadMemStats(&after)
		// 64 kB for anything fixed; JSON becomes maps of some 50 bytes a byte at worst.
		if got, most := after.TotalAlloc-before.TotalAlloc, uint64(64<<10+50*len(c.file)); got > most {
			t.Errorf("%s: a file of %d bytes took %d bytes of memory, want at most %d", name, len(c.file), got, most)
		}
	}
}

func TestReadRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir:                          "this is a folder, want a file",
		filepath.Join(dir, "nobody"): "no such file",
		os.DevNull:                   "device or a pipe",
	} {
		_, _, err := ReadWeights(path)
		checkLine(t, err, want)
		_, err = Load(path)
		checkLine(t, err, want)
	}
}

// TestMemory: reading takes the tensors and a buffer, writing only a buffer.
func TestMemory(t *testing.T) {
	const numbers = 4 << 20 // 16 MB: far more than buffers and headers
	path := filepath.Join(t.TempDir(), "w.safetensors")
	tensors := []Tensor{{"a", []int{numbers}, make([]float32, numbers)}}
	used := func(f func() error) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := f(); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	const slack = 1 << 20 // a buffer (chunk), headers, and Go's own
	if got := used(func() error { return WriteWeights(path, tensors, nil) }); got > slack {
		t.Errorf("writing %d bytes took %d bytes of memory, want at most %d", 4*numbers, got, slack)
	}
	if got := used(func() error { _, _, err := ReadWeights(path); return err }); got > 4*numbers+slack {
		t.Errorf("reading %d bytes took %d bytes of memory, want at most %d", 4*numbers, got, 4*numbers+slack)
	}
}

func FuzzReadWeights(f *testing.F) {
	for _, c := range hostile {
		f.Add(c.file)
	}
	python, err := os.ReadFile(filepath.Join("testdata", "python.safetensors"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(python)
	f.Fuzz(func(t *testing.T, file []byte) {
		tensors, metadata, err := readWeights(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		// What was read can be written, and reading that gives the same.
		raw, order, err := makeHeader(tensors, metadata)
		if err != nil {
			if slices.ContainsFunc(tensors, func(t Tensor) bool { return t.Name == "" }) {
				return // others may write a tensor without a name
			}
			t.Fatalf("read, but not written again: %v", err)
		}
		var b bytes.Buffer
		if err := writeAll(&b, raw, order); err != nil {
			t.Fatal(err)
		}
		again, text, err := readWeights(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatalf("written, but not read again: %v", err)
		}
		// NaN differs from itself, so numbers are compared as text.
		if fmt.Sprint(again) != fmt.Sprint(tensors) || !maps.Equal(text, metadata) {
			t.Errorf("read %v %q, then %v %q", tensors, metadata, again, text)
		}
	})
}
