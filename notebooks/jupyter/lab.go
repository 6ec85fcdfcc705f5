package jupyter

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"syscall"
	"time"
)

// LabOptions say where JupyterLab listens. The zero value takes port 8888 or the
// next free one and opens the browser.
type LabOptions struct {
	Port      int    // 0: 8888 or the next free port
	NoBrowser bool   // print the address only
	Open      string // notebook to open, relative to the checkout
	Out       io.Writer
}

// firstPort is Jupyter's own default; portsTried is how many are tried after it.
const firstPort, portsTried = 8888, 20

// Lab sets the environment up where it is not, serves JupyterLab on this machine
// alone, and returns when ctx ends or the server does.
func Lab(ctx context.Context, o LabOptions) error {
	start := time.Now()
	port, err := choosePort(o.Port) // before a set-up that takes minutes
	if err != nil {
		return err
	}
	e, err := Setup(ctx, SetupOptions{Quick: true, Out: o.Out})
	if err != nil {
		return err
	}
	token := rand.Text()
	args := []string{"-m", "jupyterlab",
		"--ServerApp.ip=127.0.0.1", "--ServerApp.port=" + strconv.Itoa(port), "--ServerApp.port_retries=0",
		"--ServerApp.root_dir=" + e.Root, "--ServerApp.open_browser=" + pythonBool(!o.NoBrowser),
		"--LabApp.default_url=/lab/tree/" + o.Open, "--LabApp.extension_manager=readonly",
		"--KernelSpecManager.ensure_native_kernel=False", "--MultiKernelManager.default_kernel_name=" + KernelName, "--log-level=ERROR",
		// It looks for language servers with npm, which writes into the home directory; gopls speaks through the kernel.
		"--ServerApp.jpserver_extensions={'jupyter_lsp': False}",
	}
	if os.Geteuid() == 0 {
		args = append(args, "--allow-root") // containers
	}
	// The token travels in the environment: arguments can be read by every user.
	c := e.command(ctx, e.Root, []string{"JUPYTER_TOKEN=" + token}, e.Python(), args...)
	// Jupyter and the kernels talk a lot; what they say is kept, not shown.
	logPath := e.path("jupyter", "lab.log")
	log, err := os.Create(logPath)
	if err != nil {
		return e.describe(err)
	}
	defer log.Close()
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		return e.describe(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()

	base := fmt.Sprintf("http://127.0.0.1:%d", port)
	if err := waitReady(ctx, base, token, ended); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("lab: JupyterLab did not start: %w: run `go run . doctor`, or see %s", err, logPath)
	}
	fmt.Fprintf(o.Out, "JupyterLab is ready after %.1f s:\n\n    %s/lab/tree/%s?token=%s\n\nPress Ctrl-C to stop it.\n",
		time.Since(start).Seconds(), base, (&url.URL{Path: o.Open}).EscapedPath(), token)
	err = <-ended
	if ctx.Err() != nil {
		return nil // the reader stopped it
	}
	if err != nil {
		return fmt.Errorf("lab: JupyterLab ended: %w: run `go run . doctor`, or see %s", err, logPath)
	}
	return nil
}

func pythonBool(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// choosePort checks the wished port, or finds a free one.
func choosePort(wish int) (int, error) {
	if wish < 0 || wish > 65535 {
		return 0, fmt.Errorf("lab: --port %d: a port is a number from 1 to 65535", wish)
	}
	try := func(port int) error {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			l.Close()
		}
		return err
	}
	if wish != 0 {
		err := try(wish)
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			return 0, fmt.Errorf("lab: port %d is in use by another program: give another one with --port, or leave --port out and a free one is taken", wish)
		case errors.Is(err, os.ErrPermission):
			return 0, fmt.Errorf("lab: port %d needs administrator's rights: give one above 1023 with --port", wish)
		case err != nil:
			return 0, fmt.Errorf("lab: port %d cannot be used: %w", wish, err)
		}
		return wish, nil
	}
	for port := firstPort; port < firstPort+portsTried; port++ {
		if try(port) == nil {
			return port, nil
		}
	}
	return 0, fmt.Errorf("lab: ports %d to %d are all in use: give a free one with --port", firstPort, firstPort+portsTried-1)
}

// waitReady asks the server for its status until it answers.
func waitReady(ctx context.Context, base, token string, ended <-chan error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 60*time.Second, errors.New("no answer in 60 s"))
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/status", nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "token "+token)
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-ended:
			return fmt.Errorf("the server ended: %w", err)
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
