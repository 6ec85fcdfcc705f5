package kernel

import (
	"go/scanner"
	"go/token"
	"strings"
	"unicode/utf8"

	"cnnbook/internal/lang"
)

// syntax explains what Go's parser says. The parser names the first word that it did
// not expect; what the reader meant is seen in the line.
func (s situation) syntax(list scanner.ErrorList) mistake {
	first := list[0]
	m := mistake{place: s.place(s.now, first.Pos.Line, first.Pos.Column), says: first.Msg}
	if known := s.matched(m, characterRules); known.advice != "" {
		return known
	}
	if known := s.matched(m, lineRules); known.advice != "" {
		return known
	}
	if b, ok := s.bracket(); ok {
		return b
	}
	return s.matched(m, parserRules)
}

// bracket finds the bracket that has no partner.
func (s situation) bracket() (m mistake, ok bool) {
	open, extra := brackets(s.cell.code)
	l, texts := lexeme{}, bracketOpen
	switch {
	case extra != nil:
		l, texts = *extra, bracketExtra
	case len(open) > 0:
		l = open[len(open)-1]
	default:
		return m, false
	}
	m.place = s.place(s.now, l.line+1, l.col+1)
	found := map[string]string{"bracket": l.tok.String(), "partner": partner[l.tok].String()}
	m.says, m.advice = filled(texts[0].String(), found), filled(texts[1].String(), found)
	return m, true
}

var (
	bracketOpen = [2]lang.Text{
		{EN: "this {bracket} is never closed", ZH: "这里的 {bracket} 没有闭合"},
		{EN: "Put a {partner} where it ends.", ZH: "在它结束的地方补上 {partner}。"},
	}
	bracketExtra = [2]lang.Text{
		{EN: "this {bracket} is one too many", ZH: "这里多了一个 {bracket}"},
		{EN: "No {partner} before it is still open: take it away, or look for the {partner} that is missing.", ZH: "前面没有与它配对的 {partner}：删掉它，或者补上缺少的 {partner}。"},
	}
	partner = map[token.Token]token.Token{
		token.LPAREN: token.RPAREN, token.LBRACK: token.RBRACK, token.LBRACE: token.RBRACE,
		token.RPAREN: token.LPAREN, token.RBRACK: token.LBRACK, token.RBRACE: token.LBRACE,
	}
)

// brackets finds those that are not closed, in order, and the first that closes nothing.
// If a } stands at another depth than the line of its {, that { was the one not closed,
// and its own } was taken for it; so it comes last.
func brackets(lines []string) (open []lexeme, extra *lexeme) {
	special, _ := specialLines(append([]string{}, lines...))
	text := goText(lines, special)
	rows := strings.Split(text, "\n")
	depth := func(line int) int { return len(rows[line]) - len(strings.TrimLeft(rows[line], " \t")) }
	var suspect *lexeme
	for _, l := range lexemes(text) {
		switch l.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, l)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			n := len(open) - 1
			if n < 0 || open[n].tok != partner[l.tok] {
				if n < 0 && extra == nil {
					extra = &l
				}
				if n >= 0 { // what is open has no partner before this one
					return open, nil
				}
				continue
			}
			if o := open[n]; suspect == nil && l.tok == token.RBRACE && l.col == depth(l.line) && l.line != o.line && l.col < depth(o.line) {
				suspect = &o
			}
			open = open[:n]
		}
	}
	if len(open) > 0 && suspect != nil {
		open = append(open, *suspect)
	}
	return open, extra
}

// openBrackets are the brackets that are not closed.
func openBrackets(lines []string) []lexeme {
	open, _ := brackets(lines)
	return open
}

// halfWidth is what to type for a character of a Chinese input method.
var halfWidth = map[rune]string{
	'（': "(", '）': ")", '［': "[", '］': "]", '【': "[", '】': "]", '｛': "{", '｝': "}", '，': ",", '、': ",", '；': ";", '：': ":",
	'。': ".", '．': ".", '＝': "=", '＋': "+", '－': "-", '—': "-", '＊': "*", '×': "*", '／': "/", '÷': "/", '＜': "<", '＞': ">", '！': "!", '？': "?", '＆': "&",
	'｜': "|", '“': `"`, '”': `"`, '‘': `'`, '’': `'`, '＂': `"`, '　': " ", '《': "<", '》': ">", '≤': "<=", '≥': ">=", '≠': "!=",
}

