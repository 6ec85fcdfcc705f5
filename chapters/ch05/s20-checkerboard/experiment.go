package checkerboard

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// ICNR starts a convolution before PixelShuffle: the Factor² channels that become the
// cells of one square get the same weights, drawn by Of. At the start the layer then
// repeats cells like Upsample, and makes no checkerboard (A. Aitken et al. 2017,
// "Checkerboard artifact free sub-pixel convolution", arXiv:1707.02937, §3).
type ICNR struct {
	Factor int                // of the PixelShuffle behind the layer
	Of     cnnlib.Initializer // nil means cnnlib.HeNormal
}

func (n ICNR) of() cnnlib.Initializer {
	if n.Of == nil {
		return cnnlib.HeNormal{}
	}
	return n.Of
}

// Weights draws one number for each Factor² neighbours on the last axis.
func (n ICNR) Weights(r *rand.Rand, fan cnnlib.Fan, w []float64) { n.repeat(r, fan, w, n.of().Weights) }

// Biases draws in the same way.
func (n ICNR) Biases(r *rand.Rand, fan cnnlib.Fan, b []float64) { n.repeat(r, fan, b, n.of().Biases) }

func (n ICNR) repeat(r *rand.Rand, fan cnnlib.Fan, values []float64, draw func(*rand.Rand, cnnlib.Fan, []float64)) {
	square := max(1, n.Factor*n.Factor)
	drawn := make([]float64, len(values)/square)
	draw(r, fan, drawn)
	for i := range values {
		values[i] = drawn[i/square]
	}
}

// String returns the Go literal.
func (n ICNR) String() string {
	if n.Of == nil {
		return fmt.Sprintf("ICNR{Factor: %d}", n.Factor)
	}
	return fmt.Sprintf("ICNR{Factor: %d, Of: %v}", n.Factor, n.Of)
}

// The autoencoder of the experiment: 16 numbers stand for a digit, and 7×7 maps made of
// them are enlarged twice.
const (
	codeSize     = 16 // numbers between encoder and decoder
	mapChannels  = 16 // of the 7×7 maps
	midChannels  = 8  // of the 14×14 maps
	encoderDepth = 2  // layers before the maps are enlarged: code, maps
)

// enlarger makes the layers that double the sides of a picture and give so many
// channels.
type enlarger struct {
	name   string
	double func(channels int, activation cnnlib.Activation) []cnnlib.Layer
}

// enlargers are the arms of the experiment.
func enlargers() []enlarger {
	transposedOf := func(kernel int) func(int, cnnlib.Activation) []cnnlib.Layer {
		return func(channels int, activation cnnlib.Activation) []cnnlib.Layer {
			layer := doublingLayer(channels, kernel)
			layer.Activation = activation
			return []cnnlib.Layer{layer}
		}
	}
	resized := func(mode cnnlib.UpsampleMode) func(int, cnnlib.Activation) []cnnlib.Layer {
		return func(channels int, activation cnnlib.Activation) []cnnlib.Layer {
			return []cnnlib.Layer{cnnlib.Upsample{Factor: 2, Mode: mode},
				cnnlib.Conv2D{Channels: channels, Kernel: 3, Padding: cnnlib.Same, Activation: activation}}
		}
	}
	subPixel := func(init cnnlib.Initializer) func(int, cnnlib.Activation) []cnnlib.Layer {
		return func(channels int, activation cnnlib.Activation) []cnnlib.Layer {
			return []cnnlib.Layer{cnnlib.Conv2D{Channels: 4 * channels, Kernel: 3, Padding: cnnlib.Same, Activation: activation, Init: init},
				cnnlib.PixelShuffle{Factor: 2}}
		}
	}
	return []enlarger{
		{"transposed k3 s2", transposedOf(3)},
		{"transposed k4 s2", transposedOf(4)},
		{"sub-pixel", subPixel(nil)},
		{"sub-pixel ICNR", subPixel(ICNR{Factor: 2})},
		{"nearest + conv", resized(cnnlib.Nearest)},
		{"bilinear + conv", resized(cnnlib.Bilinear)},
	}
}

