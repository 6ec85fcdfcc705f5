package checkerboard

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// The autoencoder of the experiment: 16 numbers stand for a digit, and 7×7 maps made of
// them are enlarged twice.
const (
	codeSize     = 16 // numbers between encoder and decoder
	mapChannels  = 16 // of the 7×7 maps
	midChannels  = 8  // of the 14×14 maps
	encoderDepth = 2  // layers before the maps are enlarged: code, maps
)

// The names of the arms.
const (
	transposedThree = "transposed k3 s2"
	transposedFour  = "transposed k4 s2"
	subPixel        = "sub-pixel"
	subPixelICNR    = "sub-pixel ICNR"
	nearestResize   = "nearest + conv"
	bilinearResize  = "bilinear + conv"
)

// enlarger makes the layers that double the sides of a picture and give a number of
// channels.
type enlarger struct {
	name   string
	label  string // short, for tiles
	double func(channels int, activation cnnlib.Activation) []cnnlib.Layer
}

// enlargers are the arms of the experiment.
func enlargers() []enlarger {
	return []enlarger{
		{transposedThree, "k3 s2", stampsOf(3)},
		{transposedFour, "k4 s2", stampsOf(4)},
		{subPixel, "sub-pixel", shuffled(nil)},
		{subPixelICNR, "ICNR", shuffled(ICNR{Factor: 2})},
		{nearestResize, "nearest", resized(cnnlib.Nearest)},
		{bilinearResize, "bilinear", resized(cnnlib.Bilinear)},
	}
}

func stampsOf(kernel int) func(int, cnnlib.Activation) []cnnlib.Layer {
	return func(channels int, activation cnnlib.Activation) []cnnlib.Layer {
		layer := doublingLayer(channels, kernel)
		layer.Activation = activation
		return []cnnlib.Layer{layer}
	}
}

func shuffled(init cnnlib.Initializer) func(int, cnnlib.Activation) []cnnlib.Layer {
	return func(channels int, activation cnnlib.Activation) []cnnlib.Layer {
		return []cnnlib.Layer{
			cnnlib.Conv2D{Channels: 4 * channels, Kernel: 3, Padding: cnnlib.Same, Activation: activation, Init: init},
			cnnlib.PixelShuffle{Factor: 2},
		}
	}
}

func resized(mode cnnlib.UpsampleMode) func(int, cnnlib.Activation) []cnnlib.Layer {
	return func(channels int, activation cnnlib.Activation) []cnnlib.Layer {
		return []cnnlib.Layer{
			cnnlib.Upsample{Factor: 2, Mode: mode},
			cnnlib.Conv2D{Channels: channels, Kernel: 3, Padding: cnnlib.Same, Activation: activation},
		}
	}
}

// doublingLayer is a transposed convolution with stride 2 that doubles both sides: with p =
// ⌊(k−1)/2⌋ cut off and a = k mod 2 added, (i−1)·2 + k − 2p + a = 2i.
func doublingLayer(channels, kernel int) cnnlib.ConvTranspose2D {
	p := (kernel - 1) / 2
	return cnnlib.ConvTranspose2D{Channels: channels, Kernel: kernel, Stride: 2, OutputPadding: kernel % 2,
		Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: p, Bottom: p, Left: p, Right: p}}
}

// enlargeTwice makes pictures of maps that are a quarter of their size, first in one way,
// then in another.
func enlargeTwice(first, second enlarger, activation cnnlib.Activation) cnnlib.Sequential {
	return slices.Concat(first.double(midChannels, activation), second.double(1, cnnlib.None))
}

// autoencoder makes 16 numbers of a digit, 7×7 maps of them, and a digit again.
func autoencoder(e enlarger) cnnlib.Sequential {
	return append(cnnlib.Sequential{
		cnnlib.Conv2D{Channels: codeSize, Kernel: 28},                                     // [1 1 16]
		cnnlib.ConvTranspose2D{Channels: mapChannels, Kernel: 7, Activation: cnnlib.ReLU}, // [7 7 16]
	}, enlargeTwice(e, e, cnnlib.ReLU)...) // [14 14 8], [28 28 1]
}

const experimentID = "05_20_checkerboard"

// experiment compares ways of enlarging in an autoencoder for digits.
func experiment() chapters.Experiment {
	e := chapters.Experiment{
		ID:         experimentID,
		Question:   "How much checkerboard do six ways of enlarging make, before and after training on digits?",
		QuestionZH: "六种放大方法在数字图像上训练前后各产生多少棋盘效应？",
		Seeds:      3,
	}
	digits := chapters.MNIST(5_000, 0).MeasuredOn(1_000)
	options := train.Options{Epochs: 3, Batch: 50, Optimizer: train.Adam{}, Rate: train.Constant(0.003)}
	for _, way := range enlargers() {
		arm := chapters.Reconstruct(way.name, autoencoder(way), digits, options, measurePatterns)
		arm.Keep = true
		e.Arms = append(e.Arms, arm)
	}
	return e
}