// plain is the character of the keyboard for one that is not of it.
func plain(text string) string {
	r, _ := utf8.DecodeRuneInString(text)
	if p, ok := halfWidth[r]; ok {
		return p
	}
	if r >= '！' && r <= '～' { // the full-width forms of ASCII
		return string(r - '！' + '!')
	}
	return ""
}

// characterRules are about characters that no Go has outside of strings.
var characterRules = []rule{
	{
		message: re(`illegal character U\+0023`),
		says:    lang.Text{EN: "# begins no comment in Go", ZH: "Go 的注释不用 # 开头"},
		advice:  lang.Text{EN: "Write // and then the comment.", ZH: "请写成 //，后面写注释。"},
	},
	{
		message: re(`illegal character U\+003F`),
		says:    lang.Text{EN: "Go has no operator ? :", ZH: "Go 没有 ? : 运算符"},
		advice:  lang.Text{EN: "Write it with if: y := 0; if x > 2 { y = 1 }", ZH: "请改用 if：y := 0; if x > 2 { y = 1 }"},
	},
	{
		message: re(`illegal character U\+005C`),
		says:    lang.Text{EN: `\ does not continue a line in Go`, ZH: `Go 不用 \ 续行`},
		advice:  lang.Text{EN: `Delete the \ and let the line end with an operator or a comma: x := 1 +`, ZH: `删掉 \，让这一行以运算符或逗号结尾即可，例如 x := 1 +`},
	},
	{
		message: re(`illegal character U\+0040`),
		says:    lang.Text{EN: "Go has no operator @, and no decorators", ZH: "Go 没有 @ 运算符，也没有装饰器"},
		advice:  lang.Text{EN: "A matrix product is a function or a loop here.", ZH: "矩阵乘法要用函数或者循环来写。"},
	},
	{
		message: re(`illegal character U\+0024`),
		says:    lang.Text{EN: "$ is no sign of Go", ZH: "Go 里没有 $ 这个符号"},
		advice:  lang.Text{EN: "Formulas between $ belong into a text cell (press Esc, then M).", ZH: "$ 之间的公式要写在文本单元格里（按 Esc，再按 M）。"},
	},
	{
		message: re(`curly quotation mark '(?P<wide>.)'`),
		says:    lang.Text{EN: "{wide} is a curly (full-width) quote", ZH: "{wide} 是弯引号（全角引号）"},
		advice:  lang.Text{EN: `Type " with the input method switched to English: all quotes of this line.`, ZH: `请把输入法切换到英文，把这一行的引号都改成 "。`},
	},
	{
		message: re(`illegal character U\+[0-9A-F]+ '(?P<wide>[^\x00-\x7f])'`),
		says:    lang.Text{EN: "{wide} is a full-width character of the input method", ZH: "{wide} 是中文输入法的全角符号"},
		advice:  lang.Text{EN: "Type {plain} with the input method switched to English.", ZH: "请把输入法切换到英文，改成 {plain}。"},
	},
	{
		message: re(`(illegal rune literal|more than one character in rune literal|rune literal not terminated)`), line: re(`^\s*'''|'''\s*$`),
		says:   lang.Text{EN: "Go has no text in three quotes", ZH: "Go 没有三个引号的字符串"},
		advice: lang.Text{EN: "Text over several lines stands in backquotes: `…`; a comment in /* … */.", ZH: "多行文本用反引号：`…`；多行注释用 /* … */。"},
	},
	{
		message: re(`(illegal rune literal|more than one character in rune literal|rune literal not terminated|empty rune literal)`),
		says:    lang.Text{EN: "text stands in double quotes; '…' is one character", ZH: "字符串要用双引号，'…' 里只能有一个字符"},
		advice:  lang.Text{EN: `Write "…" for '…'.`, ZH: `请把 '…' 改成双引号 "…"。`},
	},
	{
		message: re(`raw string literal not terminated`),
		says:    lang.Text{EN: "the text in backquotes has no end", ZH: "反引号里的字符串没有结束"},
		advice:  lang.Text{EN: "Put a ` at its end.", ZH: "在结尾补上一个反引号 `。"},
	},
	{
		message: re(`comment not terminated`),
		says:    lang.Text{EN: "the comment has no end", ZH: "注释没有结束"},
		advice:  lang.Text{EN: "Put a */ at its end.", ZH: "在结尾补上 */。"},
	},
	{
		message: re(`string literal not terminated`),
		says:    lang.Text{EN: "the text has no closing quote", ZH: "字符串缺少结束的引号"},
		advice:  lang.Text{EN: `Put a " at its end. Text over several lines stands in backquotes: ` + "`…`", ZH: `在结尾补上 "。多行文本要用反引号：` + "`…`"},
	},
	{
		message: re(`unknown escape sequence`),
		says:    lang.Text{EN: `after \ in a text only n, t, ", \ and a few others may come`, ZH: `字符串里的 \ 后面只能是 n、t、"、\ 等少数几个字符`},
		advice:  lang.Text{EN: `Write \\ for a \, or put the text in backquotes.`, ZH: `想写 \ 就写 \\，或者改用反引号。`},
	},
}