// autoencoder makes 16 numbers of a digit, 7×7 maps of them, and a digit again.
func autoencoder(e enlarger) cnnlib.Sequential {
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: codeSize, Kernel: 28},                                     // [1 1 16]
		cnnlib.ConvTranspose2D{Channels: mapChannels, Kernel: 7, Activation: cnnlib.ReLU}, // [7 7 16]
	}
	net = append(net, e.double(midChannels, cnnlib.ReLU)...) // [14 14 8]
	return append(net, e.double(1, cnnlib.None)...)          // [28 28 1]
}

// How the autoencoders are trained and measured.
const (
	checkerboardID = "05_20_checkerboard"
	digitsTrained  = 5_000
	digitsMeasured = 1_000 // of the test set
)

var checkerboardTraining = train.Options{Reconstruct: true, Epochs: 3, Batch: 50, Optimizer: train.Adam{}, Rate: train.Constant(0.003)}

// checkerboardExperiment compares ways of enlarging in an autoencoder for digits.
func checkerboardExperiment() chapters.Experiment {
	e := chapters.Experiment{
		ID:         checkerboardID,
		Question:   "How much checkerboard do six ways of enlarging make, before and after training on digits?",
		QuestionZH: "六种放大方法在数字图像上训练前后各产生多少棋盘效应？",
		Seeds:      3,
	}
	pictures := chapters.MNIST(digitsTrained, 0)
	for _, way := range enlargers() {
		net := autoencoder(way)
		lines := train.Recipe(net, nil, checkerboardTraining)
		var recipe []string
		for _, line := range lines {
			if !strings.HasPrefix(line, "Seed: ") && !strings.HasPrefix(line, "pictures: ") && !strings.HasPrefix(line, "Validation: ") {
				recipe = append(recipe, line)
			}
		}
		recipe = append(recipe, "pictures: "+pictures.Describe, fmt.Sprintf("measured on the first %d test pictures", digitsMeasured))
		e.Arms = append(e.Arms, chapters.Arm{
			Name: way.name, Recipe: strings.Join(recipe, "\n"), Keep: true,
			Run: func(ctx context.Context, b compute.Backend, seed int64, steps int) (*chapters.Trial, error) {
				return checkerboardTrial(ctx, b, net, pictures, seed, steps)
			},
		})
	}
	return e
}

// errCheckerboardSteps ends a training after the steps that were asked for.
var errCheckerboardSteps = errors.New("enough steps")

