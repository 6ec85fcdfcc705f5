package ch05

import "cnnbook/chapters"

func pooling() chapters.Section {
	return chapters.Section{
		ID: "5.5", Slug: "05_05_pooling",
		Title: "Kinds of pooling", TitleZH: "有哪些池化方法",
	}
}