// lineRules know words of other languages, in the line that the parser did not
// understand.
var lineRules = []rule{
	{
		message: re(`(unexpected newline, expecting \{|unexpected semicolon or newline before \{|expecting \{ after|expected.*clause, found newline)`),
		says:    lang.Text{EN: "the { must stand on the same line", ZH: "{ 要写在同一行"},
		advice:  lang.Text{EN: "Move the { of the next line to the end of this one.", ZH: "请把下一行的 { 移到这一行的末尾。"},
	},
	{
		message: re(`expected '\{', found newline`), line: re(`^\s*(?:}\s*)?(for|if|switch|else)\b`),
		says:   lang.Text{EN: "the { must stand on the same line", ZH: "{ 要写在同一行"},
		advice: lang.Text{EN: "Move the { of the next line to the end of this one.", ZH: "请把下一行的 { 移到这一行的末尾。"},
	},
	{
		message: re(`expected '\{', found newline`),
		says:    lang.Text{EN: "the block needs braces", ZH: "代码块要放在花括号里"},
		advice:  lang.Text{EN: "Write: if x == 3 { … }, with the { on the line of the if or for.", ZH: "请写成 if x == 3 { … }，{ 和 if、for 在同一行。"},
	},
	{
		line:   re(`^\s*func\b[^{]*\(\s*(?:\w+\s*,\s*)*(?P<name>\w+)\s*:\s*(?P<type>[\w.\[\]]+)`),
		says:   lang.Text{EN: "no colon stands between a parameter and its type", ZH: "参数和类型之间不加冒号"},
		advice: lang.Text{EN: "Write: {name} {type}", ZH: "请写成 {name} {type}"},
	},
	{
		line:   re(`^\s*(let)\s+(?P<name>\w+)\s*=\s*(?P<value>[^;]*[^; ])`),
		says:   lang.Text{EN: "let is no word of Go", ZH: "Go 没有 let"},
		advice: lang.Text{EN: "Write: {name} := {value}", ZH: "请写成 {name} := {value}"},
	},
	{
		line:   re(`^\s*(?P<word>var|const)\s+(?P<name>\w+)\s*:=\s*(?P<value>[^;]*[^; ])`),
		says:   lang.Text{EN: "{word} goes with =, and := stands alone", ZH: "{word} 后面用 =；用 := 时不写 {word}"},
		advice: lang.Text{EN: "Write: {word} {name} = {value}", ZH: "请写成 {word} {name} = {value}"},
	},
	{
		line:   re(`^\s*(?P<word>assert|del|global|nonlocal|yield|raise|with|print|await)\s+["'\w]`),
		says:   lang.Text{EN: "{word} is no word of Go", ZH: "Go 没有 {word} 这个关键字"},
		advice: lang.Text{EN: "Printing is fmt.Println(x), a check if x != 3 { … }; a file is closed by defer f.Close().", ZH: "打印用 fmt.Println(x)，检查用 if x != 3 { … }，关闭文件用 defer f.Close()。"},
	},
	{
		line:   re(`^\s*(?P<command>(?:pip3?|ls|cd|python3?|git|apt|apt-get|cat|echo|mkdir|rm|cp|mv|conda|curl|wget)\s+[\w./~-].*|go\s+(?:run|build|get|mod|test|install|doc|vet)\b.*)`),
		says:   lang.Text{EN: "this is a command of the shell, not Go", ZH: "这是 shell 命令，不是 Go 代码"},
		advice: lang.Text{EN: "Put a ! before it, at the beginning of the line: !{command}", ZH: "请在行首加 !：!{command}"},
	},
	{
		line:   re(`^\s*(if|while)\b.*\bthen\b`),
		says:   lang.Text{EN: "Go has no then", ZH: "Go 没有 then"},
		advice: lang.Text{EN: "The { follows the condition: if x > 2 {", ZH: "条件后面直接写 {：if x > 2 {"},
	},
	{
		message: re(`expected ';', found ','`), line: re(`^\s*\w+\s+[\w.*\[\]]+\s*,\s*$`),
		says:   lang.Text{EN: "no comma stands behind a field of a struct", ZH: "struct 的字段后面不加逗号"},
		advice: lang.Text{EN: "Put each field on a line of its own, without a comma.", ZH: "每个字段单独一行，不加逗号。"},
	},
	{
		line:   re(`^\s*from\s+(?P<package>[\w.]+)\s+import\b`),
		says:   lang.Text{EN: "from … import is Python", ZH: "from … import 是 Python 的写法"},
		advice: lang.Text{EN: `In Go it is import "{package}", with quotes; names are used with the package before them: math.Sqrt(2).`, ZH: `Go 里写 import "{package}"，要加引号；用的时候带上包名，如 math.Sqrt(2)。`},
	},
	{
		message: re(`import path must be a string|missing import path`), line: re(`^\s*import\b`),
		says:   lang.Text{EN: "the path of an import stands in quotes", ZH: "import 的路径要加引号"},
		advice: lang.Text{EN: `Like this: import "fmt". (Packages of Python are not there.)`, ZH: `例如 import "fmt"。（这里没有 Python 的包。）`},
	},
	{
		line:   re(`^\s*(?:async\s+)?def\s+(?P<name>\w+)\s*\(\s*\)`),
		says:   lang.Text{EN: "def is Python", ZH: "def 是 Python 的写法"},
		advice: lang.Text{EN: "In Go: func {name}() { … }", ZH: "Go 里写 func {name}() { … }"},
	},
	{
		line:   re(`^\s*(?:async\s+)?def\s+(?P<name>\w+)\s*\((?P<parameters>[^)]*)`),
		says:   lang.Text{EN: "def is Python", ZH: "def 是 Python 的写法"},
		advice: lang.Text{EN: "In Go: func {name}({parameters} float64) float64 { … }, with the types behind the names.", ZH: "Go 里写 func {name}({parameters} float64) float64 { … }，类型写在名字后面。"},
	},
	{
		line:   re(`\blambda\b\s*(?P<parameters>[\w, ]*)`),
		says:   lang.Text{EN: "lambda is Python", ZH: "lambda 是 Python 的写法"},
		advice: lang.Text{EN: "In Go: func({parameters} float64) float64 { return … }", ZH: "Go 里写 func({parameters} float64) float64 { return … }"},
	},
	{
		line:   re(`^\s*class\s+(?P<name>\w+)`),
		says:   lang.Text{EN: "Go has no classes", ZH: "Go 没有 class"},
		advice: lang.Text{EN: "In Go: type {name} struct { … }, and func (n {name}) Method() { … } outside of it.", ZH: "Go 里写 type {name} struct { … }，方法写在外面：func (n {name}) Method() { … }。"},
	},
	{
		line:   re(`^\s*}?\s*(elif)\b`),
		says:   lang.Text{EN: "elif is Python", ZH: "elif 是 Python 的写法"},
		advice: lang.Text{EN: "In Go: } else if x > 1 {", ZH: "Go 里写 } else if x > 1 {"},
	},
	{
		line:   re(`^\s*while\b\s*\(?(?P<condition>[^:{]*[^:{ )])`),
		says:   lang.Text{EN: "Go has no while; every loop is a for", ZH: "Go 没有 while，循环都用 for"},
		advice: lang.Text{EN: "Write: for {condition} {", ZH: "请写成 for {condition} {"},
	},
	{
		line:   re(`^\s*for\s+(?P<name>\w+)\s+in\s+range\s*\(\s*(?P<count>[\w.()]+?)\s*\)\s*[:{]?\s*$`),
		says:   lang.Text{EN: "for … in range(…) is Python", ZH: "for … in range(…) 是 Python 的写法"},
		advice: lang.Text{EN: "In Go: for {name} := range {count} { … }", ZH: "Go 里写 for {name} := range {count} { … }"},
	},
	{
		line:   re(`^\s*for\s+(?P<name>\w+)\s+in\s+range\b`),
		says:   lang.Text{EN: "for … in range(…) is Python", ZH: "for … in range(…) 是 Python 的写法"},
		advice: lang.Text{EN: "In Go: for {name} := 2; {name} < 9; {name}++ { … }", ZH: "Go 里写 for {name} := 2; {name} < 9; {name}++ { … }"},
	},
	{
		line:   re(`^\s*for\s+(?P<names>\w+\s*,\s*\w+)\s+in\s+(?:enumerate\(\s*)?(?P<list>[\w.\[\]]+)`),
		says:   lang.Text{EN: "for … in … is Python", ZH: "for … in … 是 Python 的写法"},
		advice: lang.Text{EN: "In Go: for {names} := range {list} { … }", ZH: "Go 里写 for {names} := range {list} { … }"},
	},
	{
		line:   re(`^\s*for\s+(?P<name>\w+)\s+in\s+(?P<list>[^:{]*[^:{ ])`),
		says:   lang.Text{EN: "for … in … is Python", ZH: "for … in … 是 Python 的写法"},
		advice: lang.Text{EN: "In Go: for _, {name} := range {list} { … }", ZH: "Go 里写 for _, {name} := range {list} { … }"},
	},
	{
		line:   re(`\brange\s*\([^)]*,`),
		says:   lang.Text{EN: "range takes one value in Go: how often, or a list", ZH: "Go 的 range 只接受一个值：次数或者列表"},
		advice: lang.Text{EN: "From a to b: for i := a; i < b; i++ { … }", ZH: "从 a 数到 b：for i := a; i < b; i++ { … }"},
	},
	{
		line:   re(`^\s*for\s*\(`),
		says:   lang.Text{EN: "the head of a for stands without parentheses", ZH: "for 后面的条件不加括号"},
		advice: lang.Text{EN: "Write: for i := 0; i < 3; i++ {", ZH: "请写成 for i := 0; i < 3; i++ {"},
	},
	{
		line:   re(`^\s*(try|except|finally)\b|\b(catch|throw|raise)\b`),
		says:   lang.Text{EN: "Go has no exceptions; a function returns its error", ZH: "Go 没有异常，函数会返回错误"},
		advice: lang.Text{EN: "Write: y, err := f(x), and then if err != nil { … }; or y := cell.Must(f(x)).", ZH: "请写成 y, err := f(x)，再写 if err != nil { … }；或者 y := cell.Must(f(x))。"},
	},
	{
		line:   re(`^\s*(if|for|else|switch)\b.*:\s*$`),
		says:   lang.Text{EN: "a block begins with { in Go, not with :", ZH: "Go 的代码块用 { 开头，不用冒号"},
		advice: lang.Text{EN: "End this line with { and put a } below the block.", ZH: "请把行末的冒号改成 {，并在代码块后面加上 }。"},
	},
	{
		line:   re(`\b(?P<word>and)\b`),
		says:   lang.Text{EN: "and is Python", ZH: "and 是 Python 的写法"},
		advice: lang.Text{EN: "In Go it is written &&", ZH: "Go 里写 &&"},
	},
	{
		line:   re(`\b(?P<word>or)\b`),
		says:   lang.Text{EN: "or is Python", ZH: "or 是 Python 的写法"},
		advice: lang.Text{EN: "In Go it is written ||", ZH: "Go 里写 ||"},
	},
	{
		line:   re(`\bnot\s+(?P<what>\w+)`),
		says:   lang.Text{EN: "not is Python", ZH: "not 是 Python 的写法"},
		advice: lang.Text{EN: "In Go: !{what}", ZH: "Go 里写 !{what}"},
	},
	{
		line:   re(`\bf"`),
		says:   lang.Text{EN: `f"…" is Python`, ZH: `f"…" 是 Python 的写法`},
		advice: lang.Text{EN: `In Go: fmt.Printf("x = %v\n", x), or fmt.Println("x =", x)`, ZH: `Go 里写 fmt.Printf("x = %v\n", x)，或者 fmt.Println("x =", x)`},
	},
	{
		line:   re(`\bprint\(.*\b(end|sep)\s*=`),
		says:   lang.Text{EN: "Go has no arguments with names", ZH: "Go 的函数没有具名参数"},
		advice: lang.Text{EN: "fmt.Print prints without a new line, fmt.Println with one.", ZH: "fmt.Print 不换行，fmt.Println 换行。"},
	},
	{
		line:   re(`[=:(,]\s*\[\s*\[(?P<rows>.*)\]\s*\]`),
		says:   lang.Text{EN: "a list needs its type, and braces", ZH: "列表要写出类型，并用花括号"},
		advice: lang.Text{EN: "In Go: [][]float64{{1, 2}, {3, 4}}", ZH: "Go 里写 [][]float64{{1, 2}, {3, 4}}"},
	},
	{
		line:   re(`(=|\(|,)\s*\[(?P<items>[-\d, ]*)\]\s*(\)|,|$)`),
		says:   lang.Text{EN: "a list needs its type, and braces", ZH: "列表要写出类型，并用花括号"},
		advice: lang.Text{EN: "In Go: []int{{items}}, or []float64{{items}}", ZH: "Go 里写 []int{{items}}，或者 []float64{{items}}"},
	},
	{
		line:   re(`(=|\()\s*\[(?P<items>[^\]]*,[^\]]*)\]`),
		says:   lang.Text{EN: "a list needs its type, and braces", ZH: "列表要写出类型，并用花括号"},
		advice: lang.Text{EN: "In Go: []float64{{items}}, or []string{{items}}", ZH: "Go 里写 []float64{{items}}，或者 []string{{items}}"},
	},
	{
		line:   re(`=\s*{`),
		says:   lang.Text{EN: "{…} needs its type before it", ZH: "{…} 前面要写类型"},
		advice: lang.Text{EN: `A table: map[string]int{"a": 1}; a list: []float64{1, 2}`, ZH: `字典写 map[string]int{"a": 1}，列表写 []float64{1, 2}`},
	},
	{
		line:   re(`===`),
		says:   lang.Text{EN: "Go has no ===", ZH: "Go 没有 ==="},
		advice: lang.Text{EN: "Two values are compared with ==", ZH: "比较两个值用 =="},
	},
	{
		message: re(`found assignment|expected '==', found '='`), line: re(`^\s*(if|for|}\s*else if)\b`),
		says:   lang.Text{EN: "= assigns; it does not compare", ZH: "= 是赋值，不是比较"},
		advice: lang.Text{EN: "Two values are compared with ==", ZH: "比较两个值用 =="},
	},
	{
		line:   re(`\w+\s*//\s*\w+\s*\)`),
		says:   lang.Text{EN: "// begins a comment in Go", ZH: "// 在 Go 里是注释的开头"},
		advice: lang.Text{EN: "Whole numbers are divided with /: 7 / 2 is 3.", ZH: "整数相除用 /：7 / 2 得 3。"},
	},
	{
		line:   re(`^\s*(\+\+|--)(?P<name>\w+)`),
		says:   lang.Text{EN: "++ stands behind the name", ZH: "++ 要写在名字后面"},
		advice: lang.Text{EN: "Write: {name}++", ZH: "请写成 {name}++"},
	},
	{
		line:   re(`[=(,].*?(?P<name>\w+)(\+\+|--)`),
		says:   lang.Text{EN: "{name}++ is a statement and has no value", ZH: "{name}++ 是语句，没有值"},
		advice: lang.Text{EN: "Write it in a line of its own.", ZH: "请把 {name}++ 单独写成一行。"},
	},
	{
		line:   re(`^\s*(?P<type>int|float64|float32|string|bool|byte|double|float|char|long|var\s+int)\s+(?P<name>\w+)\s*=\s*(?P<value>.*\S)`),
		says:   lang.Text{EN: "the type stands behind the name", ZH: "类型要写在名字后面"},
		advice: lang.Text{EN: "Write: {name} := {value}, or var {name} {type} = {value}", ZH: "请写成 {name} := {value}，或者 var {name} {type} = {value}"},
	},
	{
		message: re(`found 'else'|unexpected keyword else|expected statement, found 'else'`),
		says:    lang.Text{EN: "else must stand on the same line as the } before it", ZH: "else 要和前面的 } 写在同一行"},
		advice:  lang.Text{EN: "Write: } else {", ZH: "请写成 } else {"},
	},
	{
		message: re(`expected '\(', found (?P<name>\w+)|expected operand, found 'func'`), line: re(`^\s*func\s+\w+`),
		says:   lang.Text{EN: "a function cannot be declared inside of another one, and below %% everything is inside of main", ZH: "函数里面不能再声明函数，而 %% 下面的内容都在 main 函数里"},
		advice: lang.Text{EN: "Move it above %% (or leave %% out).", ZH: "把它移到 %% 上面（或者不写 %%）。"},
	},
	{
		message: re(`found 'import'`),
		says:    lang.Text{EN: "imports stand outside of functions, and below %% everything is inside of main", ZH: "import 要写在函数外面，而 %% 下面的内容都在 main 函数里"},
		advice:  lang.Text{EN: "Move it above %% (or leave %% out).", ZH: "把它移到 %% 上面（或者不写 %%）。"},
	},
	{
		line:   re(`\w\(\s*(?P<name>\w+)\s*:\s*[\w"]`),
		says:   lang.Text{EN: "Go has no arguments with names", ZH: "Go 的函数没有具名参数（名字: 值）"},
		advice: lang.Text{EN: "Leave out {name}: and give the values in their order; names are for T{name: value}.", ZH: "去掉 {name}:，按顺序写值；带名字的写法只用于 T{名字: 值}。"},
	},
	{
		message: re(`missing ',' before newline`), line: re(`^[^(){]*[\w"'\])}]\s*$|^\s*\{[^{}]*\}\s*$`),
		says:   lang.Text{EN: "a comma is missing at the end of this line", ZH: "这一行末尾缺少逗号"},
		advice: lang.Text{EN: "In a list over several lines each line ends with a comma, the last one too.", ZH: "列表分成多行时，每一行（包括最后一行）都要以逗号结尾。"},
	},
	{
		line:   re(`"""|"\s*"\s*"`),
		says:   lang.Text{EN: "Go has no text in three quotes", ZH: "Go 没有三个引号的字符串"},
		advice: lang.Text{EN: "Text over several lines stands in backquotes: `…`", ZH: "多行文本用反引号：`…`"},
	},
}

