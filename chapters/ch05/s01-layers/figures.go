package layers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/floats"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/plots"
)

func figures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_01_volumes", Picture: volumesFigure,
			Caption:   "The network of the text as data: from a picture of 32·32·3 numbers to ten class scores.",
			CaptionZH: "正文网络中数据的形状：从 32·32·3 的图像到 10 个类别得分。",
		},
		{
			ID: "05_01_counts", Picture: countsFigure,
			Caption:   "The same network as layers, with the numbers that each learns and multiplies: 336 + 30,730 = 31,066 parameters.",
			CaptionZH: "同一网络的各层及其参数量和乘加次数：336 + 30,730 = 31,066 个参数。",
		},
		{
			ID: "05_01_maps", Picture: mapsFigure,
			Caption:   "One test digit on its way through a trained network: ten feature maps behind each layer, from 28×28 to 7×7. Each column is divided by its largest number, which stands above it.",
			CaptionZH: "一个测试数字在训练好的网络中逐层变化：每层之后的 10 张特征图，尺寸从 28×28 变为 7×7。每一列除以该列的最大值（标在列上方）。",
		},
		{
			ID: "05_01_scores", Picture: scoresFigure,
			Caption:   "What the last layer makes of this 5, and of the same digit moved 2 pixels to the right: softmax of the ten class scores. The network is not sure, and a small shift changes its mind.",
			CaptionZH: "最后一层对这个 5 以及向右平移 2 个像素后的同一数字给出的结果：10 个类别得分的 softmax。网络本来就不太确定，稍作平移便改变了判断。",
		},
		{
			ID: "05_01_filters", Picture: filtersFigure,
			Caption:   "The ten 5×5 filters of the first layer, before and after training, on one scale.",
			CaptionZH: "第一层的 10 个 5×5 卷积核：训练前与训练后，使用同一色标。",
		},
		{
			ID: "05_01_accuracy", Picture: accuracyFigure,
			Caption:   "Mistakes on the 10,000 test digits, with and without convolutions: mean of 3 seeds; the error bars show the standard deviation.",
			CaptionZH: "有无卷积层时在 10,000 个测试数字上的错误数：3 个随机种子的平均值，误差线为标准差。",
		},
	}
}

func volumesFigure(backend compute.Backend) *plots.Picture {
	names, shapes := textShapes(backend)
	_, in := textNet()
	v := plots.Volumes{Volumes: []plots.Volume{{H: in[0], W: in[1], C: in[2], Name: "INPUT"}}}
	said := formatShape(in)
	for i, s := range shapes {
		if len(s) == 1 { // the classes: 1·1·10, as the section counts
			s = []int{1, 1, s[0]}
		}
		v.Volumes = append(v.Volumes, plots.Volume{H: s[0], W: s[1], C: s[2], Name: names[i], Before: "→", Role: plots.RoleOutput})
		said += " → " + formatShape(s)
	}
	return v.Picture().Finding("The data become smaller in height and width and deeper in channels: %s.", said)
}

func countsFigure(backend compute.Backend) *plots.Picture {
	_, shapes := textShapes(backend)
	net, in := textNet()
	d := plots.Diagram{Blocks: []plots.Block{{Name: "INPUT " + formatShape(in), Kind: plots.Input}}}
	total, macs := 0, 0
	for _, layer := range net {
		p, m := layer.Params(in), layer.MACs(in)
		in = chapters.Must(layer.OutShape(in))
		w, ok := wordFor(layer)
		if !ok {
			continue
		}
		total, macs = total+p, macs+m
		d.Blocks = append(d.Blocks, plots.Block{Name: w.Name + " " + formatShape(shapes[len(d.Blocks)-1]), Kind: w.Kind,
			Lines: []string{plots.Number(float64(p), 0) + " parameters", plots.Number(float64(m), 0) + " MACs"}})
	}
	return d.Picture().Finding("%s parameters and %s MACs in all: FC has most of the parameters, CONV most of the work.", plots.Number(float64(total), 0), plots.Number(float64(macs), 0))
}

