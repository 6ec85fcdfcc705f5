package notebooks

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cnnbook/notebooks/jupyter"
	"cnnbook/tests/checkout"
)

// serveLab starts `cnnbook lab` as a reader does and returns the address it prints.
func serveLab(t *testing.T, args ...string) (address string) {
	t.Helper()
	c := exec.Command(cnnbook, append([]string{"lab", "--no-browser"}, args...)...)
	c.Dir = env.Root
	userHome := t.TempDir()
	c.Env = append(append(os.Environ(), checkout.GoFolders(t)...), "HOME="+userHome)
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
		checkout.IsEmptyBut(t, userHome, ".config") // the go command's counters
	})
	found := make(chan string, 1)
	go func() {
		defer close(found)
		told := false
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			if i := strings.Index(lines.Text(), "http://127.0.0.1:"); i >= 0 && strings.Contains(lines.Text(), "/lab/tree/") && !told {
				told = true
				found <- strings.TrimSpace(lines.Text()[i:])
			}
		}
		io.Copy(io.Discard, stderr) // a server whose output nobody reads would stop
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
	checkout.MustHave(t, path != "", "Chromium", "sudo apt install chromium")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 1600),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true), chromedp.UserDataDir(t.TempDir()))
	alloc, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	// The first action starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx, chromedp.Navigate("data:text/html,<title>ready</title>")); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// notebookState reads from the page what a reader sees of the open notebook.
const notebookState = `(() => {
	const panel = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
	if (!panel) return {};
	const prompts = [...panel.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(e => e.textContent.trim()).filter(text => text);
	const images = [...panel.querySelectorAll('.jp-OutputArea img')];
	return {
		prompts: prompts,
		images: images.filter(i => i.complete && i.naturalWidth > 100).length,
		withoutAlt: images.filter(i => !i.alt.trim()).length,
		errors: [...panel.querySelectorAll('[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]')].map(e => e.textContent),
		text: [...panel.querySelectorAll('.jp-OutputArea')].map(e => e.textContent).join('\n'),
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

// done reports whether all code cells, n of them, have an execution count.
func (s state) done(n int) bool {
	for _, p := range s.Prompts {
		if !executed.MatchString(p) {
			return false
		}
	}
	return len(s.Prompts) == n
}

// codeCells counts the code cells of a committed notebook that the page shows with a
// prompt: the collapsed import cell has none.
func codeCells(t *testing.T, path string) (n int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var nb struct {
		Cells []struct {
			Type     string `json:"cell_type"`
			Metadata struct {
				Jupyter struct {
					Hidden bool `json:"source_hidden"`
				} `json:"jupyter"`
			} `json:"metadata"`
		} `json:"cells"`
	}
	if err := json.Unmarshal(data, &nb); err != nil {
		t.Fatal(err)
	}
	for _, c := range nb.Cells {
		if c.Type == "code" && !c.Metadata.Jupyter.Hidden {
			n++
		}
	}
	return n
}

// inLab names the notebooks that TestJupyterLabInABrowser opens. One shows that the
// page works, and all are executed without it (TestNotebooksRun); before a release
// run `go test -run TestJupyterLabInABrowser ./tests/notebooks -timeout 30m -lab all`.
var inLab = flag.String("lab", "05_02a_edges", "notebooks to open in JupyterLab, by name with commas between, or all")

// TestJupyterLabInABrowser does what a reader does in the first five minutes:
// start lab, open the page, choose Run › Run All Cells, look, and move the sliders.
func TestJupyterLabInABrowser(t *testing.T) {
	address := serveLab(t)
	names := strings.Split(*inLab, ",")
	if *inLab == "all" {
		names = nil
		for _, s := range written() {
			names = append(names, s.Slug)
		}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) { tryInLab(t, strings.Replace(address, "05_02a_edges", name, 1), name) })
	}
}

func tryInLab(t *testing.T, address, name string) {
	ctx := browser(t)
	opened := filepath.Join(env.Notebooks(), "ch05", name+".ipynb")
	before, err := os.ReadFile(opened)
	if err != nil {
		t.Fatal(err)
	}
	// JupyterLab saves by itself every two minutes; the committed notebook stays as it was.
	t.Cleanup(func() { os.WriteFile(opened, before, 0o644) })
	address = ownWorkspace(t, address)
	for _, step := range []struct {
		says string
		do   chromedp.Action[chromedp.Void]
	}{
		{"open the page", chromedp.Navigate(address)},
		{"see the notebook", chromedp.WaitVisible(chromedp.CSS(`.jp-NotebookPanel .jp-CodeCell`))},
		// The notebook names its kernel: no dialog may ask.
		{"see its kernel", chromedp.WaitVisible(`//*[contains(@class,'jp-NotebookPanel')]//*[contains(text(),'Go (cnnbook)')]`)},
	} {
		if err := within(ctx, time.Minute, step.do); err != nil {
			shoot(t, ctx, "failed.png")
			t.Fatalf("%s: %v", step.says, err)
		}
	}
	runAllCells(t, ctx)
	n := codeCells(t, opened)
	var s state
	for deadline := time.Now().Add(2 * time.Minute); !s.done(n) && len(s.Errors) == 0; {
		var err error
		if s, err = chromedp.Run(ctx, chromedp.Evaluate[state](notebookState)); err == nil {
			err = chromedp.Do(ctx, chromedp.Sleep(200*time.Millisecond))
		}
		if err != nil || time.Now().After(deadline) {
			shoot(t, ctx, "failed.png")
			t.Fatalf("the notebook did not run to its end (%v): %d prompts of %d cells; the page showed %+v", err, len(s.Prompts), n, s)
		}
	}
	shoot(t, ctx, name+".png")
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
	if moveSliders(t, ctx) == 0 {
		t.Error("no slider appeared")
	}
	shoot(t, ctx, name+"-sliders.png")
}

