package kernel

import (
	"go/token"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cnnbook/internal/lang"
)

// undefined explains a name that the compiler does not know.
func (s situation) undefined(m mistake, name string) mistake {
	line := code(m.text)
	found := map[string]string{"name": name}
	tell := func(says, advice lang.Text) mistake {
		m.says, m.advice = filled(says.String(), found), filled(advice.String(), found)
		return m
	}
	// A name of a package: fmt.println.
	if i := strings.IndexByte(name, '.'); i > 0 {
		return s.missingIn(m, name[:i], name[i+1:])
	}
	if after := re(`\b` + regexp.QuoteMeta(name) + `\.(\w+)`).FindStringSubmatch(line); after != nil && slices.Contains(packages, name) {
		return s.missingIn(m, name, after[1])
	}
	if t, ok := foreign[name]; ok {
		return tell(foreignSays, t)
	}
	if strings.IndexFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 && strings.TrimSpace(line) == name {
		return tell(undefinedSays, textCell)
	}
	if re(`(^|\bfor\b|;)\s*` + regexp.QuoteMeta(name) + `\s*(,\s*\w+\s*)*=[^=]`).MatchString(line) {
		return tell(undefinedSays, newName)
	}
	if cell := s.madeInCell(name); cell > 0 {
		found["cell"] = sprintf("%d", cell)
		return tell(undefinedSays, endedWithCell)
	}
	if near := s.nearest(name); near != "" {
		found["near"] = near
		return tell(undefinedSays, didYouMean)
	}
	if after := re(`\b` + regexp.QuoteMeta(name) + `\.(\w+)`).FindStringSubmatch(line); after != nil {
		return tell(undefinedSays, unknownPackage)
	}
	return tell(undefinedSays, runAbove)
}

var (
	undefinedSays = lang.Text{EN: "undefined: {name}", ZH: "没有定义 {name}"}
	runAbove      = lang.Text{
		EN: "No cell that has run since the kernel started declares {name}: run the cells above first, or check the spelling.",
		ZH: "内核启动以来运行过的单元格都没有声明 {name}：请先运行前面的单元格，或者检查拼写。",
	}
	unknownPackage = lang.Text{
		EN: "{name} is neither a package nor declared: run the cells above first, import it, or check the spelling.",
		ZH: "{name} 既不是已知的包，也没有声明过：请先运行前面的单元格，或者导入它，或者检查拼写。",
	}
	textCell      = lang.Text{EN: "Text belongs into a text cell (press Esc, then M), or behind //.", ZH: "文字要写在文本单元格里（按 Esc，再按 M），或者写在 // 后面。"}
	newName       = lang.Text{EN: "A new variable is made with := ; later it is changed with =", ZH: "新变量要用 := 声明，之后再用 = 修改"}
	endedWithCell = lang.Text{
		EN: "A variable made with := ends with its cell. In cell [{cell}] write var {name} = … above all statements, and run that cell again.",
		ZH: "用 := 声明的变量只在它所在的单元格里有效。请在单元格 [{cell}] 的语句前面写 var {name} = …，再运行一次那个单元格。",
	}
	didYouMean  = lang.Text{EN: "Did you mean {near}? Go tells capital and small letters apart.", ZH: "是不是想写 {near}？Go 区分大小写。"}
	foreignSays = lang.Text{EN: "undefined: {name} (it is not Go)", ZH: "没有定义 {name}（这不是 Go 的写法）"}
)

