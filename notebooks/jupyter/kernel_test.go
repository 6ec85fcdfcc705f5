package jupyter

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnnbook/internal/lang"
)

// runCells executes a notebook made of code cells through the real kernel.
func runCells(t *testing.T, cells ...string) (Executed, error) {
	t.Helper()
	t.Setenv(lang.Env, lang.English.String()) // of the messages that the tests compare
	e, err := Setup(t.Context(), SetupOptions{Out: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	type cell struct {
		Type           string   `json:"cell_type"`
		ID             string   `json:"id"`
		Source         string   `json:"source"`
		Metadata       struct{} `json:"metadata"`
		Outputs        []string `json:"outputs"`
		ExecutionCount *int     `json:"execution_count"`
	}
	nb := map[string]any{"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{}}
	var list []cell
	for i, source := range cells {
		list = append(list, cell{Type: "code", ID: string(rune('a' + i)), Source: source, Outputs: []string{}})
	}
	nb["cells"] = list
	data, err := json.Marshal(nb)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "99_99_test.ipynb")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	results, err := e.execute(t.Context(), RunOptions{Dir: filepath.Join(dir, "out"), Out: new(strings.Builder)}, []string{path})
	if len(results) != 1 {
		t.Fatalf("%d results: %v", len(results), err)
	}
	return results[0], err
}

const hello = "import \"fmt\"\n%%\nfmt.Println(\"hello\")"

// TestACellThatDoesNotCompile: the first line the reader sees names the cell, the line
// and the name.
func TestACellThatDoesNotCompile(t *testing.T) {
	r, err := runCells(t, hello, "%%\nfmt.Println(notDeclared)")
	if r.OK || r.Failed != 2 || r.Error != "Cell [2], line 2: undefined: notDeclared" {
		t.Errorf("%+v", r)
	}
	if err == nil || !strings.Contains(err.Error(), "cell 2") || !strings.Contains(err.Error(), "undefined: notDeclared") {
		t.Errorf("the error does not name the cell: %v", err)
	}
}

// TestACellThatDoesNotParse: the same for an error of syntax.
func TestACellThatDoesNotParse(t *testing.T) {
	r, _ := runCells(t, "import \"fmt\"\n%%\nfmt.Println(\"a\"")
	if r.OK || r.Failed != 1 || r.Error != "Cell [1], line 3: this ( is never closed" {
		t.Errorf("%+v", r)
	}
}

// TestACellThatPanicsInGraphBuilding: the first line is the rule that was broken,
// with the reader's own layer, and not a stack of calls.
func TestACellThatPanicsInGraphBuilding(t *testing.T) {
	r, _ := runCells(t, `import (
	"cnnbook/cnnlib"
	"cnnbook/notebooks/cell"
	"cnnbook/xla"
	"context"
)
%%
x := cell.Must(cnnlib.FromMatrix([][]float64{{1, 2}, {3, 4}}))
cell.Must(cnnlib.Run(cell.Must(xla.Open(context.Background(), "go")).Backend, cnnlib.Conv2D{Channels: 1, Kernel: 3}, x))`)
	if r.OK || !strings.HasPrefix(r.Error, "cnnlib: ") || !strings.Contains(r.Error, "Conv2D{Channels: 1, Kernel: 3}") {
		t.Errorf("cnnlib's own check: %+v", r)
	}
	// The reader's own graph code, which no check of ours stands before.
	r, _ = runCells(t, `import (
	"cnnbook/notebooks/cell"
	"cnnbook/xla"
	"context"

	. "github.com/gomlx/gomlx/core/graph"
)
%%
engine := cell.Must(xla.Open(context.Background(), "go"))
add := MustNewExec(engine.Backend, func(a, b *Node) *Node { return Add(a, b) })
add.MustCall([]float32{1, 2}, []float32{1, 2, 3})`)
	if r.OK || !strings.HasPrefix(r.Error, "Cell [1], line 11: panic: ") || !strings.Contains(r.Error, "Add") {
		t.Errorf("a panic of the reader's own: %+v", r)
	}
}

// TestARunTimePanicNamesTheCell: the reader is told cell and line, and sees no stack of calls.
func TestARunTimePanicNamesTheCell(t *testing.T) {
	r, _ := runCells(t, hello, "%%\nvar list []int\nfmt.Println(list[len(list)])")
	if r.OK || !strings.HasPrefix(r.Error, "Cell [2], line 3: panic: index out of range [0] with length 0") {
		t.Errorf("%+v", r)
	}
	data, err := os.ReadFile(r.Copy)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "goroutine") {
		t.Error("the executed copy shows the stack of calls")
	}
}

// TestOneImportCellServesAll: what the lint asks of a notebook is what the kernel takes. A
// cell with nothing but imports runs, used or not, and later cells need none.
func TestOneImportCellServesAll(t *testing.T) {
	r, err := runCells(t, "import (\n\t\"fmt\"\n\t\"strings\"\n\n\t\"cnnbook/cnnlib/arith\"\n\t\"cnnbook/notebooks/engine\"\n)",
		"%%\nfmt.Println(arith.ConvSize(28, 3, 1, 0))", "%%\nfmt.Println(strings.ToUpper(\"done\"))\nengine.Describe()")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(r.Copy)
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{"26 <nil>", "DONE", "backend: "} {
		if !strings.Contains(string(data), printed) {
			t.Errorf("no cell printed %q", printed)
		}
	}
}

// TestValidate: nbformat finds what is missing or of the wrong kind, and where.
func TestValidate(t *testing.T) {
	e, err := Setup(t.Context(), SetupOptions{Out: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	withMetadata := strings.NewReplacer(`"execution_count": null}`, `"execution_count": null, "metadata": {}}`, `"a", "source"`, `"a", "metadata": {}, "source"`)
	good := withMetadata.Replace(head + lastly)
	paths := []string{
		writeNotebook(t, "good.ipynb", good, KernelName),
		writeNotebook(t, "source.ipynb", strings.Replace(good, `"source": "exercise`, `"sauce": "exercise`, 1), KernelName),
		writeNotebook(t, "id.ipynb", strings.Replace(good, `"id": "a", `, ``, 1), KernelName),
		writeNotebook(t, "outputs.ipynb", strings.Replace(good, `"outputs": []`, `"outputs": 3`, 1), KernelName),
	}
	wrong, err := e.Validate(t.Context(), paths)
	if err != nil {
		t.Fatal(err)
	}
	if len(wrong) != 3 || !strings.HasPrefix(wrong[0], "source.ipynb: ") || !strings.Contains(wrong[0], "sauce") ||
		!strings.HasPrefix(wrong[1], "id.ipynb: ") || !strings.Contains(wrong[1], "id") || !strings.HasPrefix(wrong[2], "outputs.ipynb: ") {
		t.Errorf("it says\n%s\nwant a line each for the three that are wrong", strings.Join(wrong, "\n"))
	}
	wrong, err = e.Validate(t.Context(), []string{filepath.Join(t.TempDir(), "missing.ipynb")})
	if err != nil || len(wrong) != 1 || !strings.HasPrefix(wrong[0], "missing.ipynb: FileNotFoundError") {
		t.Errorf("of a file that is missing it says %q, %v", wrong, err)
	}
}

func TestReadProgressRefusesNoise(t *testing.T) {
	if _, err := readProgress(strings.NewReader("Traceback\n"), RunOptions{Out: new(strings.Builder)}); err == nil || !strings.Contains(err.Error(), "Traceback") {
		t.Errorf("readProgress of noise: %v", err)
	}
}
