package kernel

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cnnbook/internal/lang"
)

// mistake is what the reader is told about an error: at most [maxLines] lines.
type mistake struct {
	place
	says    string   // what is wrong, in a sentence
	advice  string   // what to do; may be empty
	more    []int    // lines of further mistakes in the same cell
	callers []string // where a function was called that panicked
}

// place is a place in a cell. The zero value is nowhere.
type place struct {
	cell   int // its execution count
	line   int // from 1
	column int // in bytes from 1; 0 if it is not known
	text   string
}

const maxLines = 6

var (
	whereText     = lang.Text{EN: "Cell [%d], line %d: %s", ZH: "单元格 [%d] 第 %d 行：%s"}
	whereCellText = lang.Text{EN: "Cell [%d]: %s", ZH: "单元格 [%d]：%s"}
	callersText   = lang.Text{EN: "Called from: %s.", ZH: "调用它的地方：%s。"}
	moreText      = lang.Text{EN: "More mistakes are in lines: %s.", ZH: "还有错误的行：%s。"}
)

// lines is the message. The first line says where and what.
func (m mistake) lines() []string {
	says := strings.Split(strings.TrimSpace(m.says), "\n")
	var list []string
	if m.line > 0 {
		list = append(list, sprintf(whereText.String(), m.cell, m.line, says[0]))
	} else {
		list = append(list, sprintf(whereCellText.String(), m.cell, says[0]))
	}
	var end []string
	if m.advice != "" {
		end = append(end, m.advice)
	}
	if len(m.callers) > 0 {
		end = append(end, sprintf(callersText.String(), strings.Join(m.callers, ", ")))
	}
	if len(m.more) > 0 {
		end = append(end, sprintf(moreText.String(), numbers(m.more)))
	}
	list = append(list, says[1:min(len(says), 3)]...) // what the compiler has and wants
	if text := strings.TrimRight(m.text, " \t\r"); strings.TrimSpace(text) != "" {
		list = append(list, "    "+strings.ReplaceAll(shortened(text), "\t", "    "))
		if caret, ok := m.caret(text); ok && len(list)+1+len(end) <= maxLines {
			list = append(list, caret)
		}
	}
	list = append(list, end...)
	return list[:min(len(list), maxLines)]
}

const maxColumns = 160

func shortened(text string) string {
	if r := []rune(text); len(r) > maxColumns {
		return string(r[:maxColumns]) + "…"
	}
	return text
}

// caret points at the place in the text, if all before it is one column wide a character.
func (m mistake) caret(text string) (string, bool) {
	if m.column < 1 || m.column > len(text) || m.column > maxColumns {
		return "", false
	}
	before := text[:m.column-1]
	if strings.IndexFunc(before, func(r rune) bool { return r > unicode.MaxLatin1 }) >= 0 {
		return "", false
	}
	return "    " + strings.Repeat(" ", len(strings.ReplaceAll(before, "\t", "    "))) + "^", true
}

func numbers(list []int) string {
	var s []string
	for _, n := range list {
		s = append(s, strconv.Itoa(n))
	}
	return strings.Join(s, ", ")
}

// explain makes a mistake of GoNB's error.
func (e *execution) explain(p *proxy, reply object) mistake {
	evalue, _ := reply["evalue"].(string)
	var trace []string
	list, _ := reply["traceback"].([]any)
	for _, t := range list {
		s, _ := t.(string)
		trace = append(trace, s)
	}
	s := situation{now: e.count, cell: e.cell, cells: p.cells}
	return s.explain(evalue, trace, e.dump())
}

// situation is what is known about the cells.
type situation struct {
	now   int
	cell  cell
	cells map[int]cell
}

func (s situation) explain(evalue string, trace []string, dump string) mistake {
	if exitValue.MatchString(evalue) {
		return s.ended(evalue, dump)
	}
	if list := s.cell.syntaxErrors(); len(list) > 0 {
		return s.syntax(list)
	}
	found := s.compilerErrors(evalue, trace)
	if len(found) == 0 {
		return s.other(evalue)
	}
	// A name that is not used may only have been misspelt where it should be.
	first := max(0, slices.IndexFunc(found, func(f mistake) bool { return !strings.HasPrefix(f.says, "declared and not used") }))
	m := s.classic(found[first])
	for _, f := range found {
		if f.line > 0 && f.cell == m.cell && f.line != m.line && !slices.Contains(m.more, f.line) {
			m.more = append(m.more, f.line)
		}
	}
	return m
}

var (
	exitValue    = regexp.MustCompile(`^(exit status \d+|signal: .*)$`)
	compilerLine = regexp.MustCompile(`^\S*main(?:_test)?\.go:(\d+):(\d+): (.*)$`)
	cellInfo     = regexp.MustCompile(`^Cell\[(\d+)\]: Line (\d+)\n`)
)

