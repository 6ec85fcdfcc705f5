package notebooks

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
	"cnnbook/notebooks/jupyter"
)

// cellsText returns what the code cells of an executed notebook printed, and the
// number of pictures they showed.
func cellsText(t *testing.T, path string) (printed string, pictures int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var nb struct {
		Cells []struct {
			Outputs []struct {
				Type string         `json:"output_type"`
				Name string         `json:"name"`
				Text any            `json:"text"`
				Data map[string]any `json:"data"`
			} `json:"outputs"`
		} `json:"cells"`
	}
	if err := json.Unmarshal(data, &nb); err != nil {
		t.Fatal(err)
	}
	for _, c := range nb.Cells {
		for _, o := range c.Outputs {
			if o.Type == "error" || o.Name == "stderr" {
				t.Errorf("%s: a cell printed an error: %v", filepath.Base(path), o.Text)
			}
			printed += joined(o.Text)
			pictures += strings.Count(joined(o.Data["text/html"]), "<img ")
		}
	}
	return printed, pictures
}

// joined reads nbformat's "string or list of lines".
func joined(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var b strings.Builder
		for _, line := range v {
			b.WriteString(line.(string))
		}
		return b.String()
	}
	return ""
}

// TestNotebooksRun executes every committed notebook through the real kernel,
// once on XLA and once without a plugin and without a network. They assert their
// own numbers; what they print must be the same on both backends.
func TestNotebooksRun(t *testing.T) {
	printed := map[string]string{}
	t.Run("xla", func(t *testing.T) {
		t.Setenv("GOMLX_BACKEND", "xla:cpu")
		results := runAll(t)
		for _, r := range results {
			text, pictures := cellsText(t, r.Copy)
			if pictures == 0 {
				t.Errorf("%s shows no picture", r.Notebook)
			}
			if !strings.Contains(text, "xla:cpu") {
				t.Errorf("%s does not say that it ran on xla:cpu", r.Notebook)
			}
			printed[r.Notebook] = text
			wrong, err := jupyter.LintExecuted(r.Copy)
			if err != nil {
				t.Error(err)
			}
			for _, w := range wrong {
				t.Error(w)
			}
			if html, err := os.ReadFile(strings.TrimSuffix(r.Copy, ".ipynb") + ".html"); err != nil || !strings.Contains(string(html), "<img ") {
				t.Errorf("%s has no page with its pictures (%v)", r.Notebook, err)
			}
		}
		t.Run("sliders", func(t *testing.T) { moveSlidersInPages(t, results) })
	})
	t.Run("pure Go, no plugin, no network", func(t *testing.T) {
		t.Setenv("CNNBOOK_HOME", bareHome(t))
		t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", t.TempDir())
		for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
			t.Setenv(name, "http://127.0.0.1:9") // nothing listens on the discard port
		}
		for _, r := range runAll(t) {
			text, _ := cellsText(t, r.Copy)
			got, want := withoutBackend(text), withoutBackend(printed[r.Notebook])
			if got != want {
				t.Errorf("%s prints other numbers without XLA:\n%s\nwith XLA:\n%s", r.Notebook, got, want)
			}
		}
	})
}

// bareHome is an environment like ours but without a plugin: links to the parts
// that are the same.
func bareHome(t *testing.T) string {
	dir := t.TempDir()
	for _, part := range []string{"venv", "bin", "stamps"} {
		if err := os.Symlink(filepath.Join(env.Folder, part), filepath.Join(dir, part)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(dir, "jupyter", "data", "kernels"), os.DirFS(filepath.Join(env.Folder, "jupyter", "data", "kernels"))); err != nil {
		t.Fatal(err)
	}
	spec := filepath.Join(dir, "jupyter", "data", "kernels", jupyter.KernelName, "kernel.json")
	data, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(spec, []byte(strings.ReplaceAll(string(data), `"CNNBOOK_HOME": "`+env.Folder+`"`, `"CNNBOOK_HOME": "`+dir+`"`)), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// withoutBackend leaves out the lines that name the backend.
func withoutBackend(text string) string {
	var keep []string
	for _, line := range strings.Split(text, "\n") {
		if !strings.Contains(line, "backend") {
			keep = append(keep, line)
		}
	}
	return strings.Join(keep, "\n")
}

func runAll(t *testing.T) []jupyter.Executed {
	t.Helper()
	results, err := jupyter.Execute(t.Context(), jupyter.RunOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if want := len(written()); len(results) < want || want < 9 {
		t.Fatalf("%d notebooks were executed, %d sections are written", len(results), want)
	}
	return results
}

// written are the sections that a reader can work through: those with exercises.
func written() []chapters.Section {
	return slices.DeleteFunc(ch05.Sections(), func(s chapters.Section) bool { return len(s.Exercises) == 0 })
}

// TestOneSlug: a section's id, notebook and figures carry the same slug.
func TestOneSlug(t *testing.T) {
	for _, s := range written() {
		if _, err := os.Stat(filepath.Join(env.Notebooks(), "ch05", s.Slug+".ipynb")); err != nil {
			t.Errorf("section %s has no notebook: %v", s.ID, err)
		}
		if !jupyter.Names(s.ID, s.Slug+".ipynb") {
			t.Errorf("the slug %s does not say %s", s.Slug, s.ID)
		}
		prefix := strings.Join(strings.SplitN(s.Slug, "_", 3)[:2], "_") + "_"
		for _, f := range s.Figures {
			if !strings.HasPrefix(f.ID, prefix) {
				t.Errorf("figure %s of section %s does not begin with %s", f.ID, s.ID, prefix)
			}
		}
		for _, c := range s.Claims {
			if !strings.HasPrefix(c.ID, s.ID+"/") {
				t.Errorf("claim %s is in section %s", c.ID, s.ID)
			}
		}
	}
}

func TestNotebooksLint(t *testing.T) {
	notebooks, err := env.Find(nil)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := env.Validate(t.Context(), notebooks)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wrong {
		t.Error(w)
	}
	for _, path := range notebooks {
		wrong, err := jupyter.Lint(path)
		if err != nil {
			t.Error(err)
		}
		for _, w := range wrong {
			t.Error(w)
		}
	}
}

// TestEveryExerciseHasItsCell: a reader meets each exercise in the section's notebook.
func TestEveryExerciseHasItsCell(t *testing.T) {
	for _, s := range written() {
		data, err := os.ReadFile(filepath.Join(env.Notebooks(), "ch05", s.Slug+".ipynb"))
		if err != nil {
			continue // TestOneSlug says so
		}
		for _, ex := range s.Exercises {
			if !strings.Contains(string(data), `exercise.Check(\"`+ex.ID+`\"`) {
				t.Errorf("the notebook of section %s has no cell for exercise %s", s.ID, ex.ID)
			}
		}
	}
}

// TestKernelUnderJupytersTests runs Jupyter's own kernel tests.
func TestKernelUnderJupytersTests(t *testing.T) {
	c := exec.Command(env.Python(), "-m", "unittest", "-v", "test_cnnbook_kernel")
	c.Dir = "kernel"
	c.Env = env.Environ()
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// Those that apply, besides our own; a sample that is lost would skip one silently.
	for _, name := range []string{"test_kernel_info", "test_execute_stdout", "test_execute_stderr", "test_completion", "test_inspect", "test_display_data",
		"test_is_complete", "test_history", "test_error", "test_compile_error", "test_language", "test_abort", "test_no_network_in_a_cell"} {
		if !strings.Contains(string(out), name) || strings.Contains(string(out), name+" (skipped)") {
			t.Errorf("%s did not run:\n%s", name, out)
		}
	}
}
