package exercise

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/printer"
	"go/token"
	"path"
	"reflect"
	"runtime"
	"strconv"
	"strings"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05"
)

// Source is the Go source of an exercise's solution.
type Source struct {
	Name      string   // of the function: "outputSize"
	Signature string   // "func outputSize(i, k, s, p int) int"
	Imports   []string // the import paths that Signature needs, quoted
	Text      string   // the function, imports first
}

// SourceOf returns the source of the solution of an exercise: a function in the file
// solutions.go of its topic.
func SourceOf(ex chapters.Exercise) (Source, error) {
	solutions := ""
	for _, s := range ch05.Sections() {
		for _, e := range s.Exercises {
			if e.ID == ex.ID {
				solutions = s.Solutions
			}
		}
	}
	full := runtime.FuncForPC(reflect.ValueOf(ex.Solution).Pointer()).Name() // cnnbook/chapters/ch05/s02b-hyperparameters.outputSize
	return sourceIn(solutions, full[strings.LastIndexByte(full, '.')+1:], ex.ID)
}

// sourceIn cuts one function out of the text of a file.
func sourceIn(text, name, id string) (Source, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "solutions.go", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return Source{}, fmt.Errorf("exercise: the solutions of %s: %w", id, err)
	}
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name != name {
			continue
		}
		s := Source{Name: name, Imports: importsOf(file, fn.Type)}
		if s.Signature, err = sourceText(fset, &ast.FuncDecl{Name: fn.Name, Type: fn.Type}, nil); err != nil {
			return Source{}, err
		}
		body, err := sourceText(fset, fn, file.Comments)
		if err != nil {
			return Source{}, err
		}
		if imports := importsOf(file, fn); len(imports) > 0 {
			body = "import (\n\t" + strings.Join(imports, "\n\t") + "\n)\n\n" + body
		}
		formatted, err := format.Source([]byte(body + "\n"))
		if err != nil {
			return Source{}, fmt.Errorf("exercise: the solution of %s: %w", id, err)
		}
		s.Text = string(formatted)
		return s, nil
	}
	return Source{}, fmt.Errorf("exercise: the solution of %s is %q: make it a function of the topic's solutions.go with a name of its own", id, name)
}

// importsOf lists the quoted paths of the packages that a part of the file names, in
// the file's order.
func importsOf(file *ast.File, part ast.Node) []string {
	named := map[string]bool{}
	ast.Inspect(part, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				named[id.Name] = true
			}
		}
		return true
	})
	var paths []string
	for _, imp := range file.Imports {
		p, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			continue // the parser has seen it
		}
		name := path.Base(p)
		if name == "v2" { // math/rand/v2
			name = path.Base(path.Dir(p))
		}
		if named[name] {
			paths = append(paths, imp.Path.Value)
		}
	}
	return paths
}

// sourceText writes a declaration, with the file's comments in it if they are given.
func sourceText(fset *token.FileSet, d ast.Decl, comments []*ast.CommentGroup) (string, error) {
	var node any = d
	if comments != nil {
		node = &printer.CommentedNode{Node: d, Comments: comments}
	}
	var b bytes.Buffer
	err := (&printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 8}).Fprint(&b, fset, node)
	return b.String(), err
}
