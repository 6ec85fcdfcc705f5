package data

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCIFAR10InAnyForm(t *testing.T) {
	for _, form := range []string{"archive", "folder", "parent"} {
		cnnbook := isolate(t)
		dir := filepath.Join(cnnbook, "data", "cifar10")
		for i, b := range cifarBatches {
			switch form {
			case "folder":
				write(t, filepath.Join(dir, b.name), smallBatch(i))
			case "parent":
				write(t, filepath.Join(dir, cifarFolder, b.name), smallBatch(i))
			}
		}
		if form == "archive" {
			write(t, filepath.Join(dir, cifarArchive), archive(t, smallEntries()))
		}
		if got, err := CIFAR10Dir(); err != nil || got != dir {
			t.Errorf("%s: CIFAR10Dir() = %s, %v, want %s", form, got, err, dir)
		}
		train, test, err := CIFAR10()
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		// 1+2+3+4+5 pictures in five batches, 6 in the sixth.
		if train.N != 15 || train.H != 32 || train.W != 32 || train.C != 3 || test.N != 6 {
			t.Errorf("%s: %d and %d pictures of %d×%d×%d", form, train.N, test.N, train.H, train.W, train.C)
		}
		if want := []uint8{0, 1, 2, 2, 3, 4, 3, 4, 5, 6, 4, 5, 6, 7, 8}; !bytes.Equal(train.Labels, want) {
			t.Errorf("%s: labels %v, want %v", form, train.Labels, want)
		}
		// The pixel in row 2, column 3 has number 67; the last batch has blue 205.
		if got := test.one(5)[(2*32+3)*3:][:3]; !bytes.Equal(got, []uint8{67, 68, 205}) {
			t.Errorf("%s: a pixel is %v, want [67 68 205]", form, got)
		}
	}
}

func TestWrongCIFAR10(t *testing.T) {
	changed := smallBatch(2)
	changed[100]++
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"one pixel changed", changed, "SHA-256"},
		{"cut off", smallBatch(2)[:5000], "multiple of 3073"},
		{"empty", nil, "has 0 bytes"},
		{"label out of range", append([]byte{10}, make([]byte, cifarRecord-1)...), "label 0 of"},
	} {
		isolate(t)
		mine := t.TempDir()
		t.Setenv(CIFAR10Env, mine)
		for i, b := range cifarBatches {
			content := smallBatch(i)
			if i == 2 {
				content = c.content
			}
			write(t, filepath.Join(mine, b.name), content)
		}
		_, _, err := CIFAR10()
		oneLine(t, err, filepath.Join(mine, "data_batch_3.bin"), c.want)
	}
}

func TestOddArchives(t *testing.T) {
	isolate(t)
	victim := filepath.Join(t.TempDir(), "victim")
	write(t, victim, []byte("whole"))
	without := func(i int) []entry { return slices.Delete(smallEntries(), i, i+1) }
	with := func(more ...entry) []entry { return append(more, smallEntries()...) }
	file := func(name string) entry {
		return entry{Header: tar.Header{Name: name}, content: []byte("evil")}
	}
	link := func(name, to string, kind byte) entry {
		return entry{Header: tar.Header{Name: name, Linkname: to, Typeflag: kind}}
	}
	var many []entry
	for i := range 200 {
		many = append(many, file(fmt.Sprint(i)))
	}
	first := cifarFolder + "/data_batch_1.bin"
	good := archive(t, smallEntries())
	flipped := bytes.Clone(good)
	flipped[len(flipped)-8] ^= 1 // the first byte of gzip's CRC
	for _, c := range []struct {
		name string
		file []byte
		want string // "" if it is read
	}{
		{"as it should be", good, ""},
		{"names that lead elsewhere", archive(t, with(file("../../victim"), file(victim), file("/"+first), file("../"+first), file(cifarFolder+"/../"+first))), ""},
		{"links of no concern", archive(t, with(link("a", victim, tar.TypeSymlink), link("b", victim, tar.TypeLink), link("c", "", tar.TypeFifo))), ""},
		{"another folder", archive(t, with(file("other/data_batch_1.bin"), file("data_batch_1.bin"))), ""},
		{"a batch is a symbolic link", archive(t, append(without(2), link(first, victim, tar.TypeSymlink))), "as a link"},
		{"a batch is a hard link", archive(t, append(without(2), link(first, victim, tar.TypeLink))), "as a link"},
		{"a batch is a device", archive(t, append(without(2), link(first, "", tar.TypeChar))), "not as a file"},
		{"a batch twice", archive(t, with(entry{Header: tar.Header{Name: first}, content: smallBatch(0)})), "twice"},
		{"a batch is missing", archive(t, without(2)), "holds no " + first},
		{"an empty batch", archive(t, append(without(2), entry{Header: tar.Header{Name: first}})), "has 0 bytes"},
		{"another batch", archive(t, append(without(2), entry{Header: tar.Header{Name: first}, content: smallBatch(1)})), "SHA-256"},
		{"too many files", archive(t, many), "more than 100 files"},
		{"an empty archive", archive(t, nil), "holds no " + first},
		{"no archive", packed(t, []byte("text that is too long for a header of tar, perhaps")), "damaged"},
		{"no gzip", []byte("text"), "not a gzip file"},
		{"nothing", nil, "not a gzip file"},
		{"half", good[:len(good)/2], ""},
		{"without its last byte", good[:len(good)-1], "damaged at its end"},
		{"wrong checksum", flipped, "damaged at its end"},
	} {
		mine := t.TempDir()
		t.Setenv(CIFAR10Env, mine)
		path := filepath.Join(mine, cifarArchive)
		write(t, path, c.file)
		train, _, err := CIFAR10()
		switch {
		case c.name == "half": // where it breaks is gzip's affair
			oneLine(t, err, path)
		case c.want != "":
			oneLine(t, err, path, c.want)
		case err != nil || train.N != 15:
			t.Errorf("%s: %v", c.name, err)
		}
		if entries, err := os.ReadDir(mine); err != nil || len(entries) != 1 {
			t.Errorf("%s: beside the archive lie %v (%v)", c.name, entries, err)
		}
	}
	if content, err := os.ReadFile(victim); err != nil || string(content) != "whole" {
		t.Errorf("a file outside was touched: %q, %v", content, err)
	}
}

