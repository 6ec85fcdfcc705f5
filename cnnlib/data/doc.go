// Package data reads the pictures that the book's experiments need, as they were
// published, cuts and orders them, and computes one scene by code.
//
//	digits, validation, test, err := data.MNISTSplit() // as section 5.23 divides it
//	clothes, test, err := data.FashionMNIST()          // if it is on this machine
//	photos, test, err := data.CIFAR10()
//
// # The sets
//
// MNIST: 60,000 and 10,000 handwritten digits, 28×28, grey. It comes with a Go
// module that this one requires, so it is always there; $CNNBOOK_MNIST names
// another folder. Y. LeCun, C. Cortes, C. J. C. Burges,
// http://yann.lecun.com/exdb/mnist/; the paper is Y. LeCun, L. Bottou, Y. Bengio,
// P. Haffner, "Gradient-Based Learning Applied to Document Recognition", Proc.
// IEEE 86 (1998). Licence: Creative Commons Attribution-ShareAlike 3.0.
//
// Fashion-MNIST: 60,000 and 10,000 articles of clothing, 28×28, grey, ten classes
// (FashionMNISTNames), made to take MNIST's place if MNIST is too easy. H. Xiao,
// K. Rasul, R. Vollgraf, arXiv:1708.07747; Zalando SE. Licence: MIT.
//
// CIFAR-10: 50,000 and 10,000 colour pictures, 32×32, ten classes (CIFAR10Names).
// A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", technical
// report, University of Toronto (2009), https://www.cs.toronto.edu/~kriz/cifar.html.
// It has no formal licence; its author asks that the report be cited.
//
// # Where the files are
//
// This package never uses the network; package data/download fetches the last two
// sets, if a reader asks for them. They are looked for in the folder that
// $CNNBOOK_FASHION_MNIST or $CNNBOOK_CIFAR10 names; if that is unset, in the
// folder data/fashion-mnist or data/cifar10 of .cnnbook, where download puts them,
// and, for Fashion-MNIST, where Debian's package dataset-fashion-mnist does. What
// is not there is [ErrMissing].
//
// The files are read as their authors packed them, or unpacked. The SHA-256 of the
// unpacked content is pinned, so the pictures are the published ones, whoever
// packed them again.
//
// # Order
//
// Nothing here depends on chance or on the time: [Permutation] is a function of a
// seed and an epoch.
package data