// parserRules make sentences of what the parser says most.
var parserRules = []rule{
	{
		message: re(`missing ','`),
		says:    lang.Text{EN: "a comma or an operator is missing here", ZH: "这里缺少逗号或者运算符"},
		advice:  lang.Text{EN: "Arguments and items of a list are separated by commas.", ZH: "参数之间、列表各项之间要用逗号隔开。"},
	},
	{
		message: re(`expected ';', found (?P<what>.+)`),
		says:    lang.Text{EN: "{what} is not expected here: the statement has ended before it", ZH: "这里不该出现 {what}：语句在它前面已经结束"},
		advice:  lang.Text{EN: "An operator or a bracket is missing before it, or it belongs on a line of its own.", ZH: "它前面可能缺少运算符或括号，或者应当另起一行。"},
	},
	{
		message: re(`expected statement, found (?P<what>.+)`),
		says:    lang.Text{EN: "a statement cannot begin with {what}", ZH: "语句不能以 {what} 开头"},
		advice:  lang.Text{EN: "Text belongs into a text cell (press Esc, then M), or behind //.", ZH: "文字要写在文本单元格里（按 Esc，再按 M），或者写在 // 后面。"},
	},
	{
		message: re(`expected operand, found (?P<what>.+)`),
		says:    lang.Text{EN: "a value is missing before {what}", ZH: "{what} 前面缺少一个值"},
		advice:  lang.Text{EN: "Give the value, or take away the sign before it.", ZH: "请补上这个值，或者删掉前面多余的符号。"},
	},
	{
		message: re(`expected '(?P<want>.+)', found (?P<what>.+)`),
		says:    lang.Text{EN: "{want} is expected here, and not {what}", ZH: "这里应当是 {want}，而不是 {what}"},
		advice:  lang.Text{EN: "Compare this line with an example that runs.", ZH: "请与能运行的例子对照这一行。"},
	},
	{
		message: re(`illegal label declaration`),
		says:    lang.Text{EN: "a colon behind a name is not expected here", ZH: "名字后面不该有冒号"},
		advice:  lang.Text{EN: "A block begins with { in Go.", ZH: "Go 的代码块用 { 开头。"},
	},
}
