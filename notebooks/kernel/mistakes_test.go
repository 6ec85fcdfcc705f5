package kernel

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"cnnbook/internal/lang"
)

// record runs all cells through GoNB's own kernel and stores what it says:
//
//	go test ./notebooks/kernel -run 'TestMistakes$' -record
var record = flag.Bool("record", false, "store again what GoNB says of testdata/mistakes.txt")

// trial is a mistake of testdata/mistakes.txt.
type trial struct {
	name   string
	before []string
	source string
	cell   int // that is to be named: 0 is the one with the mistake
	line   int
	en, zh []string
}

func trials(t *testing.T) (list []trial) {
	t.Helper()
	data, err := os.ReadFile("testdata/mistakes.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(string(data), "\n== ")[1:] {
		name, rest, _ := strings.Cut(block, "\n")
		tr := trial{name: name}
		source, want, ok := strings.Cut(rest, "\n-- ")
		words := strings.Split(strings.TrimSpace(want), " | ")
		if strings.Contains(want, "|| | ||") { // a sign that is the separator too
			words = []string{strings.Fields(want)[0], "||", "||"}
		}
		if !ok || len(words) != 3 {
			t.Fatalf("%s: damaged", name)
		}
		for strings.HasPrefix(source, "before: ") {
			var line string
			line, source, _ = strings.Cut(source, "\n")
			tr.before = append(tr.before, strings.ReplaceAll(strings.TrimPrefix(line, "before: "), "§", "\n"))
		}
		tr.source = source
		at := strings.Fields(words[0])
		tr.line, err = strconv.Atoi(at[len(at)-1])
		if err != nil {
			t.Fatal(err)
		}
		if len(at) == 2 {
			fmt.Sscanf(at[0], "[%d]", &tr.cell)
		}
		tr.en, tr.zh = strings.Split(words[1], " ; "), strings.Split(words[2], " ; ")
		list = append(list, tr)
	}
	return list
}

// said is what GoNB says of a mistake.
type said struct {
	Evalue string   `json:"evalue"`
	Trace  []string `json:"traceback"`
	Stderr string   `json:"stderr"`
	Count  int      `json:"count"`
}

const recorded = "testdata/gonb.json"

func readRecorded(t *testing.T) map[string]said {
	t.Helper()
	data, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]said
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestMistakes: each of a hundred mistakes is answered in at most six lines that name
// the cell and the line, in both languages, from what GoNB said when it was recorded.
func TestMistakes(t *testing.T) {
	if *record {
		recordMistakes(t)
	}
	all := readRecorded(t)
	list := trials(t)
	if len(list) < 100 {
		t.Errorf("%d mistakes", len(list))
	}
	for _, tr := range list {
		t.Run(tr.name, func(t *testing.T) {
			s, ok := all[tr.name]
			if !ok {
				t.Fatal("GoNB was not asked: use -record")
			}
			for _, l := range []lang.Lang{lang.English, lang.Chinese} {
				t.Setenv(lang.Env, l.String())
				at := tr.situation(s)
				tr.judge(t, l, at.explain(s.Evalue, s.Trace, at.ownLines(s.dump())).lines(), s.Count)
			}
		})
	}
}

// situation is what the kernel knows when the mistake is made.
func (tr trial) situation(s said) situation {
	at := situation{now: s.Count, cell: newCell(tr.source), cells: map[int]cell{}}
	for i, b := range tr.before {
		at.cells[s.Count-len(tr.before)+i] = newCell(b)
	}
	return at
}

// dump is the part of standard error that the kernel would hold back.
func (s said) dump() string {
	at := panicLine.FindStringIndex(s.Stderr)
	if at == nil {
		return ""
	}
	e := execution{dying: []byte(s.Stderr[at[0]:])}
	return e.dump()
}

