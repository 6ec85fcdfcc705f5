package kernel

import (
	"path"
	"runtime"
	"strings"

	"cnnbook/internal/lang"
)

var banner = lang.Text{
	EN: "Go for the notebooks of cnnbook: GoNB with explanations",
	ZH: "cnnbook 笔记本的 Go 内核：GoNB，外加对错误的讲解",
}

// kernelInfo says what the kernel is. pygments_lexer colours exported pages, mimetype
// and codemirror_mode the page in the browser.
func kernelInfo() object {
	return object{
		"status": "ok", "protocol_version": protocol, "implementation": "cnnbook", "implementation_version": "1", "banner": banner.String(),
		"language_info": object{
			"name": "go", "version": runtime.Version(), "mimetype": "text/x-go", "file_extension": ".go",
			"pygments_lexer": "go", "codemirror_mode": "go", "nbconvert_exporter": "script",
		},
		"help_links": []object{
			{"text": "Go", "url": "https://go.dev/doc/"},
			{"text": "GoNB", "url": "https://github.com/janpfeifer/gonb"},
		},
		"supported_features": []string{}, "debugger": false,
	}
}

// isComplete tells consoles if a cell could run as it is. What only ends too early is
// incomplete.
func isComplete(f object) object {
	source, _ := f["code"].(string)
	c := newCell(source)
	errors := c.syntaxErrors()
	switch {
	case len(errors) == 0:
		return object{"status": "complete"}
	case len(openBrackets(c.code)) > 0 || strings.Contains(errors[0].Msg, "EOF") || strings.Contains(errors[0].Msg, "not terminated"):
		return object{"status": "incomplete", "indent": strings.Repeat("\t", len(openBrackets(c.code)))}
	}
	return object{"status": "invalid"}
}

// entry is a cell of the history, which is that of this session.
type entry struct {
	line   int
	source string
}

func (p *proxy) remember(e *execution) {
	if f := e.forGoNB(p.self).fields(); f["store_history"] == true {
		p.history = append(p.history, entry{e.count, strings.Join(e.cell.source, "\n")})
	}
}

// recall answers a question for the history: its last n cells, a range, or those that
// match a pattern of shell wildcards.
func (p *proxy) recall(f object) object {
	number := func(name string) int { n, _ := f[name].(float64); return int(n) }
	var found []entry
	seen := map[string]bool{}
	for _, h := range p.history {
		switch f["hist_access_type"] {
		case "range":
			if h.line < number("start") || f["stop"] != nil && h.line >= number("stop") {
				continue
			}
		case "search":
			pattern, _ := f["pattern"].(string)
			// * matches a line's end and a slash too.
			flat := strings.NewReplacer("/", "\x00", "\n", " ")
			if ok, err := path.Match(flat.Replace(pattern), flat.Replace(h.source)); err != nil || !ok {
				continue
			}
			if f["unique"] == true && seen[h.source] {
				continue
			}
			seen[h.source] = true
		}
		found = append(found, h)
	}
	if n := number("n"); n > 0 && f["hist_access_type"] != "range" && len(found) > n {
		found = found[len(found)-n:]
	}
	list := [][]any{}
	for _, h := range found {
		var what any = h.source
		if f["output"] == true {
			what = []any{h.source, nil} // outputs are not kept
		}
		list = append(list, []any{0, h.line, what})
	}
	return object{"status": "ok", "history": list}
}
