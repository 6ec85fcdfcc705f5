package ch05

import "cnnbook/chapters"

func layers() chapters.Section {
	return chapters.Section{
		ID: "5.1", Slug: "05_01_layers",
		Title: "The layers of a convolutional network", TitleZH: "卷积神经网络的组成层",
	}
}
