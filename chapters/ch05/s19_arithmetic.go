package ch05

import "cnnbook/chapters"

func arithmetic() chapters.Section {
	return chapters.Section{
		ID: "5.19", Slug: "05_19_arithmetic",
		Title: "Stride, padding, and the sizes of input and output", TitleZH: "步长、填充大小与输入输出关系总结",
	}
}
