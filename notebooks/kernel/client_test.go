package kernel

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cnnbook/notebooks/jupyter"
)

// client is a front end: it starts a kernel as Jupyter does, from its kernelspec.
type client struct {
	*sockets
	t   testing.TB
	cmd *exec.Cmd
}

func environment(t testing.TB) jupyter.Env {
	t.Helper()
	e, err := jupyter.Setup(t.Context(), jupyter.SetupOptions{Quick: true, Out: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// start starts the kernel of a name, with more variables in its environment.
func start(t testing.TB, name string, env ...string) *client {
	t.Helper()
	e := environment(t)
	data, err := os.ReadFile(filepath.Join(e.Folder, "jupyter", "data", "kernels", name, "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Argv []string
		Env  map[string]string
	}
	if err := json.Unmarshal(data, &spec); err != nil {
		t.Fatal(err)
	}
	c := connection{Transport: "tcp", IP: "127.0.0.1", Key: newID(), SignatureScheme: "hmac-sha256"}
	func() {
		for _, port := range []*int{&c.ShellPort, &c.ControlPort, &c.StdinPort, &c.IOPubPort, &c.HBPort} {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			*port = l.Addr().(*net.TCPAddr).Port
			defer l.Close() // not before all are chosen
		}
	}()
	path := filepath.Join(t.TempDir(), "kernel-0123abcd.json")
	if err := os.WriteFile(path, mustJSON(c), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range spec.Argv {
		spec.Argv[i] = strings.ReplaceAll(a, "{connection_file}", path)
	}
	k := &client{t: t, cmd: exec.Command(spec.Argv[0], spec.Argv[1:]...)}
	k.cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH"))
	for name, value := range spec.Env {
		value = os.Expand(strings.ReplaceAll(value, "$$", "\x00"), func(s string) string { return os.Getenv(s) })
		k.cmd.Env = append(k.cmd.Env, name+"="+strings.ReplaceAll(value, "\x00", "$"))
	}
	k.cmd.Env = append(k.cmd.Env, env...)
	k.cmd.Dir = e.Notebooks()
	k.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	log, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	k.cmd.Stdout, k.cmd.Stderr = log, log
	return k.connect(c, log)
}

func (k *client) connect(c connection, log *os.File) *client {
	k.t.Helper()
	if err := k.cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() {
		if strings.HasSuffix(k.cmd.Path, "gonb") { // by itself it leaves its gopls
			for _, pid := range below(k.cmd.Process.Pid) {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		k.cmd.Process.Kill()
		k.cmd.Wait()
		if k.t.Failed() {
			data, _ := os.ReadFile(log.Name())
			k.t.Logf("the kernel's log:\n%s", data[max(0, len(data)-3000):])
		}
	})
	connected := make(chan error, 1)
	go func() {
		s, err := dial(c)
		k.sockets = s
		connected <- err
	}()
	select {
	case err := <-connected:
		if err != nil {
			k.t.Fatal(err)
		}
	case <-time.After(30 * time.Second):
		k.t.Fatal("the kernel does not answer in 30 s")
	}
	return k
}

// request sends a request and returns its id.
func (k *client) request(on channel, kind string, content object) string {
	k.t.Helper()
	m := message{head: header{Session: "test", Username: "reader"}}.answer(kind, content)
	if err := k.send(on, m); err != nil {
		k.t.Fatal(err)
	}
	return m.head.ID
}

func (k *client) executeRequest(source string) string {
	return k.request(shell, "execute_request", object{"code": source, "silent": false, "store_history": true, "allow_stdin": true, "stop_on_error": true, "user_expressions": object{}})
}

// result is what a request led to.
type result struct {
	reply    object
	messages []message // on iopub
	stdout   string
	stderr   string
}

func (r result) status() string { s, _ := r.reply["status"].(string); return s }

// errors are the lines of the errors that were shown.
func (r result) errors() (list []string) {
	for _, m := range r.messages {
		if m.head.Type == "error" {
			trace, _ := m.fields()["traceback"].([]any)
			for _, t := range trace {
				list = append(list, t.(string))
			}
		}
	}
	return list
}

// next waits for a message.
func (k *client) next(timeout time.Duration) incoming {
	k.t.Helper()
	select {
	case m := <-k.in:
		return m
	case <-time.After(timeout):
		k.t.Fatalf("no message in %v", timeout)
	}
	panic("not reached")
}

// await collects what comes for requests until all have their reply and "idle".
func (k *client) await(timeout time.Duration, ids ...string) map[string]*result {
	k.t.Helper()
	results := map[string]*result{}
	idle := map[string]bool{}
	for _, id := range ids {
		results[id] = &result{}
	}
	deadline := time.Now().Add(timeout)
	for {
		done := true
		for id, r := range results {
			done = done && r.reply != nil && idle[id]
		}
		if done {
			return results
		}
		m := k.next(time.Until(deadline))
		r := results[m.parentID()]
		switch {
		case r == nil:
		case m.on == iopub:
			r.messages = append(r.messages, m.message)
			f := m.fields()
			switch {
			case m.head.Type == "stream" && f["name"] == "stdout":
				r.stdout += f["text"].(string)
			case m.head.Type == "stream":
				r.stderr += f["text"].(string)
			case f["execution_state"] == "idle":
				idle[m.parentID()] = true
			}
		default:
			r.reply = m.fields()
		}
	}
}

// run runs a cell.
func (k *client) run(source string) result {
	k.t.Helper()
	id := k.executeRequest(source)
	return *k.await(90*time.Second, id)[id]
}
