package ch05

import "cnnbook/chapters"

func separable() chapters.Section {
	return chapters.Section{
		ID: "5.11", Slug: "05_11_separable",
		Title: "Need a convolution look at channels and regions at once?", TitleZH: "卷积操作时必须同时考虑通道和区域吗",
	}
}
