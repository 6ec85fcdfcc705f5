package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// small is a state with something in every field.
func small() State {
	return State{
		Kind: "classifier", Step: 12345, Epoch: 6,
		Description: json.RawMessage(` {"net": "Dense{Units: 1}", "sha256":"no digits", "loss": [1.5, 0.25]}`),
		Tensors: []Tensor{
			{"optimizer/mean", []int{2}, []float32{0.5, -0.5}},
			{"random", []int{1}, []uint64{1 << 63}},
			{"weights", []int{2, 1}, []float32{1, 2}},
		},
	}
}

// bytesOf returns the file of a state.
func bytesOf(t testing.TB, s State) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state")
	if err := s.save(path); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func load(file []byte) (State, error) {
	return readState(bytes.NewReader(file), int64(len(file)), readData)
}

func TestStateRoundTrip(t *testing.T) {
	long := State{Tensors: every()}
	for _, want := range []State{small(), long, {Tensors: []Tensor{}}} {
		path := filepath.Join(t.TempDir(), "state")
		if err := want.save(path); err != nil {
			t.Fatal(err)
		}
		got, err := Load(path)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("loaded %v, %v, want %v", got, err, want)
		}
	}
}

func TestStateTensor(t *testing.T) {
	s := small()
	if got, ok := s.Tensor("random"); !ok || !reflect.DeepEqual(got, s.Tensors[1]) {
		t.Errorf("random is %v, %v", got, ok)
	}
	if got, ok := s.Tensor("Random"); ok {
		t.Errorf("Random is %v, want none", got)
	}
}

// TestChecksum computes the sum as the package comment describes it.
func TestChecksum(t *testing.T) {
	file := bytesOf(t, small())
	metadata := struct {
		Metadata map[string]string `json:"__metadata__"`
	}{}
	if err := json.NewDecoder(bytes.NewReader(file[8:])).Decode(&metadata); err != nil {
		t.Fatal(err)
	}
	given := metadata.Metadata["sha256"]
	if bytes.Count(file, []byte(given)) != 1 {
		t.Fatalf("the sum %q is not in the file once", given)
	}
	sum := sha256.Sum256(bytes.Replace(file, []byte(given), bytes.Repeat([]byte("0"), 64), 1))
	if want := hex.EncodeToString(sum[:]); given != want {
		t.Errorf("the sum is %s, want %s", given, want)
	}
}

// TestEveryFlippedBitIsRefused changes each bit of a file, one at a time.
func TestEveryFlippedBitIsRefused(t *testing.T) {
	file := bytesOf(t, small())
	for i := range file {
		for bit := range 8 {
			file[i] ^= 1 << bit
			if s, err := load(file); err == nil {
				t.Errorf("bit %d of byte %d of %d (%q) is flipped, and %v is read", bit, i, len(file), file[i], s)
			}
			file[i] ^= 1 << bit
		}
	}
	if _, err := load(file); err != nil {
		t.Fatalf("the file itself: %v", err)
	}
}

func TestEveryLengthIsRefused(t *testing.T) {
	file := bytesOf(t, small())
	for n := range file {
		if s, err := load(file[:n]); err == nil {
			t.Errorf("cut to %d of %d bytes, and %v is read", n, len(file), s)
		}
	}
	for _, more := range []string{"\x00", " ", "}", strings.Repeat("\x00", 512)} {
		if s, err := load(append(slices.Clone(file), more...)); err == nil {
			t.Errorf("%q is appended, and %v is read", more, s)
		}
	}
}

// TestEveryExchangedByteIsRefused exchanges neighbours, which sums of bytes would not see.
func TestEveryExchangedByteIsRefused(t *testing.T) {
	file := bytesOf(t, small())
	for i := range len(file) - 1 {
		if file[i] == file[i+1] {
			continue
		}
		file[i], file[i+1] = file[i+1], file[i]
		if s, err := load(file); err == nil {
			t.Errorf("bytes %d and %d are exchanged, and %v is read", i, i+1, s)
		}
		file[i], file[i+1] = file[i+1], file[i]
	}
}

// signed returns a file of this metadata and no tensors, with the right sum
// if the metadata has one of zeros.
func signed(t *testing.T, metadata map[string]string) []byte {
	t.Helper()
	raw, _, err := makeHeader(nil, metadata)
	if err != nil {
		t.Fatal(err)
	}
	if place := sumPlace(raw); place >= 0 {
		sum := sha256.Sum256(raw)
		copy(raw[place:], hex.EncodeToString(sum[:]))
	}
	return raw
}

