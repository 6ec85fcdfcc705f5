package ch05

import "cnnbook/chapters"

func twelve() chapters.Section {
	return chapters.Section{
		ID: "5.3b", Slug: "05_03b_twelve",
		Title: "Twelve settings of 2-D convolution", TitleZH: "图解 12 种不同类型的 2D 卷积",
	}
}
