package kernel

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWire: a message that was written is read again; one whose content, key or
// frames are not right is refused and not answered.
func TestWire(t *testing.T) {
	k := key("secret")
	request := message{to: [][]byte{[]byte("client")}, head: header{ID: "1", Session: "s"}, header: []byte(`{"msg_id":"1","session":"s"}`)}
	m := request.answer("execute_reply", object{"status": "ok", "text": "卷积"})
	m.buffers = [][]byte{{0, 1, 2}}
	frames := k.frames(m)
	got, err := k.parse(frames)
	if err != nil {
		t.Fatal(err)
	}
	if got.head.Type != "execute_reply" || got.head.Session != "s" || got.parentID() != "1" || got.fields()["text"] != "卷积" || !bytes.Equal(got.buffers[0], m.buffers[0]) || string(got.to[0]) != "client" {
		t.Errorf("read %+v", got)
	}
	if _, err := key("other").parse(frames); !errors.Is(err, errSignature) {
		t.Errorf("another key: %v", err)
	}
	forged := append([][]byte{}, frames...)
	forged[6] = []byte(`{"status":"ok"}`)
	if _, err := k.parse(forged); !errors.Is(err, errSignature) {
		t.Errorf("another content: %v", err)
	}
	for n := range 7 {
		if _, err := k.parse(frames[:n]); err == nil {
			t.Errorf("%d frames are taken for a message", n)
		}
	}
	if _, err := (key{}).parse((key{}).frames(m)); err != nil {
		t.Errorf("without a key: %v", err)
	}
}

func TestReadConnection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kernel-1.json")
	for body, says := range map[string]string{
		`{"transport": "tcp", "ip": "127.0.0.1", "shell_port": 5, "key": "k", "signature_scheme": "hmac-sha256"}`: "",
		`{`:                                 "connection file",
		`{"signature_scheme": "hmac-sha1"}`: "hmac-sha1",
	} {
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := readConnection(path)
		if says == "" {
			if err != nil || c.address(c.ShellPort) != "tcp://127.0.0.1:5" {
				t.Errorf("%+v, %v", c, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", body, err)
		}
	}
}