// runAllCells chooses Run › Run All Cells. JupyterLab forgets what is run before the
// kernel has answered, which on a busy machine takes longer than a hand: its cells wait,
// "[*]:", and then are as they were, "[ ]:". So a hand that sees no cell wait or end
// chooses again.
func runAllCells(t *testing.T, ctx context.Context) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for range 10 {
		for _, step := range []chromedp.Action[chromedp.Void]{
			chromedp.Click(`//li[contains(@class,'lm-MenuBar-item')][.//div[text()='Run']]`),
			pointAndClick(`li[data-command="runmenu:run-all"]`),
		} {
			if err := within(ctx, time.Minute, step); err != nil {
				shoot(t, ctx, "failed.png")
				t.Fatalf("Run All Cells: %v", err)
			}
		}
		for idle := 0; idle < 25; idle++ {
			s, err := chromedp.Run(ctx, chromedp.Evaluate[state](notebookState))
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range s.Prompts {
				if executed.MatchString(p) {
					return
				}
				if p != "[ ]:" && time.Now().Before(deadline) {
					idle = 0
				}
			}
			time.Sleep(200 * time.Millisecond)
		}
	}
	shoot(t, ctx, "failed.png")
	t.Fatal("Run All Cells begins nothing")
}

// slidersState lists for each output with sliders what a reader sees of it.
const slidersState = `[...document.querySelectorAll('.cnnbook-explore')].map(root => ({
	sliders: [...root.querySelectorAll('input[type=range]')].map(i => ({
		label: i.getAttribute('aria-label') ?? '', says: i.getAttribute('aria-valuetext') ?? '', shows: i.parentElement.textContent,
		value: Number(i.value), max: Number(i.max), focused: i === document.activeElement,
	})),
	figure: (root.querySelector('.cnnbook-explore-figure')?.innerHTML ?? ''),
	drawn: [...root.querySelectorAll('.cnnbook-explore-figure img')].filter(i => i.complete && i.naturalWidth > 100 && i.alt).length,
	static: root.querySelectorAll('.cnnbook-explore-static').length,
}))`

type sliders struct {
	Sliders []struct {
		Label   string  `json:"label"`
		Says    string  `json:"says"`  // to a screen reader
		Shows   string  `json:"shows"` // label and value
		Value   float64 `json:"value"`
		Max     float64 `json:"max"`
		Focused bool    `json:"focused"`
	} `json:"sliders"`
	Figure string `json:"figure"`
	Drawn  int    `json:"drawn"`
	Static int    `json:"static"`
}

