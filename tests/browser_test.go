package tests

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// serveLab starts `cnnbook lab` as a reader does and returns the address it prints.
func serveLab(t *testing.T, args ...string) (address string) {
	t.Helper()
	c := exec.Command(cnnbook, append([]string{"lab", "--no-browser"}, args...)...)
	c.Dir = env.Root
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Signal(syscall.SIGINT) // Ctrl-C
		if err := c.Wait(); err != nil {
			t.Errorf("lab did not end well after Ctrl-C: %v", err)
		}
	})
	found := make(chan string, 1)
	go func() {
		defer close(found)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			if i := strings.Index(lines.Text(), "http://"); i >= 0 {
				found <- strings.TrimSpace(lines.Text()[i:])
			}
		}
		io.Copy(io.Discard, stderr)
	}()
	select {
	case address, ok := <-found:
		if !ok {
			t.Fatal("lab ended without printing its address")
		}
		return address
	case <-time.After(2 * time.Minute):
		t.Fatal("lab printed no address in two minutes")
	}
	panic("unreachable")
}

// browser starts a headless Chromium that makes no request of its own.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	mustHave(t, path != "", "Chromium", "sudo apt install chromium")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 1600),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true), chromedp.UserDataDir(t.TempDir()))
	alloc, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// notebookState reads from the page what a reader sees of the open notebook.
const notebookState = `(() => {
	const panel = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
	if (!panel) return {};
	const prompts = [...panel.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(e => e.textContent.trim());
	const images = [...panel.querySelectorAll('.jp-OutputArea img')];
	return {
		prompts: prompts,
		images: images.filter(i => i.complete && i.naturalWidth > 100).length,
		withoutAlt: images.filter(i => !i.alt.trim()).length,
		errors: [...panel.querySelectorAll('[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]')].map(e => e.textContent),
		text: [...panel.querySelectorAll('.jp-OutputArea')].map(e => e.innerText).join('\n'),
	};
})()`

type state struct {
	Prompts    []string `json:"prompts"`
	Images     int      `json:"images"`
	WithoutAlt int      `json:"withoutAlt"`
	Errors     []string `json:"errors"`
	Text       string   `json:"text"`
}

var executed = regexp.MustCompile(`^\[\d+\]:$`)

// done reports whether every code cell has an execution count.
func (s state) done() bool {
	for _, p := range s.Prompts {
		if !executed.MatchString(p) {
			return false
		}
	}
	return len(s.Prompts) > 0
}

// TestJupyterLabInABrowser does what a reader does in the first five minutes:
// start lab, open the page, choose Run › Run All Cells, and look.
func TestJupyterLabInABrowser(t *testing.T) {
	ctx := browser(t)
	address := serveLab(t)
	err := chromedp.Do(ctx,
		chromedp.Navigate(address),
		chromedp.WaitVisible(chromedp.CSS(`.jp-NotebookPanel .jp-CodeCell`)),
		// The notebook names its kernel: no dialog may ask.
		chromedp.WaitVisible(`//*[contains(@class,'jp-Toolbar')]//*[contains(text(),'Go (cnnbook)')]`),
		chromedp.Click(`//li[contains(@class,'lm-MenuBar-item')][.//div[text()='Run']]`),
		chromedp.WaitVisible(chromedp.CSS(`li[data-command="runmenu:run-all"]`)),
		chromedp.Click(chromedp.CSS(`li[data-command="runmenu:run-all"]`)),
	)
	if err != nil {
		shoot(t, ctx, "failed.png")
		t.Fatal(err)
	}
	var s state
	for !s.done() && len(s.Errors) == 0 {
		if s, err = chromedp.Run(ctx, chromedp.Evaluate[state](notebookState)); err == nil {
			err = chromedp.Do(ctx, chromedp.Sleep(200*time.Millisecond))
		}
		if err != nil {
			t.Fatalf("%v; the page showed %+v", err, s)
		}
	}
	shoot(t, ctx, "lab.png")
	if len(s.Errors) > 0 {
		t.Errorf("the page shows errors: %q", s.Errors)
	}
	if s.Images == 0 {
		t.Error("no figure appeared in the page")
	}
	if s.WithoutAlt > 0 {
		t.Errorf("%d images have no alternative text", s.WithoutAlt)
	}
	if !strings.Contains(s.Text, "xla:cpu") {
		t.Errorf("the notebook does not say that it ran on xla:cpu; it printed:\n%s", s.Text)
	}
}

// shoot saves what the browser shows, for looking at, where the environment
// variable CNNBOOK_SCREENSHOTS names a folder.
func shoot(t *testing.T, ctx context.Context, name string) {
	dir := os.Getenv("CNNBOOK_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), png, 0o644)
	}
	if err != nil {
		t.Log(err)
	}
}