// mapsDigit is the test picture that the figures follow: a 5 of which the network is
// not sure, and which it takes for a 6 when it is moved.
const mapsDigit = 8

// scoresShift is how far the second picture of the scores is moved, in pixels.
const scoresShift = 2

// stage holds the maps behind one of the first layers of a network.
type stage struct {
	Name string
	Maps [][][]float64 // [map][row][column]
}

// stages follows a picture through the layers that keep it a picture.
func stages(m *train.Model, picture *data.Images) ([]stage, error) {
	net, ok := m.Net.(cnnlib.Sequential)
	if !ok {
		return nil, fmt.Errorf("layers: the network is a %T: only the layers of a Sequential can be followed", m.Net)
	}
	found := []stage{{Name: "INPUT"}}
	for n := 0; n <= len(net); n++ {
		if n > 0 {
			w, ok := wordFor(net[n-1])
			if !ok { // Flatten and what follows
				return found, nil
			}
			found = append(found, stage{Name: w.Name})
		}
		y, err := m.Maps(picture, n)
		if err != nil {
			return nil, err
		}
		for channel := range y.Shape().Dimensions[3] {
			plane, err := cnnlib.ToMatrix(y, channel)
			if err != nil {
				return nil, err
			}
			found[n].Maps = append(found[n].Maps, plane)
		}
	}
	return found, nil
}

// extent returns the largest number of the maps without its sign, and their share of zeros.
func (s stage) extent() (largest, zeros float64) {
	n := 0
	for _, plane := range s.Maps {
		for _, row := range plane {
			for _, v := range row {
				largest = max(largest, math.Abs(v))
				n++
				if v == 0 {
					zeros++
				}
			}
		}
	}
	return largest, zeros / float64(n)
}

func mapsFigure(backend compute.Backend) *plots.Picture {
	m := chapters.Must(Trained(backend, experimentID, armPicture))
	picture := chapters.Must(Digit(mapsDigit, 0))
	all := chapters.Must(stages(m, picture))
	t := plots.Tiles{Scale: plots.Scale{Low: -1, High: 1}, Unit: "share of the column's largest number"}
	t.Images = make([][][][]float64, 10)
	var sides, dark string
	for _, s := range all {
		largest, zeros := s.extent()
		if largest == 0 {
			panic(chapters.Failure(errors.New("layers: a layer of the trained network gives nothing but zeros")))
		}
		t.Columns = append(t.Columns, fmt.Sprintf("%s %s", s.Name, plots.Number(largest, 1)))
		for i := range t.Images {
			var plane [][]float64 // nil if the stage has fewer maps
			if i < len(s.Maps) {
				plane = grid.Map(s.Maps[i], func(v float64) float64 { return v / largest })
			}
			t.Images[i] = append(t.Images[i], plane)
		}
		if s.Name == "POOL" || s.Name == "INPUT" {
			sides += fmt.Sprintf(" → %d", len(s.Maps[0]))
		}
		if s.Name == "RELU" {
			dark += fmt.Sprintf(", %.0f", 100*zeros)
		}
	}
	return t.Picture().Finding("The side of the maps falls %s; behind the RELU layers %s %% of the numbers are 0.", sides[len(" → "):], dark[len(", "):])
}

