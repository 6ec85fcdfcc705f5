package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestContributingIsTrue: every file, folder, command and name of the code in
// CONTRIBUTING.md exists.
func TestContributingIsTrue(t *testing.T) {
	text := readFile(t, filepath.Join(env.Root, "CONTRIBUTING.md"))
	names := exportedNames(t)
	var seen struct{ paths, names, commands int }
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllSubmatch(text, -1) {
		word := string(m[1])
		if command, ok := strings.CutPrefix(word, "go run . "); ok {
			seen.commands++
			checkCommand(t, command)
			continue
		}
		if p, ok := pathOf(word); ok {
			seen.paths++
			if _, err := os.Stat(filepath.Join(env.Root, p)); err != nil {
				t.Errorf("CONTRIBUTING.md names %s, which is not there", p)
			}
			continue
		}
		for _, name := range regexp.MustCompile(`\b([a-z]+)\.([A-Z]\w*)`).FindAllStringSubmatch(word, -1) {
			if pkg, ours := names[name[1]]; ours {
				seen.names++
				if !pkg[name[2]] {
					t.Errorf("CONTRIBUTING.md names %s.%s, which is not there", name[1], name[2])
				}
			}
		}
	}
	if seen.paths < 20 || seen.names < 25 || seen.commands < 8 {
		t.Errorf("only %+v were looked at", seen)
	}
}

// topLevelFolder is the first part of a path in the text.
var topLevelFolder = regexp.MustCompile(`^(cnnlib|plots|xla|chapters|notebooks|tests|internal)(/[\w./-]+)?$|^main\.go$`)

// pathOf returns the path that a word of the text names. "measured/" and the fixed words of
// a topic's files stand for any topic's, and the notebook of the example is still to be
// written.
func pathOf(word string) (string, bool) {
	if strings.HasSuffix(word, ".ipynb") || !topLevelFolder.MatchString(word) {
		return "", false
	}
	return word, true
}

// checkCommand asks the command for its help.
func checkCommand(t *testing.T, line string) {
	t.Helper()
	args := strings.Fields(line)
	for i, a := range args {
		if strings.HasPrefix(a, "5.") || strings.HasPrefix(a, "-") || strings.Contains(a, "/") {
			args = args[:i]
			break
		}
	}
	if o := command(t, nil, append(args, "--help")...); o.status != 0 || !strings.Contains(o.stdout, "cnnbook "+strings.Join(args, " ")) {
		t.Errorf("CONTRIBUTING.md names `go run . %s`: status %d, %s", line, o.status, o.stderr)
	}
}

// exportedNames lists the exported names of our packages: functions, types, constants,
// variables, methods and fields.
func exportedNames(t *testing.T) map[string]map[string]bool {
	t.Helper()
	names := map[string]map[string]bool{}
	err := filepath.WalkDir(env.Root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		pkg := names[file.Name.Name]
		if pkg == nil {
			pkg = map[string]bool{}
			names[file.Name.Name] = pkg
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				pkg[n.Name.Name] = true
				return false
			case *ast.TypeSpec:
				pkg[n.Name.Name] = true
			case *ast.ValueSpec:
				for _, name := range n.Names {
					pkg[name.Name] = true
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
