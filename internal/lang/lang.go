// Package lang says in which language the reader is spoken to.
package lang

import (
	"os"
	"strings"
)

// Env names the environment variable that chooses the language: "zh" or "en".
const Env = "CNNBOOK_LANG"

// Lang is a language that the messages exist in. Its zero value is English.
type Lang int

const (
	English Lang = iota
	Chinese
)

// String returns the code that [Env] takes.
func (l Lang) String() string {
	if l == Chinese {
		return "zh"
	}
	return "en"
}

// Current returns the language of this process: $CNNBOOK_LANG, else the reader's
// locale, which POSIX looks for in LC_ALL, then in LC_MESSAGES, then in LANG.
// What is neither English nor Chinese is English.
func Current() Lang {
	for _, name := range []string{Env, "LC_ALL", "LC_MESSAGES", "LANG"} {
		if code := os.Getenv(name); code != "" {
			return parse(code)
		}
	}
	return English
}

// parse reads "zh", "zh-CN", "zh_CN.UTF-8".
func parse(code string) Lang {
	code, _, _ = strings.Cut(strings.ToLower(code), ".")
	language, _, _ := strings.Cut(strings.ReplaceAll(code, "_", "-"), "-")
	if language == "zh" {
		return Chinese
	}
	return English
}

// Text is one sentence in each language. Both are written whole: neither is put
// together from the words of the other.
type Text struct{ EN, ZH string }

// In returns the sentence in a language.
func (t Text) In(l Lang) string {
	if l == Chinese {
		return t.ZH
	}
	return t.EN
}

// String returns the sentence in the language of this process.
func (t Text) String() string { return t.In(Current()) }