// foreign are names of other languages, with Go's words.
var foreign = map[string]lang.Text{
	"True":      {EN: "In Go: true", ZH: "Go 里写 true"},
	"False":     {EN: "In Go: false", ZH: "Go 里写 false"},
	"TRUE":      {EN: "In Go: true", ZH: "Go 里写 true"},
	"FALSE":     {EN: "In Go: false", ZH: "Go 里写 false"},
	"None":      {EN: "In Go: nil", ZH: "Go 里写 nil"},
	"null":      {EN: "In Go: nil", ZH: "Go 里写 nil"},
	"NULL":      {EN: "In Go: nil", ZH: "Go 里写 nil"},
	"nullptr":   {EN: "In Go: nil", ZH: "Go 里写 nil"},
	"this":      {EN: "In Go the receiver has a name: func (t T) Method()", ZH: "Go 里接收者自己取名：func (t T) Method()"},
	"self":      {EN: "In Go the receiver has a name: func (t T) Method()", ZH: "Go 里接收者自己取名：func (t T) Method()"},
	"pass":      {EN: "Leave pass out: an empty block is {} in Go.", ZH: "去掉 pass：Go 的空代码块就是 {}。"},
	"str":       {EN: "In Go: fmt.Sprint(x); to print, fmt.Println(\"x =\", x)", ZH: "Go 里写 fmt.Sprint(x)；打印用 fmt.Println(\"x =\", x)"},
	"float":     {EN: "In Go: float64", ZH: "Go 里写 float64"},
	"double":    {EN: "In Go: float64", ZH: "Go 里写 float64"},
	"long":      {EN: "In Go: int", ZH: "Go 里写 int"},
	"char":      {EN: "In Go: byte, or rune for any character", ZH: "Go 里写 byte；任意字符用 rune"},
	"boolean":   {EN: "In Go: bool", ZH: "Go 里写 bool"},
	"String":    {EN: "In Go: string", ZH: "Go 里写 string"},
	"list":      {EN: "In Go: []float64{1, 2}", ZH: "Go 里写 []float64{1, 2}"},
	"dict":      {EN: `In Go: map[string]int{"a": 1}`, ZH: `Go 里写 map[string]int{"a": 1}`},
	"tuple":     {EN: "Go has no tuples: a function returns several values, return a, b", ZH: "Go 没有元组：函数可以返回多个值，return a, b"},
	"abs":       {EN: "In Go: math.Abs(x), for float64", ZH: "Go 里写 math.Abs(x)（float64）"},
	"round":     {EN: "In Go: math.Round(x), for float64", ZH: "Go 里写 math.Round(x)（float64）"},
	"pow":       {EN: "In Go: math.Pow(x, 2), for float64", ZH: "Go 里写 math.Pow(x, 2)（float64）"},
	"sqrt":      {EN: "In Go: math.Sqrt(x), for float64", ZH: "Go 里写 math.Sqrt(x)（float64）"},
	"sum":       {EN: "In Go: s := 0.0; for _, x := range list { s += x }", ZH: "Go 里写 s := 0.0; for _, x := range list { s += x }"},
	"sorted":    {EN: "In Go: slices.Sort(list)", ZH: "Go 里写 slices.Sort(list)"},
	"enumerate": {EN: "In Go: for i, x := range list { … }", ZH: "Go 里写 for i, x := range list { … }"},
	"zip":       {EN: "In Go: for i := range a { … a[i], b[i] … }", ZH: "Go 里写 for i := range a { … a[i], b[i] … }"},
	"input":     {EN: "In Go: fmt.Scanln(&x), with %with_inputs in a cell before it", ZH: "Go 里写 fmt.Scanln(&x)"},
	"printf":    {EN: "In Go: fmt.Printf", ZH: "Go 里写 fmt.Printf"},
	"cout":      {EN: "In Go: fmt.Println(x)", ZH: "Go 里写 fmt.Println(x)"},
	"console":   {EN: "In Go: fmt.Println(x)", ZH: "Go 里写 fmt.Println(x)"},
	"np":        {EN: "Python's numpy is not there. A table is [][]float64, and its loops are written out.", ZH: "这里没有 Python 的 numpy。二维数组写 [][]float64，循环要自己写。"},
	"numpy":     {EN: "Python's numpy is not there. A table is [][]float64, and its loops are written out.", ZH: "这里没有 Python 的 numpy。二维数组写 [][]float64，循环要自己写。"},
	"plt":       {EN: "Python's matplotlib is not there. Pictures are drawn by package plots: go doc cnnbook/plots", ZH: "这里没有 Python 的 matplotlib。画图用 plots 包：go doc cnnbook/plots"},
	"torch":     {EN: "Python's PyTorch is not there. Layers are in package cnnlib: go doc cnnbook/cnnlib", ZH: "这里没有 Python 的 PyTorch。网络层在 cnnlib 包里：go doc cnnbook/cnnlib"},
	"nn":        {EN: "Python's PyTorch is not there. Layers are in package cnnlib: go doc cnnbook/cnnlib", ZH: "这里没有 Python 的 PyTorch。网络层在 cnnlib 包里：go doc cnnbook/cnnlib"},
	"tf":        {EN: "Python's TensorFlow is not there. Layers are in package cnnlib: go doc cnnbook/cnnlib", ZH: "这里没有 Python 的 TensorFlow。网络层在 cnnlib 包里：go doc cnnbook/cnnlib"},
}

