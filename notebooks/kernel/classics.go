package kernel

import (
	"slices"
	"strings"

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
