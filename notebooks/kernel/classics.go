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

// classic explains what the compiler says.
func (s situation) classic(m mistake) mistake {
	if line, ok := s.bodyBelow(); ok {
		m.place = s.place(s.now, line, 1)
		m.says, m.advice = braceBelow[0].String(), braceBelow[1].String()
		return m
	}
	if name, ok := strings.CutPrefix(m.says, "undefined: "); ok {
		return s.undefined(m, name)
	}
	return s.matched(m, compilerRules)
}

var braceBelow = [2]lang.Text{
	{EN: "the { must stand on the same line as func", ZH: "{ 要和 func 写在同一行"},
	{EN: "Move the { to the end of the line before it.", ZH: "请把 { 移到上一行的末尾。"},
}

// bodyBelow finds a function whose { is on the next line. To Go that is a function
// without a body, and a block. The line is that of the {.
func (s situation) bodyBelow() (line int, ok bool) {
	special, _ := specialLines(slices.Clone(s.cell.source))
	rows := strings.Split(goText(s.cell.source, special), "\n")
	for i := 1; i < len(rows); i++ {
		before := strings.TrimSpace(code(rows[i-1]))
		if strings.HasPrefix(before, "func ") && !strings.HasSuffix(before, "{") && !strings.HasSuffix(before, "}") && strings.HasPrefix(strings.TrimSpace(rows[i]), "{") {
			if at := slices.Index(s.cell.origin, i); at >= 0 {
				return at + 1, true
			}
		}
	}
	return 0, false
}

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

