package data

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// idx writes a gzipped IDX file.
func idx(t testing.TB, magic uint32, sizes []uint32, values []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for _, part := range []any{magic, sizes, values} {
		if err := binary.Write(z, binary.BigEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestParseIDX(t *testing.T) {
	file := idx(t, magicImages, []uint32{2, 1, 3}, []byte{1, 2, 3, 4, 5, 6})
	plain := []byte{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6}
	sum := sha256.Sum256(plain)
	want := array{[]int{2, 1, 3}, []uint8{1, 2, 3, 4, 5, 6}, hex.EncodeToString(sum[:])}
	for _, file := range [][]byte{file, plain} {
		if a, err := parseIDX("f", file, magicImages); err != nil || !reflect.DeepEqual(a, want) {
			t.Errorf("%v, %v, want %v", a, err, want)
		}
	}
}

func TestBadIDX(t *testing.T) {
	good := idx(t, magicLabels, []uint32{3}, []byte{1, 2, 3})
	var textFile bytes.Buffer
	z := gzip.NewWriter(&textFile)
	if _, err := z.Write([]byte("no")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)-8] ^= 1 // the first byte of the CRC in gzip's last 8 bytes
	for _, c := range []struct {
		name  string
		file  []byte
		magic uint32
		want  string
	}{
		{"empty", nil, magicLabels, "within its first 4 bytes"},
		{"not gzip", []byte("hello, world"), magicLabels, "begins with 0x68656c6c"}, // "hell"
		{"a broken gzip header", good[:6], magicLabels, "not a gzip file"},
		{"plain and too short", []byte{0, 0, 8, 1, 0, 0, 0, 12, 1, 2, 3}, magicLabels, "declares [12] values in a file of 11 bytes"},
		{"plain and too long", []byte{0, 0, 8, 1, 0, 0, 0, 1, 1, 2}, magicLabels, "holds more"},
		{"two bytes", textFile.Bytes(), magicLabels, "within its first 4 bytes"},
		{"wrong magic", good, magicImages, "begins with 0x00000801, want 0x00000803"},
		{"no sizes", idx(t, magicImages, []uint32{3}, nil), magicImages, "before its 3 sizes"},
		{"size 0", idx(t, magicLabels, []uint32{0}, nil), magicLabels, "[0]"},
		{"too short", idx(t, magicLabels, []uint32{5}, []byte{1, 2, 3}), magicLabels, "declares 5 values and holds 3"},
		{"too long", idx(t, magicLabels, []uint32{2}, []byte{1, 2, 3}), magicLabels, "declares 2 values and holds more"},
		{"huge count", idx(t, magicLabels, []uint32{math.MaxUint32}, []byte{1}), magicLabels, "damaged"},
		{"product beyond 64 bits", idx(t, magicImages, []uint32{math.MaxUint32, math.MaxUint32, math.MaxUint32}, []byte{1}), magicImages, "damaged"},
		{"cut off", good[:len(good)-9], magicLabels, "f "},
		{"cut off in the checksum", good[:len(good)-1], magicLabels, "damaged at its end"},
		{"wrong checksum", flipped, magicLabels, "damaged at its end"},
	} {
		_, err := parseIDX("f", c.file, c.magic)
		if err == nil || !strings.HasPrefix(err.Error(), "data: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error that says %q", c.name, err, c.want)
		}
	}
}

// allocated returns how many bytes f allocates, freed ones included.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A bomb of 64 MB of zeros in 64 KB is refused without unpacking it, also if
// its declared size is the true one.
func TestGzipBombCostsNoMemory(t *testing.T) {
	const unpacked = 64 << 20
	bomb := idx(t, magicLabels, []uint32{unpacked}, make([]byte, unpacked))
	lying := idx(t, magicLabels, []uint32{10}, make([]byte, unpacked))
	used := allocated(func() {
		if _, err := parseIDX("f", bomb, magicLabels); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("bomb: %v", err)
		}
		if _, err := parseIDX("f", lying, magicLabels); err == nil || !strings.Contains(err.Error(), "holds more") {
			t.Errorf("bomb that declares 10 values: %v", err)
		}
	})
	// Two gzip readers take well under 1 MB; a sixteenth of the bomb leaves room.
	if used > unpacked/16 {
		t.Errorf("%d bytes were allocated for files of %d and %d bytes", used, len(bomb), len(lying))
	}
}

func TestBadMNIST(t *testing.T) {
	images := idx(t, magicImages, []uint32{2, 1, 1}, []byte{1, 2})
	for _, c := range []struct {
		name           string
		images, labels []byte
		want           string
	}{
		{"counts differ", images, idx(t, magicLabels, []uint32{3}, []byte{1, 2, 3}), "i holds 2 pictures, l 3 labels"},
		{"label out of range", images, idx(t, magicLabels, []uint32{2}, []byte{9, 10}), "label 1 of l is 10, want 0 to 9"},
		{"files swapped", idx(t, magicLabels, []uint32{2}, []byte{1, 2}), images, "i begins with"},
		{"bad labels", images, nil, "l ends within"},
	} {
		images, err := parseIDX("i", c.images, magicImages)
		var labels array
		if err == nil {
			labels, err = parseIDX("l", c.labels, magicLabels)
		}
		if err == nil {
			_, err = join("i", images, "l", labels, 10)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// Whatever the bytes, parseIDX returns an error or exactly what it declares, and
// never more than the file allows.
func FuzzParseIDX(f *testing.F) {
	f.Add(idx(f, magicLabels, []uint32{3}, []byte{1, 2, 3}), false)
	f.Add(idx(f, magicImages, []uint32{2, 1, 3}, []byte{1, 2, 3, 4, 5, 6}), false)
	f.Add(idx(f, magicImages, []uint32{1 << 31, 1 << 31, 4}, nil), false)
	f.Add([]byte{0, 0, 8, 1, 0, 0, 0, 2, 7, 7}, true)
	f.Add([]byte{0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 7}, true)
	f.Fuzz(func(t *testing.T, file []byte, pack bool) {
		if pack { // let the fuzzer write the content, which it cannot do through a checksum
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, err := z.Write(file)
			if err2 := z.Close(); err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			file = b.Bytes()
		}
		for _, magic := range []uint32{magicLabels, magicImages} {
			a, err := parseIDX("f", file, magic)
			if err != nil {
				if a.values != nil || a.dims != nil || !strings.HasPrefix(err.Error(), "data: ") {
					t.Fatalf("dims %v, %d values and the error %v", a.dims, len(a.values), err)
				}
				continue
			}
			n := 1
			for _, d := range a.dims {
				n *= d
			}
			if len(a.values) != n || int64(n) > mayUnpackTo(int64(len(file))) {
				t.Fatalf("%v declared, %d values from %d bytes", a.dims, len(a.values), len(file))
			}
		}
	})
}