// checkerboardTrial measures the network as it starts and as it is trained.
func checkerboardTrial(ctx context.Context, b compute.Backend, net cnnlib.Sequential, pictures chapters.Pictures, seed int64, steps int) (*chapters.Trial, error) {
	training, _, test, err := pictures.Load()
	if err != nil {
		return nil, err
	}
	some, err := test.Slice(0, digitsMeasured)
	if err != nil {
		return nil, err
	}
	t := &chapters.Trial{Seed: seed, Values: map[string]float64{}, Digest: fmt.Sprintf("trained on %s; measured on %s", train.Digest(training), train.Digest(some))}
	o := checkerboardTraining
	o.Seed = seed
	if steps == 0 {
		start, err := untrainedAutoencoder(ctx, b, net, training, seed)
		if err != nil {
			return nil, err
		}
		if err := measureCheckerboard(b, start, some, " before", t.Values); err != nil {
			return nil, err
		}
	}
	o.OnStep = func(p train.Progress) error {
		if p.Step <= chapters.FirstLosses {
			t.Losses = append(t.Losses, p.Loss)
		}
		if steps > 0 && p.Step >= steps {
			return errCheckerboardSteps
		}
		return nil
	}
	began := time.Now()
	m, err := train.Run(ctx, b, net, training, o)
	if steps > 0 && errors.Is(err, errCheckerboardSteps) {
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	t.Seconds, t.Model = time.Since(began).Seconds(), m
	return t, measureCheckerboard(b, m, some, " after", t.Values)
}

// untrainedAutoencoder returns the network that a training with this seed begins with: Run
// returns it when it is stopped in the first epoch.
func untrainedAutoencoder(ctx context.Context, b compute.Backend, net cnnlib.Sequential, training *data.Images, seed int64) (*train.Model, error) {
	o := checkerboardTraining
	o.Seed = seed
	o.OnStep = func(train.Progress) error { return errCheckerboardSteps }
	m, err := train.Run(ctx, b, net, training, o)
	if errors.Is(err, errCheckerboardSteps) {
		return m, nil
	}
	if err == nil {
		err = errors.New("checkerboard: a training could not be stopped at its first step")
	}
	return nil, err
}

// measureCheckerboard adds what is measured of a network, under names that end with
// when:
//
//   - "loss": mean squared error on the pictures;
//   - "even area": the layers that enlarge get areas of one colour, each the 16 numbers
//     that one of the pictures has in the middle of its 7×7 maps; the share of the power
//     of what they draw, means included, that has period 2 (frequency ½ on an axis);
//   - "period 4": the same for frequency ¼, which the first enlargement makes;
//   - "digits": the share of the power of the drawn digits, their means left out, at
//     frequency ½ on an axis, powers added over all pictures;
//   - "mean digit": the same for the mean of all drawn digits. Strokes, which lie
//     elsewhere in every digit, blur in it; a pattern that is fixed to the cells stays.
func measureCheckerboard(b compute.Backend, m *train.Model, pictures *data.Images, when string, values map[string]float64) error {
	score, err := m.Evaluate(pictures)
	if err != nil {
		return err
	}
	drawn, err := m.Reconstruct(pictures)
	if err != nil {
		return err
	}
	areas, err := evenAreasOf(b, m, pictures)
	if err != nil {
		return err
	}
	power, err := MeanSpectrum(areas)
	if err != nil {
		return err
	}
	n, all := len(power), func(int, int) bool { return true }
	values["loss"+when] = score.Loss
	values["even area"+when] = shareAt(power, func(u, v int) bool { return u == n/2 || v == n/2 }, all)
	values["period 4"+when] = shareAt(power, func(u, v int) bool { return u%(n/2) == n/4 || v%(n/2) == n/4 }, all)
	planes := make([][][]float64, len(drawn))
	for i, p := range drawn {
		planes[i] = rowsToPlane(p, pictures.H, pictures.W)
	}
	values["digits"+when], values["mean digit"+when], err = digitShares(planes)
	return err
}

// digitShares returns the shares of the power, means left out, at frequency ½ on an
// axis: of all the pictures, and of their mean.
func digitShares(pictures [][][]float64) (digits, mean float64, err error) {
	power, err := MeanSpectrum(pictures)
	if err != nil {
		return 0, 0, err
	}
	together := pictures[0]
	for _, p := range pictures[1:] {
		together = plusTimes(together, p, 1)
	}
	ofMean, err := Spectrum(together)
	if err != nil {
		return 0, 0, err
	}
	return nyquistShare(power), nyquistShare(ofMean), nil
}

// MeanSpectrum returns the mean of the spectra of pictures of one size.
func MeanSpectrum(pictures [][][]float64) ([][]float64, error) {
	var sum [][]float64
	for i, p := range pictures {
		power, err := Spectrum(p)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			sum = plusTimes(power, power, -1)
		}
		sum = plusTimes(sum, power, 1/float64(len(pictures)))
	}
	return sum, nil
}

// nyquistShare returns the share of the power, the mean left out, at frequency ½ on at
// least one axis.
func nyquistShare(power [][]float64) float64 {
	h, w := len(power), len(power[0])
	return shareAt(power, func(u, v int) bool { return u == h/2 || v == w/2 }, func(u, v int) bool { return u+v > 0 })
}