// compilerRules make sentences of what the compiler says most.
var compilerRules = []rule{
	{
		message: re(`^declared and not used: (?P<name>\w+)`),
		says:    lang.Text{EN: "{name} is declared and never used", ZH: "声明了变量 {name}，却没有用到"},
		advice:  lang.Text{EN: "Use it, for example fmt.Println({name}), or delete it; _ = {name} keeps it for now.", ZH: "请用上它，例如 fmt.Println({name})，或者删掉；暂时保留可以写 _ = {name}。"},
	},
	{
		message: re(`^"(?P<path>.*)" imported (as \w+ )?and not used`),
		says:    lang.Text{EN: "the package {path} is imported and never used", ZH: "导入了包 {path}，却没有用到"},
		advice:  lang.Text{EN: "Delete the import.", ZH: "请删掉这个 import。"},
	},
	{
		message: re(`^label (?P<name>try|except|else|finally) defined and not used`),
		says:    lang.Text{EN: "Go has no exceptions; a function returns its error", ZH: "Go 没有异常，函数会返回错误"},
		advice:  lang.Text{EN: "Write: y, err := f(x), and then if err != nil { … }; or y := cell.Must(f(x)).", ZH: "请写成 y, err := f(x)，再写 if err != nil { … }；或者 y := cell.Must(f(x))。"},
	},
	{
		message: re(`^label (?P<name>\w+) defined and not used`),
		says:    lang.Text{EN: "{name}: is a label that nothing jumps to", ZH: "{name}: 是没有用到的标签"},
		advice:  lang.Text{EN: "A block begins with { in Go, not with :", ZH: "Go 的代码块用 { 开头，不用冒号。"},
	},
	{
		message: re(`^no new variables on left side of :=`), line: re(`(?P<name>[\w, ]+?)\s*:=`),
		says:   lang.Text{EN: "{name} is there already, and := makes new variables", ZH: "{name} 已经声明过，而 := 只用来声明新变量"},
		advice: lang.Text{EN: "To change it write {name} = …", ZH: "要修改它，请写 {name} = …"},
	},
	{
		message: re(`^(?P<name>\S+) redeclared in this block`),
		says:    lang.Text{EN: "{name} is declared twice", ZH: "{name} 声明了两次"},
		advice:  lang.Text{EN: "Give one of them another name; to change it write {name} = …", ZH: "请给其中一个改名；如果只想修改它的值，请写 {name} = …"},
	},
	{
		message: re(`^missing return`),
		says:    lang.Text{EN: "missing return: the function can come to its end without a value", ZH: "缺少 return：函数可能执行到末尾却没有返回值"},
		advice:  lang.Text{EN: "Put a return before this }, for the cases that no return before it takes.", ZH: "请在这个 } 前面补上 return，处理前面没有返回的情况。"},
	},
	{
		message: re(`^too many return values`),
		says:    lang.Text{EN: "the function has no result type for what it returns", ZH: "函数返回了值，但没有声明相应的返回类型"},
		advice:  lang.Text{EN: "Write the result type behind the parameters: func f(x int) int {", ZH: "请在参数后面写上返回类型：func f(x int) int {"},
	},
	{
		message: re(`^not enough return values`),
		says:    lang.Text{EN: "the function returns fewer values than it says", ZH: "函数返回的值比声明的少"},
		advice:  lang.Text{EN: "Return one value for each result type.", ZH: "每个返回类型都要返回一个值。"},
	},
	{
		message: re(`^not enough arguments in call to (?P<f>[^\n]+)`),
		says:    lang.Text{EN: "not enough arguments for {f}", ZH: "调用 {f} 的参数太少"},
		advice:  lang.Text{EN: "Press Shift-Tab behind its ( to see what it takes.", ZH: "把光标放在 ( 后面，按 Shift-Tab 查看它需要的参数。"},
	},
	{
		message: re(`^too many arguments in call to (?P<f>[^\n]+)`),
		says:    lang.Text{EN: "too many arguments for {f}", ZH: "调用 {f} 的参数太多"},
		advice:  lang.Text{EN: "Press Shift-Tab behind its ( to see what it takes.", ZH: "把光标放在 ( 后面，按 Shift-Tab 查看它需要的参数。"},
	},
	{
		message: re(`^assignment mismatch: 1 variable but (?P<f>\S+) returns 2 values`), line: re(`(?P<name>\w+)\s*:?=`),
		says:   lang.Text{EN: "{f} returns 2 values, the second is mostly an error", ZH: "{f} 返回 2 个值，第二个通常是错误"},
		advice: lang.Text{EN: "Write: {name}, err := {f}(…), and look at err; or {name} := cell.Must({f}(…))", ZH: "请写成 {name}, err := {f}(…)，并检查 err；或者 {name} := cell.Must({f}(…))"},
	},
	{
		message: re(`^assignment mismatch: (?P<left>\d+) variables? but (?P<f>\S+) returns (?P<right>\d+) values?`),
		says:    lang.Text{EN: "{f} returns {right} values, but {left} are taken", ZH: "{f} 返回 {right} 个值，左边却有 {left} 个变量"},
		advice:  lang.Text{EN: "Give each value a name; _ stands for one that is not needed.", ZH: "请为每个值写一个变量；不需要的写 _。"},
	},
	{
		message: re(`^assignment mismatch: (?P<left>\d+) variables? but (?P<right>\d+) values?`),
		says:    lang.Text{EN: "{left} variables for {right} values", ZH: "左边有 {left} 个变量，右边有 {right} 个值"},
		advice:  lang.Text{EN: "Both sides need the same number.", ZH: "两边的个数要相同。"},
	},
	{
		message: re(`^multiple-value (?P<f>\w[\w.]*)\(.*\(value of type \((?P<types>.*)\)\)`),
		says:    lang.Text{EN: "{f} returns 2 values or more ({types}), where one is wanted", ZH: "{f} 返回 2 个或更多的值（{types}），而这里只能用一个"},
		advice:  lang.Text{EN: "Take them apart first: y, err := {f}(…); or use cell.Must({f}(…)).", ZH: "请先分开：y, err := {f}(…)；或者用 cell.Must({f}(…))。"},
	},
	{
		message: re(`^(?P<what>.*) \(no value\) used as value`),
		says:    lang.Text{EN: "{what} has no value", ZH: "{what} 没有返回值"},
		advice:  lang.Text{EN: "The function has no result type: call it in a line of its own, or let it return something.", ZH: "这个函数没有返回类型：请单独写一行来调用它，或者让它返回一个值。"},
	},
	{
		message: re(`^append\((?P<list>\w+).*\) \(value of type .*\) is not used`),
		says:    lang.Text{EN: "the result of append is thrown away", ZH: "append 的结果没有保存"},
		advice:  lang.Text{EN: "Write: {list} = append({list}, …)", ZH: "请写成 {list} = append({list}, …)"},
	},
	{
		message: re(`^(?P<what>(?P<left>[\w.\[\]]+) == .*) \(untyped bool value\) is not used`),
		says:    lang.Text{EN: "{what} compares, and nothing is done with the answer", ZH: "{what} 是比较，而比较的结果没有用到"},
		advice:  lang.Text{EN: "To assign write {left} = …; to see the answer, fmt.Println({what})", ZH: "赋值请写 {left} = …；想看结果请写 fmt.Println({what})"},
	},
	{
		message: re(`^(?P<what>.*?) \((variable|value|constant|untyped|field).*\) is not used`),
		says:    lang.Text{EN: "{what} alone does nothing: a cell shows what it prints", ZH: "单独写 {what} 没有作用：单元格只显示打印出来的内容"},
		advice:  lang.Text{EN: "Write: fmt.Println({what})", ZH: "请写成 fmt.Println({what})"},
	},
	{
		message: re(`^cannot use (?P<value>\S+) \(.*\) as train.Schedule value`),
		says:    lang.Text{EN: "Rate is a schedule, not a number", ZH: "Rate 是学习率的变化规则（Schedule），不是数"},
		advice:  lang.Text{EN: "For the same rate at every step write train.Constant({value})", ZH: "每一步学习率都相同时，请写 train.Constant({value})"},
	},
	{
		message: re(`^cannot use (?P<value>.*) \(untyped float constant\) as (?P<type>int\w*|byte|uint\w*) value in .*\(truncated\)|^(?P<other>.*) \(untyped float constant\) truncated to int`),
		says:    lang.Text{EN: "{value} is not a whole number, and {type} is wanted", ZH: "{value} 不是整数，而这里要的是 {type}"},
		advice:  lang.Text{EN: "Use a whole number, or the type float64.", ZH: "请用整数，或者把类型改成 float64。"},
	},
	{
		message: re(`^cannot use (?P<value>.*) \(untyped .* constant\) as (?P<type>byte|uint8) value in .*\(overflows\)`),
		says:    lang.Text{EN: "{value} is too large for {type}, which goes from 0 to 255", ZH: "{value} 超出了 {type} 的范围 0～255"},
		advice:  lang.Text{EN: "Use the type int.", ZH: "请改用 int 类型。"},
	},
	{
		message: re(`^cannot use (?P<value>.*) \(.*constant.*\) as (?P<type>\S+) value in .*\(overflows\)`),
		says:    lang.Text{EN: "{value} is too large for {type}", ZH: "{value} 超出了 {type} 的范围"},
		advice:  lang.Text{EN: "Use the type int.", ZH: "请改用 int 类型。"},
	},
	{
		message: re(`^cannot use (?P<value>.*) \(untyped string constant.*\) as (?P<type>(u?int|float)\w*|byte) value`),
		says:    lang.Text{EN: "{value} is text, and {type} is wanted", ZH: "{value} 是文本，而这里要的是 {type}"},
		advice:  lang.Text{EN: `Leave out the quotes; a number is read out of a text by strconv.Atoi.`, ZH: `请去掉引号；要把文本转换成数，用 strconv.Atoi。`},
	},
	{
		message: re(`^cannot use (?P<value>.*) \(untyped (int|float) constant.*\) as string value`),
		says:    lang.Text{EN: "{value} is a number, and text is wanted", ZH: "{value} 是数，而这里要的是文本"},
		advice:  lang.Text{EN: `Put it in double quotes: "{value}"; a variable becomes text by fmt.Sprint(x).`, ZH: `请加上双引号："{value}"；变量用 fmt.Sprint(x) 转换成文本。`},
	},
	{
		message: re(`^cannot use (?P<value>.*) \(untyped string constant.*\) as (?P<package>\w+)\.(?P<type>\w+) value`),
		says:    lang.Text{EN: "{value} is text, and {package}.{type} is wanted", ZH: "{value} 是文本，而这里要的是 {package}.{type}"},
		advice:  lang.Text{EN: "!go doc {package}.{type} shows its values: names of package {package}, without quotes.", ZH: "运行 !go doc {package}.{type} 可以看到它的取值：{package} 包里的名字，不加引号。"},
	},
	{
		message: re(`^cannot use (?P<value>[\w.\[\]]+) \(variable of type float\d+\) as (?P<type>u?int\w*) value`),
		says:    lang.Text{EN: "{value} is float64, and {type} is wanted", ZH: "{value} 是 float64，而这里要的是 {type}"},
		advice:  lang.Text{EN: "Write {type}({value}), which drops what is behind the point.", ZH: "请写成 {type}({value})，小数部分会舍去。"},
	},
	{
		message: re(`^cannot use (?P<value>[\w.\[\]]+) \(variable of type u?int\w*\) as (?P<type>float\d+) value`),
		says:    lang.Text{EN: "{value} is int, and {type} is wanted", ZH: "{value} 是 int，而这里要的是 {type}"},
		advice:  lang.Text{EN: "Write: {type}({value})", ZH: "请写成 {type}({value})"},
	},
	{
		message: re(`^cannot use nil as (?P<type>\S+) value`),
		says:    lang.Text{EN: "{type} cannot be nil", ZH: "{type} 不能是 nil"},
		advice:  lang.Text{EN: `Its value for "nothing yet" is the zero value: 0, "" or T{}.`, ZH: `表示“还没有值”时用它的零值：0、"" 或者 T{}。`},
	},
	{
		message: re(`^cannot use (?P<value>.*) \(.*\) as (?P<type>\S+) value in .*does not implement \S+ \(missing method (?P<method>\w+)\)`),
		says:    lang.Text{EN: "{value} is no {type}: the method {method} is missing", ZH: "{value} 不是 {type}：缺少方法 {method}"},
		advice:  lang.Text{EN: "Write the method, with its name and results as {type} wants them; or give another value.", ZH: "请按 {type} 的要求写出这个方法（名字、参数和返回值都要一致），或者换一个值。"},
	},
	{
		message: re(`^cannot use (?P<value>.*) \(.*of (?:\w+ )?type (?P<has>[^)]*?)\) as (?P<type>.*) value in (?P<where>[^:]*)(:.*)?$`),
		says:    lang.Text{EN: "{value} has the type {has}, and {type} is wanted", ZH: "{value} 的类型是 {has}，而这里要的是 {type}"},
		advice:  lang.Text{EN: "Go changes no type by itself: give a value of the right type, or convert it.", ZH: "Go 不会自动转换类型：请换成类型正确的值，或者显式转换。"},
	},
	{
		message: re(`^invalid operation: (?P<left>[\w.\[\]()]+) [-+*/<>=!]+ (?P<right>[\w.\[\]()]+) \(mismatched types float64 and int\)`),
		says:    lang.Text{EN: "{left} is float64 and {right} is int: they cannot be mixed", ZH: "{left} 是 float64，{right} 是 int，不能直接运算"},
		advice:  lang.Text{EN: "Write float64({right}).", ZH: "请写成 float64({right})。"},
	},
	{
		message: re(`^invalid operation: (?P<left>[\w.\[\]()]+) [-+*/<>=!]+ (?P<right>[\w.\[\]()]+) \(mismatched types int and float64\)`),
		says:    lang.Text{EN: "{left} is int and {right} is float64: they cannot be mixed", ZH: "{left} 是 int，{right} 是 float64，不能直接运算"},
		advice:  lang.Text{EN: "Write float64({left}).", ZH: "请写成 float64({left})。"},
	},
	{
		message: re(`^invalid operation: (?P<left>".*") \* \w+ \(mismatched types untyped string`),
		says:    lang.Text{EN: "text cannot be multiplied", ZH: "文本不能做乘法"},
		advice:  lang.Text{EN: "Write strings.Repeat({left}, 20).", ZH: "请写成 strings.Repeat({left}, 20)。"},
	},
	{
		message: re(`^invalid operation: (?P<left>".*?)"? \+ (?P<right>[\w.\[\]()]+) \(mismatched types (untyped )?string and`),
		says:    lang.Text{EN: "text and a number cannot be added", ZH: "文本和数不能相加"},
		advice:  lang.Text{EN: `Print them side by side: fmt.Println({trimmed}", {right}); or make text of it: fmt.Sprint({right})`, ZH: `请并排打印：fmt.Println({trimmed}", {right})；或者转换成文本：fmt.Sprint({right})`},
	},
	{
		message: re(`^invalid operation: .*\(mismatched types (?P<left>.*) and (?P<right>.*)\)`),
		says:    lang.Text{EN: "{left} and {right} cannot be mixed", ZH: "{left} 和 {right} 不能直接运算"},
		advice:  lang.Text{EN: "Convert one of them to the type of the other: float64(n), int(x), string(r).", ZH: "请把其中一个转换成另一个的类型：float64(n)、int(x)、string(r)。"},
	},
	{
		message: re(`^invalid operation: cannot indirect`), line: re(`\*\*`),
		says:   lang.Text{EN: "** is Python; Go has no operator for powers", ZH: "** 是 Python 的写法，Go 没有乘方运算符"},
		advice: lang.Text{EN: "Write x * x, or math.Pow(x, 2) with float64.", ZH: "请写 x * x，或者 math.Pow(x, 2)（float64）。"},
	},
	{
		message: re(`^invalid operation: division by zero`),
		says:    lang.Text{EN: "division by zero", ZH: "除数为零"},
		advice:  lang.Text{EN: "Whole numbers have no infinity; 1.0 / x with a variable x of type float64 has.", ZH: "整数没有无穷大；float64 变量相除才会得到无穷大。"},
	},
	{
		message: re(`^invalid operation: (?P<what>.*)`),
		says:    lang.Text{EN: "this cannot be computed: {what}", ZH: "无法这样运算：{what}"},
		advice:  lang.Text{EN: "Both sides of an operator need one type, and one that has the operator.", ZH: "运算符两边的类型要相同，并且支持这个运算。"},
	},
	{
		message: re(`^invalid argument: index -\d+ .*must not be negative`), line: re(`(?P<list>\w+)\[-(?P<n>\d+)\]`),
		says:   lang.Text{EN: "an index cannot be negative", ZH: "下标不能是负数"},
		advice: lang.Text{EN: "The last item is {list}[len({list})-{n}].", ZH: "倒数第 {n} 个元素写成 {list}[len({list})-{n}]。"},
	},
	{
		message: re(`^invalid argument: index (?P<index>\d+) out of bounds \[0:(?P<n>\d+)\]`),
		says:    lang.Text{EN: "there is no item {index}: they count from 0 to {last}", ZH: "没有下标 {index}：下标从 0 到 {last}"},
		advice:  lang.Text{EN: "The first item has the index 0.", ZH: "第一个元素的下标是 0。"},
	},
	{
		message: re(`^non-boolean condition in (?P<what>\w+) statement`), line: re(`^\s*(?:if|for|}?\s*else if)\s+(?P<condition>[^{]*[^{ ])`),
		says:   lang.Text{EN: "the condition is not true or false", ZH: "条件不是真假值"},
		advice: lang.Text{EN: "Compare it: {condition} != 0", ZH: "请写成比较：{condition} != 0"},
	},
	{
		message: re(`^cannot convert (?P<value>".*") \(untyped string constant\) to type int`),
		says:    lang.Text{EN: "text does not become a number by int(…)", ZH: "文本不能用 int(…) 转换成数"},
		advice:  lang.Text{EN: "Write: n, err := strconv.Atoi({value})", ZH: "请写成 n, err := strconv.Atoi({value})"},
	},
	{
		message: re(`^cannot assign to (?P<what>\w+)\[.*neither addressable nor a map index`),
		says:    lang.Text{EN: "the characters of a string cannot be changed", ZH: "字符串 string 里的字符不能修改"},
		advice:  lang.Text{EN: "Change a copy: b := []byte({what}); b[0] = 'x'; {what} = string(b)", ZH: "请修改副本：b := []byte({what}); b[0] = 'x'; {what} = string(b)"},
	},
	{
		message: re(`^cannot assign to (?P<what>[^(]+) \(neither addressable`),
		says:    lang.Text{EN: "{what} cannot be changed: it is a constant, or the result of something", ZH: "{what} 不能修改：它是常量，或者是某个运算的结果"},
		advice:  lang.Text{EN: "What changes is declared by var or := .", ZH: "要修改的量请用 var 或 := 声明。"},
	},
	{
		message: re(`^index (?P<index>\d+) is out of bounds \(>= (?P<n>\d+)\)`),
		says:    lang.Text{EN: "there is no item {index}: they count from 0 to {last}", ZH: "没有下标 {index}：下标从 0 到 {last}"},
		advice:  lang.Text{EN: "The array has {n} items: give fewer values, or a larger length; [...]int counts by itself.", ZH: "数组只有 {n} 个元素：请少写几个值，或者增大长度；[...]int 会自动计数。"},
	},
	{
		message: re(`^duplicate key (?P<key>.*) in map literal`),
		says:    lang.Text{EN: "the key {key} stands twice in the map", ZH: "map 里的键 {key} 出现了两次"},
		advice:  lang.Text{EN: "Each key has one value: delete one of the two.", ZH: "每个键只有一个值：请删掉其中一个。"},
	},
	{
		message: re(`^(too many arguments|missing argument) in conversion to (?P<type>\S+)`),
		says:    lang.Text{EN: "{type} is a type, not a function", ZH: "{type} 是类型，不是函数"},
		advice:  lang.Text{EN: "Its values are written with braces: {type}{Field: value}", ZH: "它的值用花括号来写：{type}{字段: 值}"},
	},
	{
		message: re(`^unknown field (?P<name>\w+) in struct literal of type (?P<type>\S+), but does have (method )?(?P<right>\w+)`),
		says:    lang.Text{EN: "{type} has no field {name}", ZH: "{type} 没有字段 {name}"},
		advice:  lang.Text{EN: "It has {right}: fields begin with a capital letter.", ZH: "应当是 {right}：字段名以大写字母开头。"},
	},
	{
		message: re(`^unknown field (?P<name>\w+) in struct literal of type (?P<type>\S+)`),
		says:    lang.Text{EN: "{type} has no field {name}", ZH: "{type} 没有字段 {name}"},
		advice:  lang.Text{EN: "A cell with !go doc {type} lists its fields.", ZH: "在单元格里运行 !go doc {type}，可以看到它的字段。"},
	},
	{
		message: re(`^(?P<what>\S+)\.(?P<name>\w+) undefined \(.*but does have (method|field) (?P<right>\w+)\)`),
		says:    lang.Text{EN: "{what} has no {name}", ZH: "{what} 没有 {name}"},
		advice:  lang.Text{EN: "It has {right}: Go tells capital and small letters apart.", ZH: "应当是 {right}：Go 区分大小写。"},
	},
	{
		message: re(`^(?P<what>\S+)\.(len|length|size) undefined \(type (\[\]|map|string)`),
		says:    lang.Text{EN: "the length is no method in Go", ZH: "Go 里长度不是方法"},
		advice:  lang.Text{EN: "Write: len({what})", ZH: "请写成 len({what})"},
	},
	{
		message: re(`^(?P<what>\S+)\.(append|push|add) undefined \(type \[\]`),
		says:    lang.Text{EN: "append is no method in Go", ZH: "Go 里 append 不是方法"},
		advice:  lang.Text{EN: "Write: {what} = append({what}, …)", ZH: "请写成 {what} = append({what}, …)"},
	},
	{
		message: re(`^(?P<what>\S+)\.(?P<name>\w+) undefined \(type (?P<type>.*) has no field or method`),
		says:    lang.Text{EN: "{what}, of type {type}, has no {name}", ZH: "{what}（类型 {type}）没有 {name}"},
		advice:  lang.Text{EN: "If {what} should be a package, a variable of the same name hides it.", ZH: "如果 {what} 本来是包名，可能被同名的变量遮住了。"},
	},
	{
		message: re(`^(?P<what>\S+) is not a type`),
		says:    lang.Text{EN: "{what} is not a type", ZH: "{what} 不是类型"},
		advice:  lang.Text{EN: "If it should be a package's, a variable of the package's name hides the package: give the variable another name.", ZH: "如果它属于某个包，可能有同名的变量遮住了包名：请给变量换个名字。"},
	},
	{
		message: re(`^break is not in a loop`),
		says:    lang.Text{EN: "break stands outside of a loop", ZH: "break 不在循环里"},
		advice:  lang.Text{EN: "It ends a for or a switch; a function is left with return.", ZH: "break 只能结束 for 或 switch；离开函数要用 return。"},
	},
	{
		message: re(`^continue is not in a loop`),
		says:    lang.Text{EN: "continue stands outside of a loop", ZH: "continue 不在循环里"},
		advice:  lang.Text{EN: "It goes on with the next turn of a for.", ZH: "continue 只能用来进入 for 的下一轮。"},
	},
	{
		message: re(`^(package (?P<path>\S+) is not in std|no required module provides package (?P<module>[^;]+))`),
		says:    lang.Text{EN: "there is no package {path}{module}", ZH: "没有包 {path}{module}"},
		advice:  lang.Text{EN: "Check the path. Cells have Go's own packages, those of cnnbook, and what its go.mod names; they fetch nothing.", ZH: "请检查路径。单元格只能用 Go 自带的包、cnnbook 的包和 go.mod 里列出的包，不会联网下载。"},
	},
	{
		message: re(`^cannot range over (?P<what>.*) \(`),
		says:    lang.Text{EN: "range cannot go over {what}", ZH: "range 不能遍历 {what}"},
		advice:  lang.Text{EN: "It goes over lists, maps, texts, and from 0 up to a whole number.", ZH: "range 可以遍历列表、map、字符串，或者从 0 数到一个整数。"},
	},
}

// commandRules are about errors of GoNB's commands.
var commandRules = []rule{
	{
		message: re(`no required module provides package (?P<path>[^;\s]+)`),
		says:    lang.Text{EN: "there is no package {path}", ZH: "没有包 {path}"},
		advice:  lang.Text{EN: "Check the path. Cells have Go's own packages, those of cnnbook, and what its go.mod names; they fetch nothing.", ZH: "请检查路径。单元格只能用 Go 自带的包、cnnbook 的包和 go.mod 里列出的包，不会联网下载。"},
	},
}