// measurePatterns measures the patterns that a network draws:
//
//   - "even area": the layers that enlarge get areas of one colour, each the 16 numbers
//     that one of the pictures has in the middle of its 7×7 maps; the share of the power
//     of what they draw, means included, that has period 2 (frequency ½ on an axis);
//   - "period 4": the same for frequency ¼, which the first enlargement makes;
//   - "digits": the share of the power of the drawn digits, their means left out, at
//     frequency ½ on an axis, powers added over all pictures;
//   - "mean digit": the same for the mean of all drawn digits. Strokes, which lie
//     at other places in every digit, blur in it; a pattern that is fixed to the cells stays.
func measurePatterns(backend compute.Backend, m *train.Model, pictures *data.Images) (map[string]float64, error) {
	areas, err := evenAreas(backend, m, pictures)
	if err != nil {
		return nil, err
	}
	power, err := meanSpectrum(areas)
	if err != nil {
		return nil, err
	}
	drawn, err := m.Reconstruct(pictures)
	if err != nil {
		return nil, err
	}
	digits, mean, err := digitShares(planesOf(drawn, pictures.H, pictures.W))
	if err != nil {
		return nil, err
	}
	n := len(power)
	return map[string]float64{
		"even area":  shareOf(power, periodTwo(n, n), allFrequencies),
		"period 4":   shareOf(power, periodFour(n), allFrequencies),
		"digits":     digits,
		"mean digit": mean,
	}, nil
}

// digitShares returns the shares of the power, means left out, at frequency ½ on an
// axis: of all the pictures, and of their mean.
func digitShares(pictures [][][]float64) (digits, mean float64, err error) {
	power, err := meanSpectrum(pictures)
	if err != nil {
		return 0, 0, err
	}
	ofMean, err := Spectrum(grid.Mean(pictures))
	if err != nil {
		return 0, 0, err
	}
	return varyingShare(power), varyingShare(ofMean), nil
}

// colours is how many even areas are tried.
const colours = 64

// evenAreas returns what the layers that enlarge make of areas of one colour, away
// from their border. The colours are the middle cells of the maps that the network
// makes of the first pictures.
func evenAreas(backend compute.Backend, m *train.Model, pictures *data.Images) ([][][]float64, error) {
	some, err := pictures.Slice(0, colours)
	if err != nil {
		return nil, err
	}
	maps, err := m.Maps(some, encoderDepth) // [64 7 7 16]
	if err != nil {
		return nil, err
	}
	const side, border = 12, 16 // 48×48 comes out, of which the middle 16×16 is free of borders
	var x []float64
	err = maps.ConstFlatData(func(flat any) {
		values, dims := flat.([]float32), maps.Shape().Dimensions
		for i := range colours {
			middle := ((i*dims[1]+dims[1]/2)*dims[2] + dims[2]/2) * dims[3]
			for range side * side {
				for _, v := range values[middle : middle+dims[3]] {
					x = append(x, float64(v))
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	back, err := trainedLayers(m, encoderDepth)
	if err != nil {
		return nil, err
	}
	y, err := cnnlib.Run(backend, back, batchOf(x, colours, side, side, mapChannels)) // [64 48 48 1]
	if err != nil {
		return nil, err
	}
	planes, err := firstChannels(y)
	for i := range planes {
		planes[i] = grid.WithoutBorder(planes[i], border)
	}
	return planes, err
}

// trainedLayers returns the layers of a trained network from the first on, with the
// weights that they have learnt, so that they can be run by themselves.
func trainedLayers(m *train.Model, first int) (cnnlib.Sequential, error) {
	learnt, err := m.Weights()
	if err != nil {
		return nil, err
	}
	layers := slices.Clone(m.Net.(cnnlib.Sequential))
	for i := range layers {
		switch layer := layers[i].(type) {
		case cnnlib.Conv2D:
			layer.Weights, layer.Biases, err = learntBy(i, learnt)
			layers[i] = layer
		case cnnlib.ConvTranspose2D:
			layer.Weights, layer.Biases, err = learntBy(i, learnt)
			layers[i] = layer
		}
		if err != nil {
			return nil, err
		}
	}
	return layers[first:], nil
}

// learntBy returns the variables of a convolution, the layer i of a network: its weights
// [K K A B] as Weights[b][a], which is their order in both kinds of convolution.
func learntBy(i int, learnt map[string]*tensors.Tensor) (cnnlib.Weights, []float64, error) {
	weights, dims, err := variable(learnt, fmt.Sprintf("%d/weights", i))
	if err != nil {
		return nil, nil, err
	}
	biases, _, err := variable(learnt, fmt.Sprintf("%d/biases", i))
	if err != nil {
		return nil, nil, err
	}
	h, w, inner, outer := dims[0], dims[1], dims[2], dims[3]
	given := make(cnnlib.Weights, outer)
	for b := range given {
		given[b] = make([][][]float64, inner)
		for a := range given[b] {
			given[b][a] = grid.Zeros(h, w)
			for cell := range h * w {
				given[b][a][cell/w][cell%w] = weights[(cell*inner+a)*outer+b]
			}
		}
	}
	return given, biases, nil
}

// variable returns the numbers of a variable, and its shape.
func variable(learnt map[string]*tensors.Tensor, path string) (values []float64, dims []int, err error) {
	t, ok := learnt[path]
	if !ok {
		return nil, nil, fmt.Errorf("checkerboard: the network has no variable %q", path)
	}
	err = t.ConstFlatData(func(flat any) {
		for _, v := range flat.([]float32) {
			values = append(values, float64(v))
		}
	})
	return values, t.Shape().Dimensions, err
}
