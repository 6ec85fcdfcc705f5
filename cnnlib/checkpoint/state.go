package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"cnnbook/internal/atomicfile"
)

// The format of a checkpoint; the package comment describes it.
const (
	formatName    = "cnnbook-checkpoint"
	formatVersion = "1"
)

// The keys of a checkpoint's metadata.
const (
	keyFormat      = "format"
	keyVersion     = "version"
	keyKind        = "kind"
	keyStep        = "step"
	keyEpoch       = "epoch"
	keyDescription = "description"
	keySum         = "sha256"
)

// State is everything that a training run needs to go on.
type State struct {
	Kind  string // the program's word for what the tensors are, such as "classifier"; may be empty
	Step  int64  // batches trained so far; it names the file
	Epoch int64  // whole passes over the data so far

	// Description is JSON for what is no tensor: the network, the recipe, the
	// history. It comes back byte for byte; nil means none.
	Description json.RawMessage

	// Tensors holds weights, the state of the optimizer and of the random numbers.
	// Load returns them sorted by name.
	Tensors []Tensor
}

// Tensor returns the tensor of that name.
func (s State) Tensor(name string) (t Tensor, ok bool) {
	for _, t := range s.Tensors {
		if t.Name == name {
			return t, true
		}
	}
	return Tensor{}, false
}

// metadata returns the text of the file, the sum being zeros of its length.
func (s State) metadata() (map[string]string, error) {
	if s.Step < 0 || s.Epoch < 0 {
		return nil, fmt.Errorf("step %d, epoch %d: want counts of at least 0", s.Step, s.Epoch)
	}
	m := map[string]string{
		keyFormat:  formatName,
		keyVersion: formatVersion,
		keyKind:    s.Kind,
		keyStep:    strconv.FormatInt(s.Step, 10),
		keyEpoch:   strconv.FormatInt(s.Epoch, 10),
		keySum:     zeroSum,
	}
	if len(s.Description) > 0 {
		if !json.Valid(s.Description) {
			return nil, fmt.Errorf("the description is not JSON: make it with json.Marshal")
		}
		m[keyDescription] = string(s.Description)
	}
	return m, nil
}

// zeroSum stands where the checksum will be while it is computed.
var zeroSum = strings.Repeat("0", hex.EncodedLen(sha256.Size))

// sumPlace returns where in the first part of a file the digits of the checksum
// are, or -1. Inside a JSON string each quote has a backslash before it, so these
// bytes can be nothing but a key with its text.
func sumPlace(raw []byte) int {
	mark := []byte(`"` + keySum + `":"`)
	i := bytes.Index(raw, mark)
	if i < 0 || i+len(mark)+len(zeroSum) > len(raw) {
		return -1
	}
	return i + len(mark)
}

// write makes the state the content of the file, which must be empty.
func (s State) write(f *os.File) error {
	metadata, err := s.metadata()
	if err != nil {
		return err
	}
	raw, order, err := makeHeader(s.Tensors, metadata)
	if err != nil {
		return err
	}
	sum := sha256.New()
	if err := writeAll(io.MultiWriter(f, sum), raw, order); err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(hex.EncodeToString(sum.Sum(nil))), int64(sumPlace(raw)))
	return err
}

// save writes the state into the file in one step.
func (s State) save(path string) error {
	return atomicfile.Stream(path, 0o644, s.write)
}

// Load reads one checkpoint. It refuses, with an *Error, a file that is no
// checkpoint of this format and version, is cut short, or differs in a single bit
// from what was saved. It needs as much memory as the file is long.
func Load(path string) (State, error) {
	var s State
	err := withFile(path, func(r io.Reader, size int64) (err error) {
		s, err = readState(r, size, readData)
		return err
	})
	if err != nil {
		return State{}, refuse(path, err, "give a whole checkpoint, or let Latest find the newest good one")
	}
	return s, nil
}

// verify returns nil for a file that Load would take, without memory for tensors.
func verify(path string) error {
	return withFile(path, func(r io.Reader, size int64) error {
		_, err := readState(r, size, func(r io.Reader, _ header) ([]Tensor, error) {
			_, err := io.Copy(io.Discard, r)
			return nil, err
		})
		return err
	})
}

// readState reads a checkpoint of size bytes; data reads all that follows the header.
func readState(r io.Reader, size int64, data func(io.Reader, header) ([]Tensor, error)) (State, error) {
	h, raw, err := readHeader(r, size)
	if err != nil {
		return State{}, err
	}
	m := h.metadata
	if m[keyFormat] != formatName {
		return State{}, &Error{Reason: fmt.Sprintf("a safetensors file of format %.60q, want a checkpoint, %q: ReadWeights reads other files", m[keyFormat], formatName)}
	}
	if m[keyVersion] != formatVersion {
		return State{}, &Error{Reason: fmt.Sprintf("a checkpoint of format version %.60q, want %q: read it with the cnnbook that wrote it", m[keyVersion], formatVersion)}
	}
	place := sumPlace(raw)
	if place < 0 {
		return State{}, fmt.Errorf("no checksum in the header")
	}
	given := string(raw[place : place+len(zeroSum)])
	copy(raw[place:], zeroSum)
	sum := sha256.New()
	sum.Write(raw)
	tensors, err := data(io.TeeReader(r, sum), h)
	if err != nil {
		return State{}, err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != given {
		return State{}, fmt.Errorf("the content has SHA-256 %.12s..., the file says %.12q...: it is damaged", got, given)
	}
	return stateOf(m, tensors)
}

// stateOf is the inverse of State.metadata. It runs after the checksum is found
// right, so it refuses only what another program wrote.
func stateOf(m map[string]string, tensors []Tensor) (State, error) {
	s := State{Kind: m[keyKind], Tensors: tensors}
	for _, count := range []struct {
		key  string
		into *int64
	}{{keyStep, &s.Step}, {keyEpoch, &s.Epoch}} {
		n, err := strconv.ParseInt(m[count.key], 10, 64)
		if err != nil || n < 0 {
			return State{}, fmt.Errorf("%s is %.60q, want a count from 0 to %d", count.key, m[count.key], math.MaxInt64)
		}
		*count.into = n
	}
	if text, ok := m[keyDescription]; ok {
		if !json.Valid([]byte(text)) {
			return State{}, fmt.Errorf("the description is not JSON")
		}
		s.Description = json.RawMessage(text)
	}
	want, err := s.metadata()
	if err != nil {
		return State{}, err
	}
	if got, want := slices.Sorted(maps.Keys(m)), slices.Sorted(maps.Keys(want)); !slices.Equal(got, want) {
		return State{}, fmt.Errorf("the metadata has the keys %.200q, want %q", got, want)
	}
	return s, nil
}
