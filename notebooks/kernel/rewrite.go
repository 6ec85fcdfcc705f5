package kernel

import (
	"go/parser"
	"go/scanner"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// cell is a cell as the reader typed it, and as GoNB gets it.
type cell struct {
	source []string // its lines
	code   []string // the lines that GoNB gets
	origin []int    // of each line of code: its place in source, -1 if it was added
	goCode bool     // false for %%bash, %%writefile and their like
}

// newCell reads a cell. GoNB wants declarations, and statements only below %%; so if
// there are statements and nothing says how the cell runs (%%, %main, %exec, %test,
// %wasm, func main), the statements go below a %% of ours.
//
// Imports, functions, types and constants stand above it wherever they were typed:
// inside of a function Go has no imports and no functions, and a method wants its type
// outside. A variable declared above the first statement stays outside too, and so is
// known in later cells; one declared below it may depend on statements and stays among
// them. Whole lines move, and none changes its columns.
func newCell(source string) cell {
	c := cell{source: strings.Split(source, "\n"), goCode: true}
	c.code = slices.Clone(c.source)
	for i := range c.code {
		c.origin = append(c.origin, i)
	}
	if isCellMagic(c.source[0]) {
		c.goCode = false
		return c
	}
	special, mode := specialLines(c.code)
	if mode {
		return c
	}
	items := split(goText(c.code, special))
	if !slices.ContainsFunc(items, func(it item) bool { return it.kind == statement }) ||
		slices.ContainsFunc(items, func(it item) bool { return it.kind == mainFunction }) {
		return c
	}
	c.separate(special, items)
	return c
}

// separate puts the statements below the declarations, with %% between them.
func (c *cell) separate(special []bool, items []item) {
	type line struct {
		text string
		from int
	}
	var above, below []line
	items = joined(items)
	at := 0 // the first line that has no place yet
	for n, it := range items {
		// Comments belong to what follows them.
		for ; at <= it.last; at++ {
			text := c.source[at]
			if at >= it.first { // several items may share a line: each gets its own part
				text = part(text, at, items, n)
			}
			switch {
			case special[at], it.kind != statement:
				above = append(above, line{text, at})
			default:
				below = append(below, line{text, at})
			}
		}
		if n+1 < len(items) && items[n+1].first == it.last {
			at = it.last // the next item begins on this line
		}
	}
	for ; at < len(c.source); at++ { // comments at the end
		if special[at] {
			above = append(above, line{c.source[at], at})
		} else {
			below = append(below, line{c.source[at], at})
		}
	}
	c.code, c.origin = nil, nil
	for _, l := range append(append(above, line{"%%", -1}), below...) {
		c.code, c.origin = append(c.code, l.text), append(c.origin, l.from)
	}
}

// joined makes statements of the variables below the first statement, and one item of
// neighbours that share a line and go to the same place.
func joined(items []item) (list []item) {
	first := true // no statement was met yet
	for _, it := range items {
		if it.kind == variable && !first {
			it.kind = statement
		}
		first = first && it.kind != statement
		if n := len(list) - 1; n >= 0 && list[n].last == it.first && (list[n].kind == statement) == (it.kind == statement) {
			list[n].last = it.last
			continue
		}
		list = append(list, it)
	}
	return list
}

// part is what of a line belongs to item n: if others share the line, blanks take
// their places.
func part(text string, at int, items []item, n int) string {
	from, to, length := 0, len(text), len(text)
	if n > 0 && items[n-1].last == at && at == items[n].first {
		from = items[n].column
	}
	if n+1 < len(items) && items[n+1].first == at {
		to = items[n+1].column
	}
	text = strings.Repeat(" ", from) + text[from:to]
	if to < length {
		text = strings.TrimSuffix(strings.TrimRight(text, " \t"), ";")
	}
	return text
}

// A kind of item at the top level of a cell.
type kind int

const (
	statement kind = iota
	declaration
	variable
	mainFunction
)

// item is one declaration or statement at the top level.
type item struct {
	kind        kind
	first, last int // lines, from 0
	column      int // where it begins on its first line, in bytes
}

// A lexeme is a token with its place.
type lexeme struct {
	tok  token.Token
	lit  string
	line int // from 0
	col  int // in bytes, from 0
	end  int // the line where it ends: raw strings are long
}

// lexemes reads Go, whole or broken.
func lexemes(text string) []lexeme {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, []byte(text), func(token.Position, string) {}, 0)
	var list []lexeme
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return list
		}
		p := file.Position(pos)
		list = append(list, lexeme{tok, lit, p.Line - 1, p.Column - 1, p.Line - 1 + strings.Count(strings.TrimSuffix(lit, "\n"), "\n")})
	}
}

// split finds the items of a text. It does not parse, so it can do without that the
// text is right: what it does not know is a statement.
func split(text string) []item {
	var items []item
	var now []lexeme
	depth := 0
	end := func() {
		if len(now) > 0 {
			last := now[len(now)-1]
			items = append(items, item{kindOf(now), now[0].line, last.end, now[0].col})
		}
		now, depth = nil, 0
	}
	for _, l := range lexemes(text) {
		switch l.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth = max(0, depth-1)
		case token.SEMICOLON:
			if depth == 0 {
				end()
				continue
			}
			if l.lit == "\n" {
				continue // an inserted one is no text
			}
		}
		now = append(now, l)
	}
	end()
	return items
}

