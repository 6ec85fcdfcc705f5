package kernel

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// connection is Jupyter's connection file: where the sockets are, and the key that
// signs the messages.
type connection struct {
	Transport       string `json:"transport"`
	IP              string `json:"ip"`
	ShellPort       int    `json:"shell_port"`
	ControlPort     int    `json:"control_port"`
	StdinPort       int    `json:"stdin_port"`
	IOPubPort       int    `json:"iopub_port"`
	HBPort          int    `json:"hb_port"`
	Key             string `json:"key"`
	SignatureScheme string `json:"signature_scheme"`
}

func readConnection(path string) (c connection, err error) {
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		return c, fmt.Errorf("kernel: the connection file cannot be read: %w", err)
	}
	if c.SignatureScheme != "" && c.SignatureScheme != "hmac-sha256" {
		return c, fmt.Errorf("kernel: the connection file %s asks for signatures by %s; only hmac-sha256 is known", path, c.SignatureScheme)
	}
	return c, nil
}

// address is a socket's address, in the words of ZeroMQ.
func (c connection) address(port int) string {
	if c.Transport == "ipc" {
		return fmt.Sprintf("ipc://%s-%d", c.IP, port)
	}
	return fmt.Sprintf("tcp://%s:%d", c.IP, port)
}

// delimiter stands between the addresses of a message and the message.
var delimiter = []byte("<IDS|MSG>")

// message is a message of Jupyter's protocol. The parts that nobody here reads stay
// the JSON that came.
type message struct {
	to       [][]byte // addresses; on iopub the topic
	head     header
	header   []byte
	parent   []byte
	metadata []byte
	content  []byte
	buffers  [][]byte
}

type header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"`
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
}

// protocol is the version of the messages that the kernel makes itself.
const protocol = "5.4"

// key signs messages; an empty one does not.
type key []byte

func (k key) sign(parts ...[]byte) []byte {
	if len(k) == 0 {
		return []byte{}
	}
	mac := hmac.New(sha256.New, k)
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.AppendEncode(nil, mac.Sum(nil))
}

var errSignature = errors.New("the signature is wrong")

// parse reads a message off the wire.
func (k key) parse(frames [][]byte) (m message, err error) {
	at := 0
	for at < len(frames) && !bytes.Equal(frames[at], delimiter) {
		at++
	}
	if len(frames) < at+6 {
		return m, errors.New("frames are missing")
	}
	f := frames[at+1:]
	if want := k.sign(f[1:5]...); !hmac.Equal(want, f[0]) {
		return m, errSignature
	}
	m = message{to: frames[:at], header: f[1], parent: f[2], metadata: f[3], content: f[4], buffers: f[5:]}
	if err := json.Unmarshal(m.header, &m.head); err != nil {
		return m, fmt.Errorf("the header is no JSON: %w", err)
	}
	return m, nil
}

// frames is a message as it goes over the wire.
func (k key) frames(m message) [][]byte {
	f := append(append([][]byte{}, m.to...), delimiter, k.sign(m.header, m.parent, m.metadata, m.content))
	return append(append(f, m.header, m.parent, m.metadata, m.content), m.buffers...)
}

// parentID is the id of the request that a message answers.
func (m message) parentID() string {
	var h header
	json.Unmarshal(m.parent, &h) // a message without a parent has the id ""
	return h.ID
}

// answer makes a message in answer to m.
func (m message) answer(kind string, content any) message {
	h := header{ID: newID(), Session: m.head.Session, Username: m.head.Username, Date: time.Now().UTC().Format(time.RFC3339Nano), Type: kind, Version: protocol}
	parent := m.header
	if parent == nil {
		parent = []byte("{}")
	}
	return message{to: m.to, head: h, header: mustJSON(h), parent: parent, metadata: []byte("{}"), content: mustJSON(content)}
}

// published is an answer to all, on iopub.
func (m message) published(kind string, content any) message {
	a := m.answer(kind, content)
	a.to = [][]byte{[]byte(kind)}
	return a
}

// fields reads a content as a JSON object.
func (m message) fields() map[string]any {
	var f map[string]any
	json.Unmarshal(m.content, &f) // what is no object has no fields
	if f == nil {
		f = map[string]any{}
	}
	return f
}

func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // only maps, strings and numbers are marshalled here
	}
	return data
}

func newID() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

type object = map[string]any
