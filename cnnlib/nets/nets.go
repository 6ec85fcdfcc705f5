// Package nets holds the networks of the chapter, from the digits of section 5.23
// to those of its history, as values built from the layers of package cnnlib.
//
//	net, err := nets.ByName("lenet5")
//	out, err := net.Net.OutShape(net.In) // [N 10]
//
// Classifiers end in one number for each class, the logits: softmax belongs to the
// loss in training, and does not change which class is the largest.
//
// What a network learned is not part of it: its weights are drawn when it is
// built. Sizes, connections and counts follow the sources.
package nets

import (
	"fmt"
	"strings"

	"cnnbook/cnnlib"
)

// Network is a network, or a block of one, with the input it was made for.
type Network struct {
	Name   string       // what ByName finds it by
	Title  string       // one line for a table
	Source string       // who described it where
	In     cnnlib.Shape // the shape of one input, [H W C]
	Net    cnnlib.Layer
	Params int // trainable numbers, biases included, as counted by the source that the constructor's comment names
}

// String returns the name.
func (n Network) String() string { return n.Name }

// All returns the networks in the order of the chapter: those it trains, then its
// history by years, then the blocks.
func All() []Network {
	all := []Network{CIFAR()}
	all = append(all, Section523()...)
	return append(all, LeNet5(), AlexNet(), NIN(), SPPNet(), DeepFace(), VGG16(), GoogLeNet(), ResNet18(), ResNet50(),
		Inception3aNaive(), Inception3a(), InceptionV3A(), XceptionMiddle())
}

// ByName returns the network of that name. The error for an unknown name lists the
// names there are.
func ByName(name string) (Network, error) {
	var names []string
	for _, n := range All() {
		if n.Name == name {
			return n, nil
		}
		names = append(names, n.Name)
	}
	return Network{}, fmt.Errorf("nets: there is no network %q; there are %s", name, strings.Join(names, ", "))
}

// conv is a convolution k×k with same padding and ReLU.
func conv(channels, k int) cnnlib.Conv2D {
	return cnnlib.Conv2D{Channels: channels, Kernel: k, Padding: cnnlib.Same, Activation: cnnlib.ReLU}
}
