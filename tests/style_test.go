package tests

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// goTool runs a tool of go.mod in the checkout and returns the lines that it prints on
// standard output; whatever it prints on standard error fails the test.
func goTool(t *testing.T, args ...string) (lines []string) {
	t.Helper()
	var out, trouble strings.Builder
	cmd := exec.Command("go", append([]string{"tool"}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = env.Root, &out, &trouble
	err := cmd.Run()
	for line := range strings.Lines(trouble.String()) {
		if !strings.HasPrefix(line, "go: downloading ") {
			t.Errorf("go tool %s: %s", args[0], line)
		}
	}
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	if err != nil && len(lines) == 0 { // staticcheck's findings are an error too
		t.Fatalf("go tool %s: %v", args[0], err)
	}
	return lines
}

// goFiles lists the Go files of the checkout, but not the reader's answers, nor what the
// environment keeps in folders that begin with a dot.
func goFiles(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir(env.Root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(env.Root, path)
		if err != nil {
			return err
		}
		if d.IsDir() && rel != "." && (strings.HasPrefix(d.Name(), ".") || rel == filepath.Join("notebooks", "exercises")) {
			return fs.SkipDir
		}
		if !d.IsDir() && filepath.Ext(path) == ".go" {
			files = append(files, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 400 {
		t.Errorf("only %d files are looked at", len(files))
	}
	return files
}

// TestFilesAreFormatted: gofmt's form, and imports in three groups: the standard library,
// others, ours.
func TestFilesAreFormatted(t *testing.T) {
	files := goFiles(t)
	listed := goTool(t, append([]string{"goimports", "-local", "cnnbook", "-l"}, files...)...)
	for _, path := range listed {
		t.Errorf("%s: run go tool goimports -local cnnbook -w %s", path, path)
	}
	for _, path := range files {
		if late := misplacedImport(t, filepath.Join(env.Root, path), nil); late != "" && !slices.Contains(listed, path) {
			t.Errorf("%s: %s stands below imports of a later group: the standard library, others, ours", path, late)
		}
	}
}

// misplacedImport returns the first import of a file that stands below one of a later
// group, which goimports leaves as it is if blank lines are between them. source is what
// parser.ParseFile takes.
func misplacedImport(t *testing.T, path string, source any) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for _, i := range file.Imports {
		imported, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(imported, "/")
		group := 0
		switch {
		case first == "cnnbook":
			group = 2
		case strings.Contains(first, "."): // a host
			group = 1
		}
		if group < last {
			return imported
		}
		last = group
	}
	return ""
}

// TestStaticcheck finds what go vet does not: code that nothing uses, deprecated functions,
// values that are never read.
func TestStaticcheck(t *testing.T) {
	for _, finding := range goTool(t, "staticcheck", "./...") {
		t.Error(finding)
	}
}

// TestFaultsOfStyleAreFound shows that the tools, as the tests above run them, refuse what they
// should.
func TestFaultsOfStyleAreFound(t *testing.T) {
	const faulty = `package faulty

import (
	"cnnbook/plots"
	"fmt"
)

var _ plots.Picture

func unused() { fmt.Println() }
`
	path := filepath.Join(t.TempDir(), "faulty.go")
	if err := os.WriteFile(path, []byte(faulty), 0o644); err != nil {
		t.Fatal(err)
	}
	if found := goTool(t, "goimports", "-local", "cnnbook", "-l", path); len(found) != 1 || found[0] != path {
		t.Errorf("goimports finds %q, want %s", found, path)
	}
	if found := goTool(t, "staticcheck", path); len(found) != 1 || !strings.Contains(found[0], "func unused is unused") {
		t.Errorf("staticcheck finds %q, want the unused function", found)
	}
	for source, want := range map[string]string{
		"import (\n\"fmt\"\n\n\"golang.org/x/term\"\n\n\"cnnbook/plots\"\n)": "",
		"import (\n\"fmt\"\n\n\"cnnbook/plots\"\n\n\"golang.org/x/term\"\n)": "golang.org/x/term",
		"import \"cnnbook/plots\"\nimport \"fmt\"":                           "fmt",
	} {
		if got := misplacedImport(t, "faulty.go", "package faulty\n"+source); got != want {
			t.Errorf("in %q the import %q is misplaced, want %q", source, got, want)
		}
	}
}