func scoresFigure(backend compute.Backend) *plots.Picture {
	m := chapters.Must(Trained(backend, experimentID, armPicture))
	var probabilities [2][]float64 // of the classes: in its place, moved
	var said string
	var label uint8
	for i, shift := range []int{0, scoresShift} {
		one := chapters.Must(Digit(mapsDigit, shift))
		label = one.Labels[0]
		logits := chapters.Must(m.Logits(one))
		probabilities[i] = train.Softmax(logits[0])
		best := floats.MaxIdx(probabilities[i])
		said += fmt.Sprintf(" Moved %d pixels: class %d with %.1f %%.", shift, best, 100*probabilities[i][best])
	}
	bars := plots.Bars{Label: "probability in %", Decimals: 1}
	pair := func(name string, first, moved float64) { // one below the other
		bars.Bars = append(bars.Bars, plots.Bar{Name: name, Value: 100 * first}, plots.Bar{Name: name + ", moved", Value: 100 * moved})
	}
	const seen = 0.005 // a bar of less is no more than a line
	few, first, moved := 0, 0.0, 0.0
	for class, p := range probabilities[0] {
		q := probabilities[1][class]
		if max(p, q) >= seen {
			pair(fmt.Sprint(class), p, q)
			continue
		}
		few, first, moved = few+1, first+p, moved+q
	}
	if few > 0 {
		pair(fmt.Sprintf("the %d others", few), first, moved)
	}
	return bars.Picture().Finding("The digit is a %d.%s", label, said)
}

// firstFilters cuts the weights [KH KW 1 filters] of a first layer into its filters.
func firstFilters(weights *tensors.Tensor) [][][]float64 {
	d := weights.Shape().Dimensions
	w := tensors.MustCopyFlatData[float32](weights)
	filters := make([][][]float64, d[3])
	for f := range filters {
		filters[f] = make([][]float64, d[0])
		for i := range d[0] {
			for j := range d[1] {
				filters[f][i] = append(filters[f][i], float64(w[(i*d[1]+j)*d[3]+f]))
			}
		}
	}
	return filters
}

func filtersFigure(backend compute.Backend) *plots.Picture {
	after := chapters.Must(Trained(backend, experimentID, armPicture))
	before := untrained(backend, DigitNet(), 1)
	t := plots.Tiles{Rows: []string{"before", "after"}, Unit: "weight"}
	var images [2][][][]float64
	for i, m := range []*train.Model{before, after} {
		w := chapters.Must(m.Weights())
		images[i] = firstFilters(w["0/weights"])
		t.Images = append(t.Images, images[i])
	}
	for f := range images[0] {
		t.Columns = append(t.Columns, fmt.Sprint(f+1))
	}
	var change, size float64
	for f := range images[0] {
		for i, row := range images[0][f] {
			for j, v := range row {
				change += (images[1][f][i][j] - v) * (images[1][f][i][j] - v)
				size += v * v
			}
		}
	}
	t.Title = fmt.Sprintf("the weights changed by %.0f %% of their size", 100*math.Sqrt(change/size))
	return t.Picture().Finding("Training changed the %d filters by %.0f %% of their size (root of the sum of squares).", len(images[0]), 100*math.Sqrt(change/size))
}

// untrained returns the network with which training begins for this seed: a run that is
// stopped before the end of its first epoch returns that.
func untrained(backend compute.Backend, net cnnlib.Sequential, seed int64) *train.Model {
	some, _, _ := chapters.Must3(chapters.MNIST(10, 0).Load())
	stopped, stop := context.WithCancel(context.Background())
	stop()
	m, err := train.Run(stopped, backend, net, some, train.Options{Seed: seed})
	if m == nil || !errors.Is(err, context.Canceled) {
		panic(chapters.Failure(fmt.Errorf("layers: the network before training: %w", err)))
	}
	return m
}

func accuracyFigure(compute.Backend) *plots.Picture {
	m := chapters.Must(Measured(experimentID))
	bars := plots.Bars{Label: "mistakes in 10,000 test digits", Decimals: 0}
	var said string
	for _, arm := range []string{armFC, armText, armPicture} {
		e := chapters.Must(m.Estimate(arm, "test errors"))
		parameters := chapters.Must(m.Estimate(arm, "parameters")).Mean
		bars.Bars = append(bars.Bars, plots.Bar{Name: fmt.Sprintf("%s (%s parameters)", arm, plots.Number(parameters, 0)), Value: math.Round(e.Mean), Err: math.Round(e.SD)})
		said += fmt.Sprintf("%s: %.0f ± %.0f mistakes (%d seeds); ", arm, e.Mean, e.SD, e.N)
	}
	return bars.Picture().Finding("%s.", strings.TrimSuffix(said, "; "))
}
