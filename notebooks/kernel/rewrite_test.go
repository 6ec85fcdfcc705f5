package kernel

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// TestNewCell: what GoNB gets for what the reader typed. "=" is: the same.
func TestNewCell(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		// Statements alone.
		{"a call", `exercise.Hint("5.5")`, "%%\n" + `exercise.Hint("5.5")`},
		{"a short declaration", "x := 3\nfmt.Println(x)", "%%\nx := 3\nfmt.Println(x)"},
		{"a loop", "for i := range 3 {\n\tfmt.Println(i)\n}", "%%\nfor i := range 3 {\n\tfmt.Println(i)\n}"},
		{"a condition, a switch, a go", "if true {\n}\nswitch {\n}\ngo f()\ndefer g()", "%%\nif true {\n}\nswitch {\n}\ngo f()\ndefer g()"},
		{"a block", "{\n\tx := 1\n\t_ = x\n}", "%%\n{\n\tx := 1\n\t_ = x\n}"},
		{"a function called at once", "func() { fmt.Println(1) }()", "%%\nfunc() { fmt.Println(1) }()"},
		{"one with parameters", "func(x int) int { return x }(3)", "%%\nfunc(x int) int { return x }(3)"},
		{"an assignment to a blank", "_ = 3", "%%\n_ = 3"},
		{"a label", "again:\nfor {\n\tbreak again\n}", "%%\nagain:\nfor {\n\tbreak again\n}"},
		{"a comment before", "// says hello\nfmt.Println(1)", "%%\n// says hello\nfmt.Println(1)"},
		{"a comment behind", "fmt.Println(1) // one\n// the end", "%%\nfmt.Println(1) // one\n// the end"},
		{"a word of Python", "def f(x):", "%%\ndef f(x):"},
		{"a bracket that is missing", "fmt.Println(1", "%%\nfmt.Println(1"},
		{"one too many", "fmt.Println(1))\nx := 1", "%%\nfmt.Println(1))\nx := 1"},
		{"full-width brackets", "fmt.Println（1）", "%%\nfmt.Println（1）"},
		{"windows line ends", "x := 1\r\n_ = x", "%%\nx := 1\r\n_ = x"},
		{"an expression", "x", "%%\nx"},
		// Declarations above.
		{"an import", "import \"fmt\"\nfmt.Println(1)", "import \"fmt\"\n%%\nfmt.Println(1)"},
		{"a blank line between", "import \"fmt\"\n\nfmt.Println(1)", "import \"fmt\"\n%%\n\nfmt.Println(1)"},
		{"imports in brackets", "import (\n\t\"fmt\"\n\t\"os\"\n)\nfmt.Println(os.Args)", "import (\n\t\"fmt\"\n\t\"os\"\n)\n%%\nfmt.Println(os.Args)"},
		{"a function", "func f() int {\n\treturn 3\n}\nfmt.Println(f())", "func f() int {\n\treturn 3\n}\n%%\nfmt.Println(f())"},
		{"with its comment", "// f is three.\nfunc f() int { return 3 }\n// Now use it.\nf()", "// f is three.\nfunc f() int { return 3 }\n%%\n// Now use it.\nf()"},
		{"a method", "type T int\nfunc (t T) Twice() T { return 2 * t }\nfmt.Println(T(2).Twice())", "type T int\nfunc (t T) Twice() T { return 2 * t }\n%%\nfmt.Println(T(2).Twice())"},
		{"a generic function", "func id[T any](x T) T { return x }\nid(3)", "func id[T any](x T) T { return x }\n%%\nid(3)"},
		{"variables and constants", "var x = 3\nconst n = 4\nfmt.Println(x, n)", "var x = 3\nconst n = 4\n%%\nfmt.Println(x, n)"},
		{"a variable that is a function", "var f = func() int { return 1 }\nf()", "var f = func() int { return 1 }\n%%\nf()"},
		{"blocks in brackets", "var (\n\ta = 1\n\tb = 2\n)\nfmt.Println(a, b)", "var (\n\ta = 1\n\tb = 2\n)\n%%\nfmt.Println(a, b)"},
		// Declarations below statements.
		{"a function below", "fmt.Println(f())\nfunc f() int { return 3 }", "func f() int { return 3 }\n%%\nfmt.Println(f())"},
		{"an import below", "fmt.Println(1)\nimport \"fmt\"\n", "import \"fmt\"\n%%\nfmt.Println(1)\n"},
		{"a function in the middle", "x := 3\n// twice\nfunc f(x int) int {\n\treturn 2 * x\n}\nfmt.Println(f(x))", "// twice\nfunc f(x int) int {\n\treturn 2 * x\n}\n%%\nx := 3\nfmt.Println(f(x))"},
		{"a type and its method below", "fmt.Println(T(1))\ntype T int\nfunc (T) String() string { return \"t\" }", "type T int\nfunc (T) String() string { return \"t\" }\n%%\nfmt.Println(T(1))"},
		{"a constant below", "fmt.Println(1)\nconst n = 5", "const n = 5\n%%\nfmt.Println(1)"},
		{"a variable below stays", "x := 3\nvar y = x\nfmt.Println(y)", "%%\nx := 3\nvar y = x\nfmt.Println(y)"},
		// On one line.
		{"statements on a line", "x := 1; fmt.Println(x)", "%%\nx := 1; fmt.Println(x)"},
		{"a declaration and a statement on a line", "import \"fmt\"; fmt.Println(1)", "import \"fmt\"\n%%\n              fmt.Println(1)"},
		{"a statement and a function on a line", "x := 1; func f() {}", "        func f() {}\n%%\nx := 1"},
		// Strings and comments that look like code.
		{"braces in strings", "s := \"{\"\nfmt.Println(s, '}', `{\n(`)", "%%\ns := \"{\"\nfmt.Println(s, '}', `{\n(`)"},
		{"func in a string", "s := `\nfunc f() {}\n`\nfmt.Println(s)", "%%\ns := `\nfunc f() {}\n`\nfmt.Println(s)"},
		{"%% in a comment", "/*\n 50 %% of\n*/\nfmt.Println(1)", "%%\n/*\n 50 %% of\n*/\nfmt.Println(1)"},
		{"%% in a string", "fmt.Printf(\"100 %%\\n\")", "%%\nfmt.Printf(\"100 %%\\n\")"},
		{"func main in a comment", "// func main() {}\nfmt.Println(1)", "%%\n// func main() {}\nfmt.Println(1)"},
		{"func main in a string", "s := `func main() {}`\n_ = s", "%%\ns := `func main() {}`\n_ = s"},
		{"a raw string over lines before a declaration", "var s = `a\nb`\nfmt.Println(s)", "var s = `a\nb`\n%%\nfmt.Println(s)"},
		// Handed on.
		{"nothing", "", "="},
		{"blanks", "\n  \n", "="},
		{"a comment only", "// nothing yet", "="},
		{"declarations only", "import \"fmt\"\n\nfunc f() { fmt.Println(1) }\nvar x = 3", "="},
		{"func main", "import \"fmt\"\nfunc main() { fmt.Println(1) }", "="},
		{"func main and statements", "func main() {}\nx := 1", "="},
		{"%%", "import \"fmt\"\n%%\nfmt.Println(1)", "="},
		{"%% with flags", "%% --epochs=3\nfmt.Println(1)", "="},
		{"%main", "%main\nfmt.Println(1)", "="},
		{"the prefix", "//gonb:%%\nfmt.Println(1)", "="},
		{"%exec", "func f() {}\n%exec f", "="},
		{"%test", "func TestX(t *testing.T) {}\n%test", "="},
		{"%wasm", "%wasm\nfunc main() {}", "="},
		{"a shell command", "!ls -l", "="},
		{"a long one", "!ls \\\n-l", "="},
		{"commands only", "%env A 1\n%goflags -race", "="},
		{"%%bash", "%%bash\nfor i in 1 2; do\necho $i\ndone", "="},
		{"%%writefile", "%%writefile a.go\nx := 1", "="},
		{"a package line", "package main\nfunc main() {}", "="},
		// Commands and statements.
		{"a command and a statement", "%env A 1\nfmt.Println(os.Getenv(\"A\"))", "%env A 1\n%%\nfmt.Println(os.Getenv(\"A\"))"},
		{"a shell command between", "x := 1\n!ls\n_ = x", "!ls\n%%\nx := 1\n_ = x"},
		// GoNB does not know these.
		{"a blank before %%", "import \"fmt\"\n %%\nfmt.Println(1)", "import \"fmt\"\n%%\nfmt.Println(1)"},
		{"a tab before %main", "\t%main\nfmt.Println(1)", "%main\nfmt.Println(1)"},
		{"a remainder on a line of its own", "x := 7 \n %% 2", "x := 7 \n%% 2"}, // no Go either
	} {
		got := newCell(c.source)
		want := c.want
		if want == "=" {
			want = c.source
		}
		if code := strings.Join(got.code, "\n"); code != want {
			t.Errorf("%s: %q\nbecomes %q\nwant    %q", c.name, c.source, code, want)
		}
		if len(got.origin) != len(got.code) {
			t.Fatalf("%s: %d lines, %d origins", c.name, len(got.code), len(got.origin))
		}
		seen := map[int]bool{}
		for i, from := range got.origin {
			if from < 0 {
				continue
			}
			seen[from] = true
			if text := strings.TrimSpace(got.code[i]); !strings.Contains(got.source[from], text) {
				t.Errorf("%s: line %d of the code, %q, is not line %d of the source, %q", c.name, i+1, text, from+1, got.source[from])
			}
		}
		if len(seen) != len(got.source) {
			t.Errorf("%s: %d of %d lines are left", c.name, len(seen), len(got.source))
		}
	}
}

