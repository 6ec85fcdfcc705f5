package kernel

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cnnbook/internal/lang"
)

// ended explains a program that ended by itself: with a status, by a signal, or with the
// stack of calls that Go prints of a panic.
func (s situation) ended(evalue, dump string) mistake {
	m := mistake{place: place{cell: s.now}, says: evalue}
	if dump == "" {
		return s.matched(m, exitRules)
	}
	m.says = panicMessage(dump)
	if at := cellLine.FindStringSubmatch(dump); at != nil {
		count, _ := strconv.Atoi(at[1])
		m.cell, _ = strconv.Atoi(at[1])
		// The numbers are the reader's already (ownLines).
		m.line, _ = strconv.Atoi(at[2])
		c, ok := s.cells[count]
		if count == s.now {
			c, ok = s.cell, true
		}
		if ok && m.line >= 1 && m.line <= len(c.source) {
			m.text = c.source[m.line-1]
		}
		for _, caller := range cellLine.FindAllStringSubmatch(dump, -1) {
			where := sprintf(callerText.String(), caller[1], caller[2])
			if caller[1]+":"+caller[2] != at[1]+":"+at[2] && !slices.Contains(m.callers, where) && len(m.callers) < 3 {
				m.callers = append(m.callers, where)
			}
		}
	}
	return s.matched(m, panicRules)
}

var callerText = lang.Text{EN: "cell [%s], line %s", ZH: "单元格 [%s] 第 %s 行"}

var panicStart = regexp.MustCompile(`(?m)^(panic: |fatal error: |SIG[A-Z]+: )`)

// panicMessage is what Go says of the panic, without the stack of calls.
func panicMessage(dump string) string {
	if at := panicStart.FindStringIndex(dump); at != nil {
		dump = dump[at[0]:]
	}
	message, _, _ := strings.Cut(dump, "\n\ngoroutine ")
	message, _, _ = strings.Cut(message, "\n\nruntime ")
	message, _, _ = strings.Cut(message, "\n[signal ")
	message = strings.ReplaceAll(message, " [recovered, repanicked]", "")
	return strings.TrimSpace(message)
}

// exitRules are about programs that ended without a panic.
var exitRules = []rule{
	{
		message: re(`^signal: (interrupt|killed|terminated)`),
		says:    lang.Text{EN: "stopped", ZH: "已停止"},
	},
	{
		message: re(`^exit status (?P<n>\d+)`),
		says:    lang.Text{EN: "the program ended with status {n}; what it said is above", ZH: "程序以状态 {n} 结束；原因见上面的输出"},
	},
	{
		message: re(`^signal: (?P<what>.*)`),
		says:    lang.Text{EN: "the program was ended by a signal: {what}", ZH: "程序被信号终止：{what}"},
	},
}