// judge looks at a message. count is the execution count of the cell with the mistake.
func (tr trial) judge(t *testing.T, l lang.Lang, lines []string, count int) {
	t.Helper()
	text := strings.Join(lines, "\n")
	if os.Getenv("SHOW") != "" {
		t.Logf("\n%s", text)
	}
	if len(lines) > maxLines || strings.Count(text, "\n") >= maxLines {
		t.Errorf("%d lines:\n%s", len(lines), text)
	}
	cell := count
	if tr.cell > 0 {
		cell = count - len(tr.before) - 1 + tr.cell
	}
	where, words := fmt.Sprintf("Cell [%d], line %d: ", cell, tr.line), tr.en
	if l == lang.Chinese {
		where, words = fmt.Sprintf("单元格 [%d] 第 %d 行：", cell, tr.line), tr.zh
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], where) {
		t.Errorf("it does not begin with %q:\n%s", where, text)
	}
	for _, w := range words {
		if w = strings.ReplaceAll(w, "[1]", fmt.Sprintf("[%d]", count-len(tr.before))); !strings.Contains(text, w) {
			t.Errorf("no %q in:\n%s", w, text)
		}
	}
	if strings.Contains(text, "main.go") || strings.Contains(text, "gonb_") {
		t.Errorf("the message names a file that the reader never wrote:\n%s", text)
	}
}

// TestMistakesInTheKernel makes all mistakes in the kernel itself, every other one in
// Chinese. Both an error message and the reply say it, once, and nothing else is shown.
func TestMistakesInTheKernel(t *testing.T) {
	for n, l := range []lang.Lang{lang.English, lang.Chinese} {
		k := start(t, kernelName, lang.Env+"="+l.String())
		for i, tr := range trials(t) {
			if i%2 != n {
				continue
			}
			t.Run(tr.name, func(t *testing.T) {
				k.t = t
				k.run("%reset\n!*go work use $CNNBOOK_ROOT")
				for _, b := range tr.before {
					k.run(b)
				}
				r := k.run(tr.source)
				if r.status() != "error" || r.reply["ename"] == "" {
					t.Fatalf("%v, prints %q", r.reply, r.stdout)
				}
				lines := r.errors()
				tr.judge(t, l, lines, int(r.reply["execution_count"].(float64)))
				if len(lines) > 0 && r.reply["evalue"] != lines[0] {
					t.Errorf("the reply says %q, the message %q", r.reply["evalue"], lines[0])
				}
				if r.stderr != "" {
					t.Errorf("besides the message: %q", r.stderr)
				}
			})
		}
		k.t = t
	}
}

// recordMistakes asks GoNB. Definitions of one trial must not help the next, so each
// begins with %reset, which is not counted among the cells before.
func recordMistakes(t *testing.T) {
	k := start(t, "gonb")
	all := map[string]said{}
	for _, tr := range trials(t) {
		k.run("%reset\n!*go work use " + environment(t).Root)
		for _, b := range tr.before {
			k.run(strings.Join(newCell(b).code, "\n"))
		}
		r := k.run(strings.Join(newCell(tr.source).code, "\n"))
		// Without our kernel in between GoNB misses a line that comes in two pieces.
		for n := 0; n < 20 && strings.Contains(r.stderr, "main.go:") && !cellLine.MatchString(r.stderr); n++ {
			for _, b := range tr.before {
				k.run(strings.Join(newCell(b).code, "\n"))
			}
			r = k.run(strings.Join(newCell(tr.source).code, "\n"))
		}
		if r.status() != "error" {
			t.Errorf("%s: GoNB says %v %q %q", tr.name, r.reply, r.stdout, r.stderr)
			continue
		}
		s := said{Evalue: r.reply["evalue"].(string), Stderr: r.stderr, Count: int(r.reply["execution_count"].(float64)), Trace: r.errors()}
		if len(s.Stderr) > 8<<10 {
			s.Stderr = s.Stderr[:8<<10]
		}
		all[tr.name] = s
	}
	data, err := json.MarshalIndent(all, "", " ")
	data = regexp.MustCompile(`/[^ "(\\]*/(gonb_[0-9a-f]+/|src/)`).ReplaceAll(data, []byte("$1"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(recorded, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
