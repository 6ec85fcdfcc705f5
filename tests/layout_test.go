package tests

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// allowed lists what of ours each package may import (CONTRIBUTING.md, "The
// house"). A package that is not listed falls under its longest listed prefix.
var allowed = map[string][]string{
	"cnnbook":                    {"chapters", "cnnlib/bench", "cnnlib/data/download", "internal/cobracmd", "notebooks", "xla/cli"}, // main: a list of commands
	"cnnbook/internal":           {},
	"cnnbook/cnnlib/arith":       {},
	"cnnbook/cnnlib/ref":         {},
	"cnnbook/cnnlib/lower":       {"cnnlib/arith"},
	"cnnbook/cnnlib/random":      {},
	"cnnbook/cnnlib":             {"cnnlib", "internal"},
	"cnnbook/cnnlib/checkpoint":  {"internal"},
	"cnnbook/plots":              {"cnnlib/arith", "cnnlib/ref"},
	"cnnbook/xla":                {"internal"},
	"cnnbook/xla/cli":            {"cnnlib/bench", "internal/cobracmd", "xla"},
	"cnnbook/chapters":           {"chapters", "cnnlib", "plots", "internal"},
	"cnnbook/chapters/grid":      {},
	"cnnbook/chapters/mistakes":  {},
	"cnnbook/notebooks":          {"chapters", "cnnlib", "plots", "xla", "notebooks", "internal"},
	"cnnbook/tests":              {"chapters", "cnnlib", "plots", "xla", "notebooks", "internal"},
	"cnnbook/notebooks/jupyter":  {"cnnlib/data", "xla", "internal", "notebooks/jupyter"},
	"cnnbook/notebooks/cell":     {},
	"cnnbook/notebooks/engine":   {"cnnlib", "notebooks/cell", "xla"},
	"cnnbook/notebooks/ledger":   {"chapters", "notebooks/cell", "notebooks/engine"},
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

// topic is the folder of a topic with what stands in it.
var topic = regexp.MustCompile(`^chapters/ch\d\d/(s\d\d[a-z]?-[a-z0-9]+)(/|$)`)

// crosses reports whether a package of the chapter reaches into a topic that is not its
// own. Only the list of the topics may: what two of them need has a home of its own.
func crosses(pkg, inside string) bool {
	to := topic.FindStringSubmatch(inside)
	pkg = strings.TrimPrefix(pkg, "cnnbook/")
	if to == nil || !strings.HasPrefix(pkg+"/", "chapters/") || regexp.MustCompile(`^chapters/ch\d\d$`).MatchString(pkg) {
		return false
	}
	from := topic.FindStringSubmatch(pkg)
	return from == nil || from[1] != to[1]
}

func mayImport(pkg, inside string) bool {
	if crosses(pkg, inside) {
		return false
	}
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
		"cnnbook/cnnlib/ref":                        "cnnlib/arith",
		"cnnbook/cnnlib/lower":                      "cnnlib",
		"cnnbook/chapters/ch05":                     "xla",
		"cnnbook/chapters/grid":                     "chapters",
		"cnnbook/chapters/ch05/book":                "chapters/ch05/s05-pooling",
		"cnnbook/chapters/ch05/settings":            "chapters/ch05/s19-arithmetic",
		"cnnbook/chapters/ch05/s17-transposed":      "chapters/ch05/s02a-edges",
		"cnnbook/chapters/ch05/s17-transposed/more": "chapters/ch05/s02a-edges",
		"cnnbook/chapters":                          "chapters/ch05/s02a-edges",
		"cnnbook/plots":                             "cnnlib",
		"cnnbook/cnnlib/checkpoint":                 "cnnlib",
		"cnnbook/notebooks/cell":                    "cnnlib/arith",
		"cnnbook/notebooks/engine":                  "chapters",
		"cnnbook":                                   "cnnlib/arith",
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

// logic returns the statements of a Go file that decide or repeat, if by more than "if err
// != nil": a line each. A file without any only calls what other packages do.
func logic(t *testing.T, source string) (lines []string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "main.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		what := ""
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			what = "a loop"
		case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			what = "a switch"
		case *ast.IfStmt:
			if c, ok := n.Cond.(*ast.BinaryExpr); !ok || c.Op != token.NEQ || types.ExprString(c) != "err != nil" || n.Else != nil {
				what = "a decision"
			}
		}
		if what != "" {
			lines = append(lines, fmt.Sprintf("%v: %s", files.Position(n.Pos()), what))
		}
		return true
	})
	return lines
}

// mainColumns is how wide main.go may be: a list is read at a glance.
const mainColumns = 110

// TestMainHasNoLogic: what the program does belongs in a package.
func TestMainHasNoLogic(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(env.Root, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range logic(t, string(data)) {
		t.Errorf("%s: move it into the package whose command it is", line)
	}
	for i, line := range strings.Split(string(data), "\n") {
		if n := utf8.RuneCountInString(line); n > mainColumns {
			t.Errorf("main.go:%d has %d columns, at most %d", i+1, n, mainColumns)
		}
	}
}

// TestLogicIsFound shows that the rule for main.go refuses what it should.
func TestLogicIsFound(t *testing.T) {
	for body, want := range map[string]string{
		"if err := f(); err != nil { g() }":     "",
		"if n > 0 { g() }":                      "main.go:2:12: a decision",
		"if err != nil { g() } else { h() }":    "main.go:2:12: a decision",
		"for { g() }":                           "main.go:2:12: a loop",
		"for range 3 { g() }":                   "main.go:2:12: a loop",
		"a := func() { switch x { default: } }": "main.go:2:26: a switch",
	} {
		if got := strings.Join(logic(t, "package main\nfunc f() { "+body+" }"), "; "); got != want {
			t.Errorf("in %q it finds %q, want %q", body, got, want)
		}
	}
}

// TestPlainCellsStayLight: a cell that needs only sizes and plots must not
// compile GoMLX (0.2 s instead of 0.7 s).
func TestPlainCellsStayLight(t *testing.T) {
	for _, pkg := range []string{"cnnbook/plots", "cnnbook/cnnlib/arith", "cnnbook/cnnlib/ref", "cnnbook/notebooks/cell"} {
		out, err := exec.Command("go", "list", "-deps", pkg).Output()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(out), "gomlx") {
			t.Errorf("%s depends on GoMLX", pkg)
		}
	}
}
