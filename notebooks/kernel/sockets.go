package kernel

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/go-zeromq/zmq4"
)

// A channel of Jupyter's protocol.
type channel int

const (
	shell channel = iota
	control
	stdin
	iopub
)

// incoming is a message with where it came from.
type incoming struct {
	on channel
	message
}

// sockets are the channels of one side, with its key.
type sockets struct {
	key
	on [4]zmq4.Socket
	in chan incoming
}

// quiet keeps the library's remarks on peers that leave out of Jupyter's log.
func quiet() zmq4.Option { return zmq4.WithLogger(log.New(io.Discard, "", 0)) }

// listen opens Jupyter's side, with the heartbeat, which is an echo.
func listen(c connection) (*sockets, error) {
	ctx := context.Background()
	s := &sockets{key: key(c.Key), in: make(chan incoming, 1000)}
	s.on = [4]zmq4.Socket{shell: zmq4.NewRouter(ctx, quiet()), control: zmq4.NewRouter(ctx, quiet()), stdin: zmq4.NewRouter(ctx, quiet()), iopub: zmq4.NewPub(ctx, quiet())}
	heart := zmq4.NewRep(ctx, quiet())
	for i, port := range []int{c.ShellPort, c.ControlPort, c.StdinPort, c.IOPubPort} {
		if err := s.on[i].Listen(c.address(port)); err != nil {
			return nil, fmt.Errorf("kernel: a socket cannot be opened: %w", err)
		}
	}
	if err := heart.Listen(c.address(c.HBPort)); err != nil {
		return nil, fmt.Errorf("kernel: the heartbeat's socket cannot be opened: %w", err)
	}
	go func() {
		for {
			m, err := heart.Recv()
			if err != nil || heart.Send(m) != nil {
				time.Sleep(10 * time.Millisecond) // that front end is gone; the next may come
			}
		}
	}()
	for _, on := range []channel{shell, control, stdin} {
		go s.receive(on)
	}
	return s, nil
}

// backend writes the connection file for GoNB into a folder. It is named like Jupyter's
// own, since GoNB reads the kernel's id, which its widgets need, out of the name. The
// sockets are files in the folder: they need no ports, and nobody else can use them.
func backend(folder, connectionFile string) (path string, c connection, err error) {
	c = connection{Transport: "ipc", IP: filepath.Join(folder, "socket"), ShellPort: 1, ControlPort: 2, StdinPort: 3, IOPubPort: 4, HBPort: 5, Key: newID(), SignatureScheme: "hmac-sha256"}
	path = filepath.Join(folder, filepath.Base(connectionFile))
	data, err := json.Marshal(c)
	if err != nil {
		return "", c, err
	}
	return path, c, os.WriteFile(path, data, 0o600)
}

// dial connects to GoNB, waiting until it is there and its outputs arrive.
func dial(c connection) (*sockets, error) {
	ctx := context.Background()
	// GoNB sends its questions on stdin to the address from which shell asked: the
	// channels need one identity.
	options := []zmq4.Option{quiet(), zmq4.WithID(zmq4.SocketIdentity("kernel")), zmq4.WithDialerRetry(10 * time.Millisecond), zmq4.WithDialerMaxRetries(-1)}
	s := &sockets{key: key(c.Key), in: make(chan incoming, 1000)}
	s.on = [4]zmq4.Socket{shell: zmq4.NewDealer(ctx, options...), control: zmq4.NewDealer(ctx, options...), stdin: zmq4.NewDealer(ctx, options...), iopub: zmq4.NewSub(ctx, options...)}
	if err := s.on[iopub].SetOption(zmq4.OptionSubscribe, ""); err != nil {
		return nil, err
	}
	for i, port := range []int{c.ShellPort, c.ControlPort, c.StdinPort, c.IOPubPort} {
		if err := s.on[i].Dial(c.address(port)); err != nil {
			return nil, fmt.Errorf("kernel: no connection to GoNB: %w", err)
		}
		go s.receive(channel(i))
	}
	// What is published before the subscription arrives is lost.
	for {
		probe := message{}.answer("kernel_info_request", object{})
		if err := s.send(shell, probe); err != nil {
			return nil, err
		}
		timeout := time.After(100 * time.Millisecond)
		for waiting := true; waiting; {
			select {
			case m := <-s.in:
				if m.on == iopub && m.parentID() == probe.head.ID && m.fields()["execution_state"] == "idle" {
					return s, nil
				}
			case <-timeout:
				waiting = false
			}
		}
	}
}

// receive reads a channel. A message that cannot be read or is not signed is dropped:
// whoever sent it has no right to an answer.
func (s *sockets) receive(on channel) {
	for {
		raw, err := s.on[on].Recv()
		if err != nil {
			return // the socket was closed
		}
		m, err := s.parse(raw.Frames)
		if err != nil {
			fmt.Fprintf(os.Stderr, "kernel: a message was dropped: %v\n", err)
			continue
		}
		s.in <- incoming{on, m}
	}
}

func (s *sockets) send(on channel, m message) error {
	return s.on[on].SendMulti(zmq4.NewMsgFrom(s.frames(m)...))
}