// packages are those that cells use most.
var packages = []string{
	"fmt", "math", "strings", "strconv", "os", "sort", "slices", "maps", "errors", "time", "rand", "bytes", "bufio", "unicode", "image", "color", "json", "context",
	"cnnlib", "arith", "ref", "data", "nets", "train", "plots", "cell", "engine", "ledger", "exercise", "explore", "kept", "progress", "xla", "gonbui",
}

var (
	lowerCase = [2]lang.Text{
		{EN: "{package} has no {name}: what a package gives begins with a capital letter", ZH: "{package} 没有 {name}：包里可以用的名字都以大写字母开头"},
		{EN: "Write: {package}.{upper}", ZH: "请写成 {package}.{upper}"},
	}
	notThere = [2]lang.Text{
		{EN: "{package} has no {name}, or its import is missing", ZH: "{package} 没有 {name}，或者缺少 import"},
		{EN: "A cell with !go doc {package} lists what it has.", ZH: "在单元格里运行 !go doc {package}，可以看到它有什么。"},
	}
)

// missingIn explains a name that a package does not have.
func (s situation) missingIn(m mistake, pkg, name string) mistake {
	r, size := utf8.DecodeRuneInString(name)
	found := map[string]string{"package": pkg, "name": name, "upper": string(unicode.ToUpper(r)) + name[size:]}
	texts := notThere
	if unicode.IsLower(r) {
		texts = lowerCase
	}
	m.says, m.advice = filled(texts[0].String(), found), filled(texts[1].String(), found)
	return m
}

// madeInCell is the last cell that made a variable with := .
func (s situation) madeInCell(name string) int {
	made := regexp.MustCompile(`(^|[\s,;{])` + regexp.QuoteMeta(name) + `\s*(,[\w\s,]*)?:=`)
	last := 0
	for n, c := range s.cells {
		if n == s.now || n < last {
			continue
		}
		for _, line := range c.source {
			if made.MatchString(code(line)) {
				last = n
			}
		}
	}
	return last
}

// nearest is a declared name that differs by the case of letters or by one or two of them.
func (s situation) nearest(name string) string {
	best, distance := "", 3
	look := func(c cell) {
		for _, n := range declared(c) {
			d := edits(strings.ToLower(n), strings.ToLower(name))
			if n != name && d < distance && (d == 0 || len(name) > 2*d+1) || n != name && d == distance && n < best {
				best, distance = n, d
			}
		}
	}
	for _, c := range s.cells {
		look(c)
	}
	look(s.cell)
	return best
}

// declared lists the names that a cell declares.
func declared(c cell) (names []string) {
	special, _ := specialLines(slices.Clone(c.source))
	list := lexemes(goText(c.source, special))
	for i, l := range list {
		switch l.tok {
		case token.DEFINE: // a, b :=
			for j := i - 1; j >= 0 && (list[j].tok == token.IDENT || list[j].tok == token.COMMA); j-- {
				if list[j].tok == token.IDENT {
					names = append(names, list[j].lit)
				}
			}
		case token.VAR, token.CONST, token.FUNC, token.TYPE:
			if i+1 < len(list) && list[i+1].tok == token.IDENT {
				names = append(names, list[i+1].lit)
			}
		}
	}
	return names
}

// edits is the number of letters to change, add or leave out (Levenshtein's distance).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
