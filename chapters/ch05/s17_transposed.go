package ch05

import "cnnbook/chapters"

func transposedConvolution() chapters.Section {
	return chapters.Section{
		ID: "5.17", Slug: "05_17_transposed",
		Title: "Image convolution and transposed convolution", TitleZH: "理解图像卷积与反卷积",
	}
}