// TestVerify: what is counted among those to keep is what Load would take.
func TestVerify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	if err := small().save(path); err != nil {
		t.Fatal(err)
	}
	if err := verify(path); err != nil {
		t.Errorf("a good checkpoint: %v", err)
	}
	good := bytesOf(t, small())
	for _, i := range []int{0, 20, len(good) - 1} { // the length, the header, the numbers
		bad := slices.Clone(good)
		bad[i] ^= 1
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		if verify(path) == nil {
			t.Errorf("byte %d is changed, and the file is good", i)
		}
	}
}

func TestLoadRefusesOtherFiles(t *testing.T) {
	whole := func() map[string]string {
		m, err := State{Description: json.RawMessage("{}")}.metadata()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	changed := func(key, value string) []byte {
		m := whole()
		m[key] = value
		return signed(t, m)
	}
	without := func(key string) []byte {
		m := whole()
		delete(m, key)
		return signed(t, m)
	}
	if _, err := load(signed(t, whole())); err != nil {
		t.Fatalf("the file that the cases are made of: %v", err)
	}
	python, err := os.ReadFile(filepath.Join("testdata", "python.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytesOf(t, small())
	damaged[len(damaged)-1] ^= 1
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"foreign":              {python, `a safetensors file of format "np", want a checkpoint, "cnnbook-checkpoint": ReadWeights reads other files`},
		"no metadata":          {file("{}", 0), `of format ""`},
		"newer":                {changed("version", "2"), `format version "2", want "1": read it with the cnnbook that wrote it`},
		"damaged":              {damaged, "it is damaged: give a whole checkpoint, or let Latest find the newest good one"},
		"cut short":            {damaged[:len(damaged)-4], "its header describes"},
		"no sum":               {without("sha256"), "no checksum"},
		"short sum":            {changed("sha256", "00"), "no checksum"},
		"sum of zeros":         {bytes.Replace(bytesOf(t, State{}), sumOf(t, State{}), []byte(zeroSum), 1), "it is damaged"},
		"sum in capitals":      {bytes.Replace(bytesOf(t, small()), sumOf(t, small()), bytes.ToUpper(sumOf(t, small())), 1), "it is damaged"},
		"no step":              {without("step"), `step is "", want a count`},
		"negative step":        {changed("step", "-1"), `step is "-1"`},
		"epoch no number":      {changed("epoch", "x"), `epoch is "x"`},
		"description no JSON":  {changed("description", "{"), "description is not JSON"},
		"a key more":           {changed("extra", ""), `"extra"`},
		"a key less":           {without("kind"), "the metadata has the keys"},
		"description is empty": {changed("description", ""), "description is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "state")
			if err := os.WriteFile(path, c.file, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := Load(path)
			checkLine(t, err, c.want)
		})
	}
}

// sumOf returns the digits of the checksum in the file of a state.
func sumOf(t *testing.T, s State) []byte {
	t.Helper()
	file := bytesOf(t, s)
	place := sumPlace(file)
	return file[place : place+len(zeroSum)]
}

// TestCheckpointIsSafetensors: other programs read the tensors.
func TestCheckpointIsSafetensors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	if err := small().save(path); err != nil {
		t.Fatal(err)
	}
	tensors, metadata, err := ReadWeights(path)
	if err != nil || !reflect.DeepEqual(tensors, small().Tensors) {
		t.Errorf("read %v, %v", tensors, err)
	}
	if metadata["step"] != strconv.Itoa(12345) || metadata["description"] != string(small().Description) {
		t.Errorf("metadata %q", metadata)
	}
}

func FuzzLoad(f *testing.F) {
	whole := bytesOf(f, small())
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	for _, c := range hostile {
		f.Add(c.file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := load(file)
		if err != nil {
			return
		}
		if err := s.save(filepath.Join(t.TempDir(), "state")); err != nil &&
			!slices.ContainsFunc(s.Tensors, func(t Tensor) bool { return t.Name == "" }) { // others may write a tensor without a name
			t.Errorf("loaded, but not saved again: %v", err)
		}
	})
}
