package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestStudentsList keeps `go doc ./cnnlib`, the list of names that a student reads, short
// enough to read. What only the machinery needs belongs in a package below it.
func TestStudentsList(t *testing.T) {
	const most = 60
	cmd := exec.Command("go", "doc", "./cnnlib")
	cmd.Dir = env.Root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)^(    )?(func|type|const|var) .*$`).FindAllString(string(out), -1)
	if len(names) < 30 || !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, "type Conv2D ") }) {
		t.Fatalf("%d names, Conv2D among them or not: the output of go doc has another form\n%s", len(names), out)
	}
	if len(names) > most {
		t.Errorf("go doc ./cnnlib lists %d names, at most %d:\n%s", len(names), most, strings.Join(names, "\n"))
	}
}

// describes lists who may ask a backend for its description, and why.
var describes = map[string]string{
	"cnnlib/lower/backend.go": "reads the traits in it",
	"cnnlib/train/tune.go":    "prints it, as the key of what was measured",
}

// TestBackendsAreReadInOnePlace: what a backend can do is read from its name and
// description in cnnlib/lower/backend.go alone, so that one test can pin these texts.
func TestBackendsAreReadInOnePlace(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(env.Root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(env.Root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		for _, at := range backendTexts(file) {
			seen[name] = true
			if describes[name] == "" {
				t.Errorf("%s decides by the name or the description of a backend: use lower.TraitsOf", fset.Position(at))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range describes {
		if !seen[name] {
			t.Errorf("%s reads no description: take it off the list", name)
		}
	}
}

// backendTexts returns the places that ask for a description, or that compare a name with
// one of a backend's.
func backendTexts(file *ast.File) (places []token.Pos) {
	called := func(e ast.Expr, method string) bool {
		call, ok := e.(*ast.CallExpr)
		if !ok || len(call.Args) > 0 {
			return false
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		return ok && selector.Sel.Name == method
	}
	backend := func(e ast.Expr) bool {
		literal, ok := e.(*ast.BasicLit)
		return ok && (literal.Value == `"xla"` || literal.Value == `"Go Backend"`)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if called(n, "Description") {
				places = append(places, n.Pos())
			}
		case *ast.BinaryExpr:
			if called(n.X, "Name") && backend(n.Y) || called(n.Y, "Name") && backend(n.X) {
				places = append(places, n.Pos())
			}
		case *ast.SwitchStmt:
			if n.Tag != nil && called(n.Tag, "Name") && slices.ContainsFunc(n.Body.List, func(s ast.Stmt) bool {
				return slices.ContainsFunc(s.(*ast.CaseClause).List, backend)
			}) {
				places = append(places, n.Pos())
			}
		}
		return true
	})
	return places
}

// TestBackendTextsCanFail shows that the search finds what it should.
func TestBackendTextsCanFail(t *testing.T) {
	for body, want := range map[string]int{
		`_ = strings.Contains(b.Description(), "cpu")`:              1,
		`text := strings.ToLower(b.Description()); _ = text`:        1,
		`if m.backend.Name() != "xla" { return }`:                   1,
		`if "Go Backend" == b.Name() { return }`:                    1,
		`switch b.Name() { case "go", "xla": return }`:              1,
		`if v.Name() == "weights" && o.Description("x") { return }`: 0,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {"+body+"}", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(backendTexts(file)); got != want {
			t.Errorf("%s: %d places, want %d", body, got, want)
		}
	}
}
