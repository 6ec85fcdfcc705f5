package generalisation

import (
	"fmt"
	"sync"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/nets"
)

// nielsen6 is the source of the book's numbers in section 5.23.
const nielsen6 = "M. Nielsen, Neural Networks and Deep Learning (2015), chapter 6"

// runsOfTheBook is the number of trainings of each row there.
const runsOfTheBook = 3

// voters is the number of networks that vote in row 8.
const voters = 5

// Table returns the table of section 5.23: what each addition to a network for digits brings
// (M. Nielsen, Neural Networks and Deep Learning, chapter 6). Row 8 is a vote of the networks
// of row 7.
func Table() table.Table {
	return table.Table{
		Section: "5.23",
		Rows: []table.Row{
			tableRow("1", "", "100 hidden units", "100 个隐藏神经元", 97.80),
			tableRow("2", "1", "one convolution and pooling in front", "前面加一个卷积-池化层", 98.78),
			tableRow("3", "2", "a second convolution and pooling", "再加一个卷积-池化层", 99.06),
			tableRow("4", "3", "ReLU in place of sigmoid, L2", "ReLU 代替 sigmoid，加 L2 正则化", 99.23),
			tableRow("5", "4", "five times the pictures, by shifts", "平移扩展训练集（5 倍）", 99.37),
			tableRow("5b", "5", "300 hidden units", "300 个隐藏神经元", 99.46),
			tableRow("5c", "5", "1,000 hidden units", "1000 个隐藏神经元", 99.43),
			tableRow("6", "5", "a second hidden layer, 100 + 100", "再加一个全连接层，100 + 100", 99.43),
			tableRow("6b", "5b", "a second hidden layer, 300 + 300", "再加一个全连接层，300 + 300", 99.48),
			tableRow("6c", "5c", "a second hidden layer, 1,000 + 1,000", "再加一个全连接层，1000 + 1000", 99.47),
			dropoutRow(),
			{ID: "8", What: "a vote of five networks", WhatZH: "五个网络投票", Book: 99.67, Source: nielsen6, Against: "7", Seeds: 1, VoteOf: "7", Voters: voters},
		},
		Profiles: []table.Profile{faithful(), intended(), modern()},
		Test:     data.MNISTTest,
	}
}

func tableRow(id, against, what, whatZH string, book float64) table.Row {
	return table.Row{ID: id, What: what, WhatZH: whatZH, Book: book, Source: nielsen6, Against: against, Seeds: runsOfTheBook}
}

// dropoutRow is trained once for each network that votes in row 8.
func dropoutRow() table.Row {
	row := tableRow("7", "6c", "dropout ½, no L2, 40 epochs", "弃权 ½，不用 L2，40 个迭代期", 99.60)
	row.Seeds = voters
	return row
}

// netOfRow names the network of each row (nets.Section523).
var netOfRow = map[string]string{
	"1": "fc100", "2": "conv1", "3": "conv2-sigmoid", "4": "conv2", "5": "conv2", "5b": "conv2-fc300", "5c": "conv2-fc1000",
	"6": "conv2-fc100-fc100", "6b": "conv2-fc300-fc300", "6c": "conv2-fc1000-fc1000", "7": "conv2-dropout",
}

// sigmoidRow reports whether a row has sigmoid units; the others have ReLU.
func sigmoidRow(row string) bool { return row == "1" || row == "2" || row == "3" }

// expandedRow reports whether a row trains on five times the pictures.
func expandedRow(row string) bool { return row >= "5" }

// keptRow reports whether the filters of a row are stored, to be looked at.
func keptRow(row string) bool { return row == "2" || row == "3" || row == "4" }

// The training and validation pictures of MNIST, as data.MNISTSplit divides it.
const mnistTraining, mnistValidation = 50_000, 10_000

// rowNet returns the network of a row.
func rowNet(row string) (cnnlib.Sequential, error) {
	for _, n := range nets.Section523() {
		if n.Name == netOfRow[row] {
			return n.Net.(cnnlib.Sequential), nil
		}
	}
	return nil, fmt.Errorf("generalisation: row %q of the table of section 5.23 has no network", row)
}

// rowPictures returns the pictures that a row trains on.
func rowPictures(row string) chapters.Pictures {
	if expandedRow(row) {
		return expandedMNIST
	}
	return chapters.MNIST(mnistTraining, mnistValidation)
}

// rowImages returns the number of pictures in an epoch of a row.
func rowImages(row string) int {
	if expandedRow(row) {
		return 5 * mnistTraining
	}
	return mnistTraining
}

// expandedMNIST has five pictures in place of each training picture, shuffled once, as the
// file of expand_mnist.py has them. They are the same for all seeds.
var expandedMNIST = chapters.Pictures{
	Describe: "MNIST: 50000 training pictures and each moved by one pixel down, up, right and left, shuffled once; all 10000 validation pictures, all 10000 test pictures",
	Load: func() (training, validation, test *data.Images, err error) {
		if _, validation, test, err = chapters.MNIST(mnistTraining, mnistValidation).Load(); err == nil {
			training, err = expanded()
		}
		return training, validation, test, err
	},
}

// expanded makes the training pictures once: they take 196 MB.
var expanded = sync.OnceValues(func() (*data.Images, error) {
	training, _, _, err := chapters.MNIST(mnistTraining, mnistValidation).Load()
	if err != nil {
		return nil, err
	}
	return data.Shifted(training).Shuffled(1), nil
})