// compilerErrors reads the compiler's messages out of GoNB's error: evalue has them line
// by line, the traceback has for each line where it is in a cell.
func (s situation) compilerErrors(evalue string, trace []string) (list []mistake) {
	for i, line := range strings.Split(evalue, "\n") {
		at := compilerLine.FindStringSubmatch(line)
		if at == nil {
			if n := len(list); n > 0 && strings.HasPrefix(line, "\t") { // have (…), want (…)
				list[n-1].says += "\n" + line
			}
			continue
		}
		if at[3] == "too many errors" {
			continue
		}
		m := mistake{says: at[3], place: place{cell: s.now}}
		if i < len(trace) {
			if info := cellInfo.FindStringSubmatch(trace[i]); info != nil {
				count, _ := strconv.Atoi(info[1])
				n, _ := strconv.Atoi(info[2])
				column, _ := strconv.Atoi(at[2])
				if s.rendered(count, n) {
					column = 0
				}
				m.place = s.place(count, n, column)
			}
		}
		list = append(list, m)
	}
	return list
}

// place finds a line of a cell's code in the reader's text.
func (s situation) place(count, line, column int) place {
	c, ok := s.cells[count]
	if count == s.now {
		c, ok = s.cell, true
	}
	if !ok {
		return place{cell: count, line: line}
	}
	at := place{cell: count, line: c.line(line)}
	if at.line == 0 {
		return at
	}
	at.text = c.source[at.line-1]
	if line <= len(c.code) && c.origin[line-1] >= 0 {
		at.column = column
	}
	return at
}

// rendered reports whether a line is part of an import, a variable, a constant or a type:
// GoNB writes those anew, so that the compiler counts other columns.
func (s situation) rendered(count, line int) bool {
	c := s.cells[count]
	if count == s.now {
		c = s.cell
	}
	special, _ := specialLines(slices.Clone(c.code))
	text := goText(c.code, special)
	for _, it := range split(text) {
		if it.first <= line-1 && line-1 <= it.last && it.kind != statement {
			return !strings.HasPrefix(strings.Split(text, "\n")[it.first][it.column:], "func")
		}
	}
	return false
}

// ownLines puts the reader's line numbers in the place of those of the code that GoNB got.
func (s situation) ownLines(text string) string {
	return cellLine.ReplaceAllStringFunc(text, func(found string) string {
		n := cellLine.FindStringSubmatch(found)
		count, _ := strconv.Atoi(n[1])
		line, _ := strconv.Atoi(n[2])
		at := s.place(count, line, 0)
		return sprintf("[[ Cell [%d] Line %d ]]", at.cell, at.line)
	})
}

// other is an error that is not the compiler's: of a command, or of the go command.
func (s situation) other(evalue string) mistake {
	m := mistake{place: place{cell: s.now}}
	var lines []string
	for _, l := range strings.Split(evalue, "\n") {
		if strings.TrimSpace(l) != "" && (len(lines) == 0 || lines[len(lines)-1] != l) {
			lines = append(lines, l)
		}
	}
	if len(lines) == 0 {
		lines = []string{evalue}
	}
	m.says = lines[0]
	for _, l := range lines[1:min(len(lines), maxLines)] {
		m.says += "\n" + l
	}
	return s.matched(m, commandRules)
}

// rule knows a mistake by the message, and by the reader's line if that is given. What
// the groups of both have found stands in the texts in braces.
type rule struct {
	message, line *regexp.Regexp
	says          lang.Text // if it is empty, the message is said
	advice        lang.Text
}

func re(pattern string) *regexp.Regexp { return regexp.MustCompile(pattern) }

// matched applies the first rule that fits.
func (s situation) matched(m mistake, rules []rule) mistake {
	for _, r := range rules {
		found := map[string]string{}
		if !collect(found, r.message, m.says) || !collect(found, r.line, code(m.text)) {
			continue
		}
		if r.says.EN != "" {
			m.says = filled(r.says.String(), found)
		}
		m.advice = filled(r.advice.String(), found)
		break
	}
	return m
}

// collect adds what the named groups of a pattern find.
func collect(found map[string]string, pattern *regexp.Regexp, text string) bool {
	if pattern == nil {
		return true
	}
	groups := pattern.FindStringSubmatch(text)
	if groups == nil {
		return false
	}
	for i, name := range pattern.SubexpNames() {
		if name != "" {
			found[name] = groups[i]
		}
		switch name {
		case "wide":
			found["plain"] = plain(groups[i])
		case "n":
			if n, err := strconv.Atoi(groups[i]); err == nil {
				found["last"] = strconv.Itoa(n - 1)
			}
		case "left":
			found["trimmed"] = strings.TrimRight(groups[i], ` "`)
		}
	}
	return true
}

func filled(text string, found map[string]string) string {
	for name, value := range found {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

// code is a line with its strings emptied and without its comment, so that no rule takes
// words for code. A // behind a bracket that is open stays: it was meant as a division.
func code(line string) string {
	out := []byte(line)
	open := 0
	for i := 0; i < len(out); i++ {
		if q := out[i]; q == '"' || q == '`' {
			for i++; i < len(out) && out[i] != q; i++ {
				if out[i] == '\\' && q == '"' && i+1 < len(out) {
					out[i], out[i+1] = ' ', ' '
					i++
					continue
				}
				out[i] = ' '
			}
			continue
		}
		switch {
		case out[i] == '(':
			open++
		case out[i] == ')':
			open--
		case open == 0 && strings.HasPrefix(string(out[i:]), "//"):
			return string(out[:i])
		}
	}
	return string(out)
}

func sprintf(format string, a ...any) string { return fmt.Sprintf(format, a...) }
