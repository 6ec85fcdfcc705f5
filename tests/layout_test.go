package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// allowed lists what of ours each package may import (CONTRIBUTING.md, "The
// house"). A package that is not listed falls under its longest listed prefix.
var allowed = map[string][]string{
	"cnnbook":                    {"chapters", "cnnlib/bench", "cnnlib/data/download", "notebooks", "xla"}, // main: wiring
	"cnnbook/internal":           {},
	"cnnbook/cnnlib/arith":       {},
	"cnnbook/cnnlib/ref":         {},
	"cnnbook/cnnlib":             {"cnnlib", "internal"},
	"cnnbook/cnnlib/checkpoint":  {"internal"},
	"cnnbook/plots":              {"cnnlib/arith", "cnnlib/ref"},
	"cnnbook/xla":                {"internal"},
	"cnnbook/chapters":           {"chapters", "cnnlib", "plots", "internal"},
	"cnnbook/notebooks":          {"chapters", "cnnlib", "plots", "xla", "notebooks", "internal"},
	"cnnbook/tests":              {"chapters", "cnnlib", "plots", "xla", "notebooks", "internal"},
	"cnnbook/notebooks/jupyter":  {"cnnlib/data", "xla", "internal"},
	"cnnbook/notebooks/kernel":   {"notebooks/kernel", "internal/lang"},
	"cnnbook/notebooks/progress": {"cnnlib", "plots"},
	"cnnbook/notebooks/explore":  {"plots"},
	"cnnbook/notebooks/kept":     {"cnnlib", "notebooks/progress", "internal"},
}

func TestImportRule(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "cnnbook/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		seen++
		for _, imported := range fields[1:] {
			inside, ours := strings.CutPrefix(imported, "cnnbook/")
			if ours && !mayImport(fields[0], inside) {
				t.Errorf("%s imports %s, which the import rule does not allow", fields[0], imported)
			}
		}
	}
	if seen < len(allowed)-2 { // main and tests-only packages aside, every listed one exists
		t.Errorf("only %d packages were examined", seen)
	}
}

func mayImport(pkg, inside string) bool {
	rule := pkg
	for allowed[rule] == nil {
		rule = rule[:strings.LastIndex(rule, "/")]
	}
	return slices.ContainsFunc(allowed[rule], func(a string) bool {
		return inside == a || strings.HasPrefix(inside, a+"/")
	})
}

// TestImportRuleCanFail shows that the rule refuses what it should.
func TestImportRuleCanFail(t *testing.T) {
	for pkg, inside := range map[string]string{
		"cnnbook/cnnlib/ref":        "cnnlib/arith",
		"cnnbook/chapters/ch05":     "xla",
		"cnnbook/plots":             "cnnlib",
		"cnnbook/cnnlib/checkpoint": "cnnlib",
	} {
		if mayImport(pkg, inside) {
			t.Errorf("the rule lets %s import %s", pkg, inside)
		}
	}
}

// topLevel is the house as a newcomer sees it with ls.
var topLevel = []string{
	".ci", ".cnnbook", ".git", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "chapters", "cnnlib",
	"go.mod", "go.sum", "internal", "main.go", "notebooks", "plots", "tests", "xla",
}

func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir(env.Root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(topLevel, e.Name()) {
			t.Errorf("%s at the top level has no reason in CONTRIBUTING.md", e.Name())
		}
	}
}

// TestMainIsWiring keeps main.go short: what it does belongs in a package.
func TestMainIsWiring(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(env.Root, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), "\n"); n > 120 {
		t.Errorf("main.go has %d lines, at most 120", n)
	}
}

// TestPlainCellsStayLight: a cell that needs only sizes and plots must not
// compile GoMLX (0.2 s instead of 0.7 s).
func TestPlainCellsStayLight(t *testing.T) {
	for _, pkg := range []string{"cnnbook/plots", "cnnbook/cnnlib/arith", "cnnbook/cnnlib/ref"} {
		out, err := exec.Command("go", "list", "-deps", pkg).Output()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(out), "gomlx") {
			t.Errorf("%s depends on GoMLX", pkg)
		}
	}
}