// Archives that unpack to 64 MB of zeros, in a batch or in a file of no concern, and
// two that only declare terabytes.
func TestTarBombsCostNoMemory(t *testing.T) {
	isolate(t)
	const unpacked = 64 << 20
	zeros := make([]byte, unpacked)
	first := cifarFolder + "/data_batch_1.bin"
	bombs := map[string][]byte{
		"batch":    archive(t, []entry{{Header: tar.Header{Name: first}, content: zeros}}),
		"other":    archive(t, []entry{{Header: tar.Header{Name: "zeros"}, content: zeros}}),
		"declared": packed(t, header(t, first, tar.TypeReg, 1<<40)),
		"sparse":   packed(t, sparse(t, first, 1<<40)),
	}
	for name, bomb := range bombs {
		used := allocated(func() {
			_, err := unpackArchive("a", bytes.NewReader(bomb), int64(len(bomb)))
			if !errors.Is(err, errBomb) {
				t.Errorf("%s: %v", name, err)
			}
		})
		// What the bomb may unpack to; in fact a few buffers are all there is.
		if limit := uint64(mayUnpackTo(int64(len(bomb)))); used > limit {
			t.Errorf("%s: %d bytes were allocated for a file of %d", name, used, len(bomb))
		}
	}
}

// header is a header of 512 bytes, also of the kinds that archive/tar does not write.
func header(t *testing.T, name string, kind byte, size int64) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := tar.NewWriter(&b).WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: size, Format: tar.FormatGNU}); err != nil {
		t.Fatal(err)
	}
	h := b.Bytes()
	h[156] = kind                   // typeflag
	copy(h[148:156], "        ")    // the checksum counts itself as spaces
	copy(h[257:265], "ustar\x0000") // the format that knows PAX records
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:156], fmt.Sprintf("%06o\x00 ", sum))
	return h
}

// sparse is an archive of one sparse file (GNU's format 1.0 in PAX records): it
// declares size bytes and holds none.
func sparse(t *testing.T, name string, size int64) []byte {
	t.Helper()
	records := ""
	for _, r := range []string{"GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=" + name, fmt.Sprint("GNU.sparse.realsize=", size)} {
		records += fmt.Sprintf("%d %s\n", len(r)+4, r) // two digits, a space and the end of the line
	}
	block := func(content string) []byte { return append([]byte(content), make([]byte, 512-len(content))...) }
	return slices.Concat(header(t, "x", tar.TypeXHeader, int64(len(records))), block(records),
		header(t, name, tar.TypeReg, 512), block("0\n"), // the list of its parts, which are none
		make([]byte, 1024)) // two empty blocks end an archive
}

func FuzzCIFARBatch(f *testing.F) {
	f.Add(smallBatch(0))
	f.Add(smallBatch(1))
	f.Add(smallBatch(0)[:3072])
	f.Add(append([]byte{10}, make([]byte, cifarRecord-1)...))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := checkRecords("f", content); err != nil {
			oneLine(t, err)
			return
		}
		m := decodeBatches([][]byte{content})
		if m.N*cifarRecord != len(content) || len(m.Pixels) != m.N*3*cifarPlane || len(m.Labels) != m.N {
			t.Fatalf("%d pictures, %d pixels, %d labels from %d bytes", m.N, len(m.Pixels), len(m.Labels), len(content))
		}
		for i := range m.N {
			record := content[i*cifarRecord:][:cifarRecord]
			if m.Labels[i] != record[0] || m.Labels[i] > 9 {
				t.Fatalf("picture %d has label %d", i, m.Labels[i])
			}
			for p := range cifarPlane {
				for c := range 3 {
					if m.one(i)[p*3+c] != record[1+c*cifarPlane+p] {
						t.Fatalf("picture %d, pixel %d, channel %d", i, p, c)
					}
				}
			}
		}
	})
}

func FuzzCIFARArchive(f *testing.F) {
	isolate(f)
	good := archive(f, smallEntries())
	f.Add(good, false)
	f.Add(good[:len(good)/2], false)
	f.Add([]byte("text"), true)
	f.Add(make([]byte, 1024), true) // the end of an archive
	tiny := entry{Header: tar.Header{Name: cifarFolder + "/test_batch.bin"}, content: []byte{1}}
	f.Add(archive(f, []entry{tiny, tiny}), false)
	f.Fuzz(func(t *testing.T, file []byte, pack bool) {
		if pack { // let the fuzzer write the archive, which it cannot do through a checksum
			file = packed(t, file)
		}
		contents, err := unpackArchive("f", bytes.NewReader(file), int64(len(file)))
		if err != nil {
			if contents != nil || !strings.HasPrefix(err.Error(), "data: f") {
				t.Fatalf("%d batches and the error %v", len(contents), err)
			}
			return
		}
		total := int64(0)
		for i, content := range contents {
			if content == nil {
				t.Fatalf("batch %d is missing", i)
			}
			total += int64(len(content))
		}
		if len(contents) != len(cifarBatches) || total > mayUnpackTo(int64(len(file))) {
			t.Fatalf("%d batches, %d bytes from %d", len(contents), total, len(file))
		}
	})
}