// moveSliders moves each slider in the page of the browser by the keyboard, to its
// end and back to its start, and holds that the figure changes with it and is one
// that can be seen or the line of an error. It returns the number of sliders.
func moveSliders(t *testing.T, ctx context.Context) (moved int) {
	t.Helper()
	look := func(seen func([]sliders) bool) (page []sliders) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			page, err := chromedp.Run(ctx, chromedp.Evaluate[[]sliders](slidersState))
			if err != nil {
				t.Fatal(err)
			}
			if seen(page) {
				return page
			}
			if time.Now().After(deadline) {
				shoot(t, ctx, "failed.png")
				t.Fatalf("the page does not show what it should; it shows %+v", page)
			}
		}
	}
	page := look(func(page []sliders) bool {
		for _, o := range page {
			if len(o.Sliders) == 0 || o.Drawn == 0 || o.Static > 0 {
				return false
			}
		}
		return true
	})
	for i, o := range page {
		for j, s := range o.Sliders {
			if s.Label == "" || s.Says == "" || !strings.Contains(s.Shows, s.Label) || !strings.HasSuffix(s.Shows, s.Says) {
				t.Errorf("slider %d of output %d has no label or does not show its value: %+v", j+1, i+1, s)
			}
			focus := fmt.Sprintf(`document.querySelectorAll('.cnnbook-explore')[%d].querySelectorAll('input')[%d].focus()`, i, j)
			if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](focus+"; true")); err != nil {
				t.Fatal(err)
			}
			figures := map[string]bool{o.Figure: true}
			for _, key := range []struct {
				press string
				to    float64
			}{{kb.End, s.Max}, {kb.Home, 0}} {
				if err := chromedp.Do(ctx, chromedp.KeyEvent(key.press)); err != nil {
					t.Fatal(err)
				}
				now := look(func(page []sliders) bool {
					o := page[i]
					return o.Sliders[j].Focused && o.Sliders[j].Value == key.to && (o.Drawn > 0 || strings.HasPrefix(o.Figure, "<figure") && strings.Contains(o.Figure, "<p "))
				})
				figures[now[i].Figure] = true
			}
			if len(figures) < 2 {
				t.Errorf("the slider %q of output %d changes nothing", s.Label, i+1)
			}
			moved++
		}
	}
	return moved
}

// moveSlidersInPages opens the HTML pages of executed notebooks that have sliders,
// without a kernel or a server, and moves them.
func moveSlidersInPages(t *testing.T, results []jupyter.Executed) {
	ctx := browser(t)
	pages := 0
	for _, r := range results {
		page := strings.TrimSuffix(r.Copy, ".ipynb") + ".html"
		html, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(html), `class="cnnbook-explore"`) {
			continue
		}
		t.Run(r.Notebook, func(t *testing.T) {
			pages++
			if err := within(ctx, time.Minute, chromedp.Navigate("file://"+page)); err != nil {
				t.Fatal(err)
			}
			if moveSliders(t, ctx) == 0 {
				t.Error("no slider appeared")
			}
		})
	}
	if pages == 0 {
		t.Error("no notebook has sliders")
	}
}

// ownWorkspace is the address with an empty workspace, so that tabs that the reader has
// left open are neither in the way nor lost.
func ownWorkspace(t *testing.T, address string) string {
	t.Cleanup(func() {
		left, _ := filepath.Glob(filepath.Join(env.Folder, "jupyter", "workspaces", "browser-test-*"))
		for _, file := range left {
			os.Remove(file)
		}
	})
	join := "?"
	if strings.Contains(address, "?") {
		join = "&"
	}
	return strings.Replace(address, "/lab/tree/", "/lab/workspaces/browser-test/tree/", 1) + join + "reset"
}

func within(ctx context.Context, d time.Duration, do chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return chromedp.Do(ctx, do)
}

// pointAndClick moves the pointer onto the element before it clicks, as a hand
// does: JupyterLab's menus take the entry that the pointer moved to.
func pointAndClick(css string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		box, err := chromedp.Run(ctx, chromedp.Dimensions(chromedp.CSS(css)))
		if err != nil {
			return err
		}
		x, y := (box.Content[0]+box.Content[4])/2, (box.Content[1]+box.Content[5])/2 // opposite corners
		return chromedp.Do(ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y), chromedp.MouseClickXY(x, y))
	})
}

// shoot saves what the browser shows, for looking at, if the environment
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