func kindOf(l []lexeme) kind {
	switch l[0].tok {
	case token.IMPORT, token.CONST, token.TYPE, token.PACKAGE:
		return declaration
	case token.VAR:
		return variable
	case token.FUNC:
	default:
		return statement
	}
	next := l[1:]
	if len(next) > 0 && next[0].tok == token.LPAREN { // a receiver, or a function without a name
		depth := 0
		for i, x := range next {
			switch x.tok {
			case token.LPAREN:
				depth++
			case token.RPAREN:
				depth--
			}
			if depth == 0 {
				next = next[i+1:]
				break
			}
		}
		if len(next) < 2 || next[0].tok != token.IDENT || next[1].tok != token.LPAREN {
			return statement
		}
		return declaration
	}
	if len(next) > 0 && next[0].lit == "main" {
		return mainFunction
	}
	return declaration
}

// GoNB's own lines: "%…" and "!…", also written "//gonb:%…".
const commandPrefix = "//gonb:"

var (
	cellMagics  = []string{"%%writefile", "%%script", "%%bash", "%%sh", "%%gx"}
	modeCommand = regexp.MustCompile(`^%\s*(%|main|exec|test|wasm)(\s|$)`)
	looseMode   = regexp.MustCompile(`^\s+(%%|%main)(\s.*)?$`)
)

func isCellMagic(line string) bool {
	word, _, _ := strings.Cut(strings.TrimPrefix(line, commandPrefix), " ")
	return slices.Contains(cellMagics, word)
}

// specialLines marks the lines that are commands to GoNB, and says if one of them
// chooses how the cell runs. A %% with blanks before it, which GoNB does not know, loses
// them.
func specialLines(lines []string) (special []bool, mode bool) {
	special = make([]bool, len(lines))
	continued := false
	for i, line := range lines {
		if looseMode.MatchString(line) {
			line = strings.TrimSpace(line)
			lines[i] = line
		}
		line = strings.TrimPrefix(line, commandPrefix)
		if !continued && len(line) > 1 && (line[0] == '%' || line[0] == '!') {
			special[i] = true
			mode = mode || modeCommand.MatchString(line)
		} else {
			special[i] = continued
		}
		continued = special[i] && strings.HasSuffix(line, `\`)
	}
	return special, mode
}

// goText is the Go of a cell, line by line: commands are blank.
func goText(lines []string, special []bool) string {
	text := slices.Clone(lines)
	for i := range text {
		if special[i] || strings.HasPrefix(text[i], "package") { // GoNB drops that line too
			text[i] = ""
		}
	}
	return strings.Join(text, "\n")
}

// program is the cell alone as a Go program, in the way GoNB makes one: line i of the
// code is line i+2 of it.
func (c cell) program() string {
	special, _ := specialLines(slices.Clone(c.code))
	text := strings.Split(goText(c.code, special), "\n")
	end := ""
	for i, line := range c.code {
		line = strings.TrimPrefix(line, commandPrefix)
		if special[i] && (strings.HasPrefix(line, "%main") || line == "%%" || strings.HasPrefix(line, "%% ") || strings.HasPrefix(line, "%%\t")) {
			text[i], end = "func main() {", "\n}\n"
		}
	}
	return "package main\n" + strings.Join(text, "\n") + "\n" + end
}

// syntaxErrors are what Go's parser says of the cell, with lines of the code from 1.
func (c cell) syntaxErrors() scanner.ErrorList {
	if !c.goCode {
		return nil
	}
	_, err := parser.ParseFile(token.NewFileSet(), "", c.program(), parser.SkipObjectResolution)
	list, _ := err.(scanner.ErrorList)
	for _, e := range list {
		e.Pos.Line--
	}
	return list
}

// line is the place in the source, from 1, of a line of the code, from 1; the nearest
// one above it if it was added, and 0 if there is none.
func (c cell) line(n int) int {
	for i := min(n, len(c.origin)) - 1; i >= 0; i-- {
		if c.origin[i] >= 0 {
			return c.origin[i] + 1
		}
	}
	return 0
}

// toCode moves a cursor, counted in characters, from the source into the code.
func (c cell) toCode(cursor int) int {
	line, column := locate(c.source, cursor)
	for i, from := range c.origin {
		if from == line && column <= length(c.code[i]) {
			return offset(c.code, i) + column
		}
	}
	return cursor
}

// toSource moves a cursor back.
func (c cell) toSource(cursor int) int {
	line, column := locate(c.code, cursor)
	if line >= len(c.origin) || c.origin[line] < 0 {
		return cursor
	}
	return offset(c.source, c.origin[line]) + column
}

func length(s string) int { return len([]rune(s)) }

func offset(lines []string, line int) (n int) {
	for _, l := range lines[:line] {
		n += length(l) + 1
	}
	return n
}

func locate(lines []string, cursor int) (line, column int) {
	for line < len(lines)-1 && cursor > length(lines[line]) {
		cursor -= length(lines[line]) + 1
		line++
	}
	return line, cursor
}
