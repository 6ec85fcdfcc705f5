package jupyter

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A code cell is read at a glance, beside its text: longer code belongs in cnnlib or
// chapters, where it is tested. The import cell, which is collapsed, may have more lines.
const (
	maxCodeLines   = 15
	maxCodeColumns = 100
	tabColumns     = 4 // as JupyterLab shows a tab
)

// opensByHand is the one notebook that shows what stands behind the words of package
// engine; all others use them.
const opensByHand = "5.2a"

// notebook is the part of the nbformat 4 that the lint reads
// (https://nbformat.readthedocs.io/en/latest/format_description.html).
type notebook struct {
	Cells    []notebookCell `json:"cells"`
	Metadata struct {
		Kernelspec struct {
			Name string `json:"name"`
		} `json:"kernelspec"`
	} `json:"metadata"`
}

type notebookCell struct {
	Type           string          `json:"cell_type"`
	Source         text            `json:"source"`
	Outputs        json.RawMessage `json:"outputs"`
	ID             string          `json:"id"`
	ExecutionCount *int            `json:"execution_count"`
	Metadata       struct {
		Jupyter struct {
			SourceHidden bool `json:"source_hidden"`
		} `json:"jupyter"`
	} `json:"metadata"`
}

// text is a string that nbformat stores whole or as a list of lines.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var whole string
	if json.Unmarshal(data, &whole) == nil {
		*t = text(whole)
		return nil
	}
	var lines []string
	err := json.Unmarshal(data, &lines)
	*t = text(strings.Join(lines, ""))
	return err
}

var (
	markdownImage = regexp.MustCompile(`!\[([^\]]*)\]\(`)
	exerciseCheck = regexp.MustCompile(`\bexercise\.Check\("([^"]*)"`)
	importLine    = regexp.MustCompile(`(?m)^import\b`)
	openCall      = regexp.MustCompile(`\bxla\.Open\(`)
	chinese       = regexp.MustCompile(`\p{Han}`)
)

func readNotebook(path string) (nb notebook, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nb, err
	}
	if err := json.Unmarshal(data, &nb); err != nil {
		return nb, fmt.Errorf("notebooks: %s is not a notebook: %w", path, err)
	}
	return nb, nil
}

// Lint returns what is wrong with a committed notebook, a line each. (Its form is checked by
// [Env.Validate].)
func Lint(path string) ([]string, error) {
	nb, err := readNotebook(path)
	if err != nil {
		return nil, err
	}
	var wrong []string
	say := func(cell int, format string, args ...any) {
		wrong = append(wrong, fmt.Sprintf("%s: cell %d: ", filepath.Base(path), cell+1)+fmt.Sprintf(format, args...))
	}
	if nb.Metadata.Kernelspec.Name != KernelName {
		say(-1, "the kernel is %q, not %q", nb.Metadata.Kernelspec.Name, KernelName)
	}
	id := idOf(filepath.Base(path))
	if len(nb.Cells) == 0 || !strings.HasPrefix(string(nb.Cells[0].Source), "# "+id+" ") {
		say(0, "the first cell is not the heading %q with a title", "# "+id)
	} else if !chinese.MatchString(string(nb.Cells[0].Source)) {
		say(0, "the heading has no Chinese title")
	}
	head := slices.IndexFunc(nb.Cells, func(c notebookCell) bool { return c.Type == "code" })
	last, atEnd := max(head, 0), "" // the last code cell, and the exercise it checks
	known := map[string]bool{}
	for i, c := range nb.Cells {
		if c.ID != "" && known[c.ID] {
			say(i, "its id %q is that of another cell", c.ID)
		}
		known[c.ID] = true
		switch c.Type {
		case "code":
			last, atEnd = i, ""
			if m := exerciseCheck.FindStringSubmatch(string(c.Source)); m != nil {
				atEnd = m[1]
			}
			faults := lintCode(c.Source, id)
			if i == head {
				faults = lintImports(c)
			}
			for _, fault := range append(faults, lintSaved(c)...) {
				say(i, "%s", fault)
			}
		case "markdown":
			silent := mute(string(c.Source))
			for _, m := range markdownImage.FindAllStringSubmatch(string(c.Source), -1) {
				if strings.TrimSpace(m[1]) == "" {
					silent++
				}
			}
			if silent > 0 {
				say(i, "it has %d images without alternative text", silent)
			}
		}
	}
	if atEnd != id && !strings.HasPrefix(atEnd, id+"-") {
		say(last, "the last code cell checks no exercise of section %s: a notebook ends with exercise.Check(%q, …)", id, id)
	}
	return wrong, nil
}

// lintCode looks at a code cell of section id below the import cell.
func lintCode(source text, id string) (faults []string) {
	lines := strings.Split(strings.Trim(string(source), "\n"), "\n")
	if n := len(lines); n > maxCodeLines {
		faults = append(faults, fmt.Sprintf("%d lines of code, at most %d", n, maxCodeLines))
	}
	for i, line := range lines {
		if n := utf8.RuneCountInString(line) + (tabColumns-1)*strings.Count(line, "\t"); n > maxCodeColumns {
			faults = append(faults, fmt.Sprintf("line %d has %d columns, at most %d (a tab is %d)", i+1, n, maxCodeColumns, tabColumns))
		}
	}
	if importLine.MatchString(string(source)) {
		faults = append(faults, "it has imports: move them into the import cell, the first of the code cells, which serves all")
	}
	if id != opensByHand && openCall.MatchString(string(source)) {
		faults = append(faults, "it opens the engine by hand: use engine.Backend, engine.Plane or engine.Describe; only the notebook of "+opensByHand+" shows what they do")
	}
	return faults
}

// lintImports looks at the first code cell, which is to have the imports of the whole
// notebook and nothing else: GoNB remembers them, used or not, and each cell links only what
// it uses.
func lintImports(c notebookCell) (faults []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package cell\n"+string(c.Source), parser.SkipObjectResolution)
	onlyImports := err == nil && len(file.Decls) == 1
	if onlyImports {
		decl, ok := file.Decls[0].(*ast.GenDecl)
		onlyImports = ok && decl.Tok == token.IMPORT
	}
	if !onlyImports {
		faults = append(faults, "the first code cell is not the import cell: one import ( … ) for the whole notebook, and nothing else")
	}
	if !c.Metadata.Jupyter.SourceHidden {
		faults = append(faults, `the import cell is not collapsed: its metadata lack "jupyter": {"source_hidden": true}`)
	}
	return faults
}

// lintSaved looks for what a run has left in a code cell.
func lintSaved(c notebookCell) (faults []string) {
	if s := strings.TrimSpace(string(c.Outputs)); s != "[]" && s != "" {
		faults = append(faults, "it was saved with its output; clear all outputs")
	}
	if c.ExecutionCount != nil {
		faults = append(faults, "it was saved with an execution count; clear all outputs")
	}
	return faults
}

//go:embed validate.py
var validatePy string

// Validate holds notebooks against the schema of their version of nbformat, and returns
// what is wrong, a line each. It runs nbformat in the environment, which must be set up.
func (e Env) Validate(ctx context.Context, paths []string) ([]string, error) {
	c := e.command(ctx, e.Root, nil, e.Python(), append([]string{"-c", validatePy}, paths...)...)
	var said bytes.Buffer
	c.Stdout = &said
	if err := c.run("the notebooks could not be validated"); err != nil {
		return nil, err
	}
	var wrong []string
	for line := range strings.Lines(said.String()) {
		wrong = append(wrong, strings.TrimSuffix(line, "\n"))
	}
	return wrong, nil
}