// rowsToPlane returns values row by row as a matrix.
func rowsToPlane(values []float32, h, w int) [][]float64 {
	m := make([][]float64, h)
	for i := range m {
		for _, v := range values[i*w : (i+1)*w] {
			m[i] = append(m[i], float64(v))
		}
	}
	return m
}

// evenAreas is how many colours are tried.
const evenAreas = 64

// evenAreasOf returns what the layers that enlarge make of areas of one colour, away
// from their border. The colours are the middle cells of the maps that the network
// makes of the first pictures.
func evenAreasOf(b compute.Backend, m *train.Model, pictures *data.Images) ([][][]float64, error) {
	some, err := pictures.Slice(0, evenAreas)
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
		for i := range evenAreas {
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
	weights, err := m.Weights()
	if err != nil {
		return nil, err
	}
	back, err := trainedLayers(m.Net.(cnnlib.Sequential), weights, encoderDepth)
	if err != nil {
		return nil, err
	}
	y, err := cnnlib.Run(b, back, batchOf(x, evenAreas, side, side, mapChannels))
	if err != nil {
		return nil, err
	}
	planes, err := firstChannels(y)
	for i := range planes {
		planes[i] = withoutBorder(planes[i], border)
	}
	return planes, err
}

// learntWeights is an Initializer that gives a layer weights and biases it has learnt.
type learntWeights struct{ weights, biases []float32 }

func (l learntWeights) Weights(_ *rand.Rand, _ cnnlib.Fan, w []float64) { widenInto(w, l.weights) }
func (l learntWeights) Biases(_ *rand.Rand, _ cnnlib.Fan, b []float64)  { widenInto(b, l.biases) }
func (learntWeights) String() string                                    { return "learntWeights{}" }

func widenInto(to []float64, from []float32) {
	for i, v := range from {
		to[i] = float64(v)
	}
}

// trainedLayers returns the layers of a trained network from the first on, as layers that
// start from its weights, so that they can be run by themselves.
func trainedLayers(net cnnlib.Sequential, weights map[string]*tensors.Tensor, first int) (cnnlib.Sequential, error) {
	numbers := func(path string) (values []float32, err error) {
		t, ok := weights[path]
		if !ok {
			return nil, fmt.Errorf("checkerboard: the network has no variable %q", path)
		}
		err = t.ConstFlatData(func(flat any) { values = append(values, flat.([]float32)...) })
		return values, err
	}
	var layers cnnlib.Sequential
	for i := first; i < len(net); i++ {
		var l learntWeights
		var err error
		if isConvolution(net[i]) {
			if l.weights, err = numbers(fmt.Sprintf("%d/weights", i)); err != nil {
				return nil, err
			}
			if l.biases, err = numbers(fmt.Sprintf("%d/biases", i)); err != nil {
				return nil, err
			}
		}
		switch layer := net[i].(type) {
		case cnnlib.Conv2D:
			layer.Init = l
			layers = append(layers, layer)
		case cnnlib.ConvTranspose2D:
			layer.Init = l
			layers = append(layers, layer)
		default:
			layers = append(layers, layer)
		}
	}
	return layers, nil
}

func isConvolution(layer cnnlib.Layer) bool {
	switch layer.(type) {
	case cnnlib.Conv2D, cnnlib.ConvTranspose2D:
		return true
	}
	return false
}

// TrainedAutoencoder returns the network of an arm of the experiment as its first seed
// trained it, from the stored weights.
func TrainedAutoencoder(b compute.Backend, folder fs.FS, arm string) (*train.Model, error) {
	for _, way := range enlargers() {
		if way.name != arm {
			continue
		}
		name := chapters.WeightsFile(checkerboardID, arm)
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("checkerboard: the weights of %q are missing: %w: `go run . measure %s` makes them", arm, err, checkerboardID)
		}
		m, _, err := train.DecodeWeights(b, autoencoder(way), name, content)
		return m, err
	}
	return nil, fmt.Errorf("checkerboard: there is no arm %q", arm)
}
