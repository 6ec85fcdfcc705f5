package ch05

import "cnnbook/chapters"

func checkerboard() chapters.Section {
	return chapters.Section{
		ID: "5.20", Slug: "05_20_checkerboard",
		Title: "Transposed convolution and the checkerboard", TitleZH: "理解反卷积和棋盘效应",
	}
}
