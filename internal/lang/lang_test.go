package lang

import (
	"fmt"
	"testing"
)

func TestCurrent(t *testing.T) {
	for _, c := range []struct {
		own, all, messages, lang string
		want                     Lang
	}{
		{"", "", "", "", English},
		{"zh", "en_US.UTF-8", "", "en_US.UTF-8", Chinese},
		{"en", "zh_CN.UTF-8", "", "zh_CN.UTF-8", English},
		{"", "", "", "zh_CN.UTF-8", Chinese},
		{"", "", "zh_TW", "C", Chinese},
		{"", "C", "", "zh_CN.UTF-8", English},
		{"", "zh_CN.GB18030", "", "", Chinese},
		{"zh-Hans-CN", "", "", "", Chinese},
		{"ZH", "", "", "", Chinese},
		{"fr", "zh_CN", "", "", English},
		{"zha", "", "", "", English}, // Zhuang is not Chinese
	} {
		for name, value := range map[string]string{Env: c.own, "LC_ALL": c.all, "LC_MESSAGES": c.messages, "LANG": c.lang} {
			t.Setenv(name, value)
		}
		if got := Current(); got != c.want {
			t.Errorf("%+v: Current() = %v", c, got)
		}
	}
}

func ExampleText() {
	hello := Text{EN: "Good morning.", ZH: "早上好。"}
	fmt.Println(hello.In(English), hello.In(Chinese))
	// Output: Good morning. 早上好。
}