var panicRules = []rule{
	{
		message: re(`index out of range \[(?P<index>\d+)\] with length 0`),
		says:    lang.Text{EN: "panic: index out of range [{index}] with length 0: the list is empty", ZH: "panic：下标越界 [{index}]：列表是空的，长度是 0"},
		advice:  lang.Text{EN: "Make it long enough first: make([]int, n); or add items with append.", ZH: "请先分配长度：make([]int, n)；或者用 append 添加元素。"},
	},
	{
		message: re(`index out of range \[(?P<index>-?\d+)\] with length (?P<n>\d+)`),
		says:    lang.Text{EN: "panic: index out of range [{index}] with length {n}: the items count from 0 to {last}", ZH: "panic：下标越界 [{index}]：长度是 {n}，下标从 0 到 {last}"},
		advice:  lang.Text{EN: "Look at the bounds of the loop: i < len(x), and not i <= len(x).", ZH: "请检查循环的边界：i < len(x)，而不是 i <= len(x)。"},
	},
	{
		message: re(`index out of range \[(?P<index>-\d+)\]`),
		says:    lang.Text{EN: "panic: index out of range [{index}]: it is negative", ZH: "panic：下标越界 [{index}]：下标是负数"},
		advice:  lang.Text{EN: "The items count from 0; with padding some positions lie outside.", ZH: "下标从 0 开始；有填充时，有些位置在外面。"},
	},
	{
		message: re(`slice bounds out of range \[(?P<bounds>[^\]]*)\](?: with (?:capacity|length) (?P<n>\d+))?`),
		says:    lang.Text{EN: "panic: slice bounds out of range [{bounds}]: the list has room for {n}", ZH: "panic：切片越界 [{bounds}]：列表的容量是 {n}"},
		advice:  lang.Text{EN: "In x[a:b] both lie between 0 and len(x), and a is not larger than b.", ZH: "x[a:b] 里 a 和 b 都在 0 到 len(x) 之间，而且 a 不大于 b。"},
	},
	{
		message: re(`assignment to entry in nil map`), line: re(`(?P<map>\w+)\[`),
		says:   lang.Text{EN: "panic: the map {map} was declared but not made", ZH: "panic：map {map} 只声明了，没有创建"},
		advice: lang.Text{EN: "Make it first: {map} = make(map[string]int)", ZH: "请先创建：{map} = make(map[string]int)"},
	},
	{
		message: re(`nil pointer dereference`),
		says:    lang.Text{EN: "panic: a pointer is nil: there is nothing behind it", ZH: "panic：空指针 nil：它没有指向任何东西"},
		advice:  lang.Text{EN: "Give it a value before it is used (&T{…}), and look at the err of what should have made it.", ZH: "使用之前请先赋值（&T{…}），并检查创建它的函数返回的 err。"},
	},
	{
		message: re(`integer divide by zero`),
		says:    lang.Text{EN: "panic: integer divide by zero: the divisor is 0", ZH: "panic：整数除以零：除数是 0"},
		advice:  lang.Text{EN: "Ask first: if b != 0 { … }", ZH: "请先判断：if b != 0 { … }"},
	},
	{
		message: re(`stack overflow|goroutine stack exceeds`),
		says:    lang.Text{EN: "the function calls itself without end (stack overflow)", ZH: "函数一直调用自己，没有结束（栈溢出）"},
		advice:  lang.Text{EN: "It needs a case that returns without calling itself.", ZH: "需要一种不再调用自己、直接返回的情况。"},
	},
	{
		message: re(`all goroutines are asleep - deadlock`),
		says:    lang.Text{EN: "deadlock: the program waits for itself", ZH: "死锁：程序在等待自己"},
		advice:  lang.Text{EN: "Nobody is at the other end of the channel, or of the WaitGroup: start it with go before.", ZH: "通道（或 WaitGroup）的另一端没有人：请先用 go 启动另一端。"},
	},
	{
		message: re(`interface conversion: (?P<interface>.*) is (?P<has>.*), not (?P<type>[^\n]*)`),
		says:    lang.Text{EN: "panic: the value is {has}, not {type}", ZH: "panic：值的类型是 {has}，不是 {type}"},
		advice:  lang.Text{EN: "Ask first: y, ok := x.({type}); if ok { … }", ZH: "请先判断：y, ok := x.({type}); if ok { … }"},
	},
	{
		message: re(`makeslice: (len|cap) out of range`),
		says:    lang.Text{EN: "panic: make got a length that is negative or far too large", ZH: "panic：make 得到的长度是负数，或者太大"},
		advice:  lang.Text{EN: "Print the length before: a size such as (n-k)/s+1 is below 0 if the kernel is larger than the image.", ZH: "请先打印这个长度：卷积核比图像大时，(n-k)/s+1 这样的大小会小于 0。"},
	},
	{
		message: re(`out of memory`),
		says:    lang.Text{EN: "the memory is used up", ZH: "内存用完了"},
		advice:  lang.Text{EN: "A list grows without end, or a size is far too large.", ZH: "可能有列表无限增长，或者某个大小设得太大。"},
	},
}