// TestProgramIsGo: what the forms above become, GoNB can parse.
func TestProgramIsGo(t *testing.T) {
	for _, source := range []string{
		"x := 3\n// twice\nfunc f(x int) int {\n\treturn 2 * x\n}\nfmt.Println(f(x))",
		"import \"fmt\"; fmt.Println(1)", "x := 1; func f() {}",
		"type T int\nfunc (t T) Twice() T { return 2 * t }\nfmt.Println(T(2).Twice())",
		"s := `\nfunc f() {}\n`\nfmt.Println(s)", "func(x int) int { return x }(3)",
		"!ls\nx := 1\n_ = x", "import \"fmt\"\n%% -a\nfmt.Println(1)", "package main\nfunc main() {}",
	} {
		c := newCell(source)
		if _, err := parser.ParseFile(token.NewFileSet(), "", c.program(), 0); err != nil {
			t.Errorf("%q: %v\n%s", source, err, c.program())
		}
		if list := c.syntaxErrors(); list != nil {
			t.Errorf("%q: %v", source, list)
		}
	}
}

func TestSyntaxErrorsHaveTheirLine(t *testing.T) {
	for _, c := range []struct {
		source string
		line   int
	}{
		{"x := 1\ny := := 2", 2},
		{"import \"fmt\"\nfmt.Println(1))", 2},
		{"x := 3\nfunc f() int {\n\treturn return\n}\n_ = x", 3},
		{"import \"fmt\"\n%%\nfmt.Println(((1))", 3},
		{"def f(x):\n    return x", 1},
	} {
		cell := newCell(c.source)
		list := cell.syntaxErrors()
		if len(list) == 0 {
			t.Errorf("%q has no error", c.source)
		} else if got := cell.line(list[0].Pos.Line); got != c.line {
			t.Errorf("%q: %v in line %d, want %d", c.source, list[0], got, c.line)
		}
	}
}

// TestCursor: the cursor of a completion goes to the same character and back.
func TestCursor(t *testing.T) {
	source := "x := \"卷积\"\nfunc f() {}\nfmt.Printl"
	c := newCell(source)
	code := []rune(strings.Join(c.code, "\n"))
	for cursor, r := range []rune(source) {
		there := c.toCode(cursor)
		if code[min(there, len(code)-1)] != r && r != '\n' {
			t.Errorf("character %d, %q, goes to %d, %q", cursor, r, there, code[there])
		}
		if back := c.toSource(there); back != cursor {
			t.Errorf("%d goes to %d and back to %d", cursor, there, back)
		}
	}
	if end := c.toCode(length(source)); end != len(code) {
		t.Errorf("the end goes to %d of %d", end, len(code))
	}
}
