package exercise

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"path"
	"reflect"
	"runtime"
	"slices"
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
	Text      string   // the function with what it uses of its package, imports first
}

// SourceOf returns the source of the solution of an exercise. The solution must be a
// function with a name, of package ch05.
func SourceOf(ex chapters.Exercise) (Source, error) {
	full := runtime.FuncForPC(reflect.ValueOf(ex.Solution).Pointer()).Name() // cnnbook/chapters/ch05.outputSize
	pkg, err := parseSections()
	if err != nil {
		return Source{}, err
	}
	name := path.Ext(path.Base(full))
	name = strings.TrimPrefix(name, ".")
	d, ok := pkg.decls[name]
	if !ok || d.fn == nil {
		return Source{}, fmt.Errorf("exercise: the solution of %s is %s: make it a function of package ch05 with a name of its own", ex.ID, full)
	}
	s := Source{Name: name}
	imports := map[string]bool{}
	s.Signature, err = pkg.print(&ast.FuncDecl{Name: d.fn.Name, Type: d.fn.Type}, nil)
	if err != nil {
		return Source{}, err
	}
	d.imports(d.fn.Type, imports)
	s.Imports = sorted(imports)

	var b strings.Builder
	for _, part := range pkg.needs(name) {
		text, err := pkg.print(part.node, part.file.Comments)
		if err != nil {
			return Source{}, err
		}
		fmt.Fprintf(&b, "%s\n\n", text)
		part.imports(part.node, imports)
	}
	s.Text = strings.TrimRight(b.String(), "\n") + "\n"
	if len(imports) > 0 {
		s.Text = "import (\n\t" + strings.Join(sorted(imports), "\n\t") + "\n)\n\n" + s.Text
	}
	formatted, err := format.Source([]byte(s.Text))
	if err != nil {
		return Source{}, fmt.Errorf("exercise: the solution of %s: %w", ex.ID, err)
	}
	s.Text = string(formatted)
	return s, nil
}

// sections is the parsed source of package ch05.
type sections struct {
	fset  *token.FileSet
	decls map[string]decl // of the package's functions, constants, variables and types
}

type decl struct {
	name string
	node ast.Node      // what is printed
	fn   *ast.FuncDecl // nil for others
	file *ast.File
}

func parseSections() (sections, error) {
	s := sections{fset: token.NewFileSet(), decls: map[string]decl{}}
	names, err := fs.Glob(ch05.Source, "*.go")
	if err != nil {
		return s, err
	}
	for _, name := range names {
		text, err := ch05.Source.ReadFile(name)
		if err != nil {
			return s, err
		}
		file, err := parser.ParseFile(s.fset, name, text, parser.ParseComments)
		if err != nil {
			return s, err
		}
		for _, d := range file.Decls {
			s.add(file, d)
		}
	}
	return s, nil
}

func (s sections) add(file *ast.File, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			s.decls[d.Name.Name] = decl{d.Name.Name, d, d, file}
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			// One of a group stands alone.
			single := &ast.GenDecl{TokPos: spec.Pos(), Tok: d.Tok, Specs: []ast.Spec{spec}}
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, n := range spec.Names {
					s.decls[n.Name] = decl{n.Name, single, nil, file}
				}
			case *ast.TypeSpec:
				s.decls[spec.Name.Name] = decl{spec.Name.Name, single, nil, file}
			}
		}
	}
}

// needs returns the named declaration and those of the package that it uses.
func (s sections) needs(name string) []decl {
	queue, parts := []string{name}, []decl{}
	seen := map[string]bool{name: true}
	for len(queue) > 0 {
		d := s.decls[queue[0]]
		queue = queue[1:]
		parts = append(parts, d)
		for _, id := range d.free() {
			if _, ours := s.decls[id]; ours && !seen[id] {
				seen[id] = true
				queue = append(queue, id)
			}
		}
	}
	return parts
}

// free lists the names in a declaration that no declaration within it and no
// selector explains.
func (d decl) free() (names []string) {
	unresolved := map[*ast.Ident]bool{}
	for _, id := range d.file.Unresolved {
		unresolved[id] = true
	}
	ast.Inspect(d.node, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		// The parser resolves within one file: a package-level object is one that is
		// declared in the file's scope.
		if unresolved[id] || id.Obj != nil && d.file.Scope.Lookup(id.Name) == id.Obj {
			names = append(names, id.Name)
		}
		return true
	})
	return names
}

// imports adds the quoted paths of the packages that a part of the declaration names.
func (d decl) imports(part ast.Node, into map[string]bool) {
	ast.Inspect(part, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		id, ok := sel.X.(*ast.Ident)
		if !ok || id.Obj != nil {
			return true
		}
		for _, imp := range d.file.Imports {
			p, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				continue // the parser has seen it
			}
			base := path.Base(p)
			if base == "v2" { // math/rand/v2
				base = path.Base(path.Dir(p))
			}
			if imp.Name == nil && base == id.Name {
				into[imp.Path.Value] = true
			}
		}
		return true
	})
}

func (s sections) print(node ast.Node, comments []*ast.CommentGroup) (string, error) {
	var b bytes.Buffer
	var what any = node
	if comments != nil {
		what = &printer.CommentedNode{Node: node, Comments: comments}
	}
	err := (&printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 8}).Fprint(&b, s.fset, what)
	return b.String(), err
}

func sorted(set map[string]bool) []string {
	var all []string
	for k := range set {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}
