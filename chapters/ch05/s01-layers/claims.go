package layers

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/nets"
)

// PictureNet is the network that the section's picture shows, from its column
// heads: three times CONV RELU CONV RELU POOL, then FC, with ten maps a layer. It
// gives no sizes; 3×3 kernels that keep the size are those of its source (Stanford
// CS231n).
func PictureNet() cnnlib.Sequential {
	var net cnnlib.Sequential
	for range 3 {
		for range 2 {
			net = append(net, cnnlib.Conv2D{Channels: 10, Kernel: 3, Padding: cnnlib.Same}, cnnlib.ReLU)
		}
		net = append(net, cnnlib.MaxPool2D{Window: 2})
	}
	return append(net, cnnlib.Flatten{}, cnnlib.Dense{Units: 10})
}

// The places of the layers in nets.CIFAR.
const (
	cifarConv = iota
	cifarReLU
	cifarPool
	cifarFlatten
	cifarDense
)

// cifarLayer returns one layer of the text's network with the shape that comes in.
func cifarLayer(place int) (cnnlib.Layer, cnnlib.Shape) {
	n := nets.CIFAR()
	net := n.Net.(cnnlib.Sequential)
	in, err := net[:place].OutShape(n.In)
	chapters.OK(err)
	return net[place], in
}

func layerClaims() []chapters.Claim {
	const fixedNote = "A layer's numbers to learn are counted from the shapes; the counts are those of the layers that train in this companion."
	return []chapters.Claim{
		{
			ID: "5.1/1", Quote: "有3种最主要的层", Book: "a network consists of 3 kinds of layers", Verdict: chapters.Differs, Erratum: "E55",
			Note:   "Convolution, pooling and fully connected are named, but the section's own network also needs RELU, and lists it as a layer: four kinds. (Also misprinted: 没个 for 每个, 卷几层 for 卷积层.)",
			NoteZH: "文中只列出卷积、池化、全连接三种，但本节自己的网络还用到 RELU 层，并把它算作一层，因此共有四种。（另有错字：“没个”应为“每个”，“卷几层”应为“卷积层”。）",
			Check:  checkKinds,
		},
		{
			ID: "5.1/2", Quote: "可能产出的结果数据是[32*32*12]", Book: "a convolution gives 32·32·12", Verdict: chapters.Unclear, Erratum: "E55",
			Note:   "The kernel is not given. Without padding no kernel larger than 1 gives 32×32; with half padding 3×3 (336 parameters) does, and so does 5×5 (912).",
			NoteZH: "书中没有给出卷积核大小。不填充时，大于 1 的卷积核都得不到 32×32；采用半填充时，3×3（336 个参数）和 5×5（912 个参数）都可以。",
			Check:  checkCIFARKernels,
		},
		{
			ID: "5.1/3", Quote: "主要的计算就是max(0,x)", Book: "max(0, x)", Verdict: chapters.Holds,
			Check: checkReLU,
		},
		{
			ID: "5.1/4", Quote: "结果数据依旧是[32*32*12]", Book: "32·32·12", Verdict: chapters.Holds,
			Check: checkShapeAfter(cifarReLU),
		},
		{
			ID: "5.1/5", Quote: "结果维度就变为[16*16*12]", Book: "16·16·12", Verdict: chapters.Holds,
			Check: checkShapeAfter(cifarPool),
		},
		{
			ID: "5.1/6", Quote: "得到的结果为[1*1*10]", Book: "1·1·10", Verdict: chapters.Holds,
			Note:   "A fully connected layer is the convolution whose kernel is as large as its input, 16×16×12: the same 30,720 weights give the same ten numbers.",
			NoteZH: "全连接层就是卷积核与输入同样大小（16×16×12）的卷积：同样的 30,720 个权重得到同样的 10 个数。",
			Check:  checkDenseIsConvolution,
		},
		{
			ID: "5.1/7", Quote: "和上一层的若干小区域连接", Book: "each number of CONV depends on a small region, each class of FC on everything", Verdict: chapters.Holds,
			Note:   "27 of 3,072 numbers (0.9 %) for the convolution, all 3,072 for the fully connected layer.",
			NoteZH: "卷积层的每个数只依赖 3,072 个输入中的 27 个（0.9 %），全连接层则依赖全部 3,072 个。",
			Check:  checkConnections,
		},
		{
			ID: "5.1/8", Quote: "卷积层和全连接层包含训练参数", Book: "CONV and FC have parameters, RELU and POOL have none", Verdict: chapters.Holds,
			Note:  "336 and 30,730. " + fixedNote,
			Check: checkWhoHasParameters,
		},
		{
			ID: "5.1/9", Quote: "每一层的输入结构是3维的数据", Book: "each layer takes 3-D data and gives 3-D data", Verdict: chapters.Holds,
			Note:   "With the classes read as 1·1·10, as above. In this companion Flatten stands between, and the classes are a list of 10.",
			NoteZH: "按上文把类别得分看作 1·1·10 时成立。本书配套程序在中间用 Flatten 展平，类别得分是长度为 10 的一维数组。",
			Check:  checkThreeAxes,
		},
		{
			ID: "5.1/10", Quote: "RELU层没有", Book: "CONV, FC and POOL have hyperparameters, RELU has none", Verdict: chapters.Holds,
			Check: checkHyperparameters,
		},
		{
			ID: "5.1/11", Quote: "[INPUT - CONV - RELU - POOL - FC]的结构", Book: "the picture shows the network of the text", Verdict: chapters.Differs,
			Note:   "The picture has six convolutions, six RELU and three poolings with ten maps each; the text has one of each with twelve maps.",
			NoteZH: "图中有 6 个卷积层、6 个 RELU 层和 3 个池化层，每层 10 张特征图；正文中这三种层各只有一个，特征图为 12 张。",
			Check:  checkPictureAndText,
		},
		{
			ID: "5.1/12", Quote: "一步步把原始的图像数据转成最后的类别得分", Book: "CONV, RELU and POOL before FC lead from pixels to class scores", Verdict: chapters.Holds,
			Note:   "Measured on MNIST (experiment 05_01_layers): with them the network makes a quarter of the mistakes of FC alone, and four convolutions need a third of the parameters of one.",
			NoteZH: "在 MNIST 上实测（实验 05_01_layers）：加上这些层后，错误数约为单独全连接层的四分之一；四个卷积层的网络只需一个卷积层网络三分之一的参数。",
			Check:  checkLayersHelp,
		},
	}
}

// kinds counts the layers of a network by type; Flatten, which only says that the
// axes become one, is not a layer of the book.
func kinds(net cnnlib.Sequential) (order []string, count map[string]int) {
	count = map[string]int{}
	for _, l := range net {
		name := reflect.TypeOf(l).Name()
		if name == reflect.TypeOf(cnnlib.Flatten{}).Name() {
			continue
		}
		if count[name]++; count[name] == 1 {
			order = append(order, name)
		}
	}
	return order, count
}

func checkKinds(c chapters.Check) chapters.Finding {
	order, _ := kinds(nets.CIFAR().Net.(cnnlib.Sequential))
	f := chapters.Same(c.Book, fmt.Sprintf("a network consists of %d kinds of layers", len(order)))
	f.Value += ": " + strings.Join(order, ", ")
	return f
}

// checkCIFARKernels tries kernels up to 7, bare and with half padding.
func checkCIFARKernels(chapters.Check) chapters.Finding {
	in, fits := nets.CIFAR().In, []string{}
	for k := 2; k <= 7; k++ {
		for _, p := range []int{0, k / 2} {
			layer := cnnlib.Conv2D{Channels: 12, Kernel: k, Padding: cnnlib.Explicit, Pads: cnnlib.Pads{Top: p, Bottom: p, Left: p, Right: p}}
			out := chapters.Must(layer.OutShape(in))
			if out.Equal(cnnlib.Shape{32, 32, 12}) {
				fits = append(fits, fmt.Sprintf("%d×%d with padding %d (%d parameters)", k, k, p, layer.Params(in)))
			}
		}
	}
	f := chapters.Finding{Value: "32·32·12 by " + strings.Join(fits, ", "), Verdict: chapters.Unclear}
	switch len(fits) {
	case 0:
		f.Verdict = chapters.Differs
	case 1:
		f.Verdict = chapters.Holds
	}
	return f
}

// checkReLU compares the layer with max(0, x) on numbers around 0.
func checkReLU(c chapters.Check) chapters.Finding {
	x := [][]float64{{-2, -0.5, 0, 0.5, 2}}
	y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.ReLU, x))
	f := chapters.Finding{Value: chapters.FormatMatrix(x) + " → " + chapters.FormatMatrix(y), Verdict: chapters.Holds}
	for j, v := range x[0] {
		if y[0][j] != max(0, v) {
			f.Verdict = chapters.Differs
		}
	}
	return f
}

// formatShape writes a shape as the book does: 16·16·12.
func formatShape(s []int) string {
	parts := make([]string, len(s))
	for i, n := range s {
		parts[i] = fmt.Sprint(n)
	}
	return strings.Join(parts, "·")
}

// counted is an input of the given shape with the numbers 0 to 4 in it, again and
// again.
func counted(shape cnnlib.Shape) *tensors.Tensor {
	x := make([]float32, shape.Size())
	for i := range x {
		x[i] = float32(i % 5)
	}
	return tensors.FromFlatDataAndDimensions(x, append([]int{1}, shape...)...)
}

// checkShapeAfter runs the text's network on the backend, up to one layer.
func checkShapeAfter(place int) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		n := nets.CIFAR()
		y := chapters.Must(cnnlib.Run(c.Backend, n.Net.(cnnlib.Sequential)[:place+1], counted(n.In)))
		return chapters.Same(c.Book, formatShape(y.Shape().Dimensions[1:]))
	}
}

// checkDenseIsConvolution gives the same weights to a fully connected layer and to
// the convolution that covers its input. They are small integers, so that both
// sums are exact.
func checkDenseIsConvolution(check chapters.Check) chapters.Finding {
	_, in := cifarLayer(cifarFlatten)
	const classes = 10
	matrix := make([][]float64, in.Size()) // [n][classes]
	kernels := make(cnnlib.Weights, classes)
	for o := range kernels {
		kernels[o] = make([][][]float64, in[2])
		for c := range kernels[o] {
			kernels[o][c] = make([][]float64, in[0])
			for i := range in[0] {
				kernels[o][c][i] = make([]float64, in[1])
				for j := range in[1] {
					n := (i*in[1]+j)*in[2] + c // the place of (i, j, c) when the axes become one
					w := float64((n*classes+o)%7 - 3)
					kernels[o][c][i][j] = w
					matrix[n] = append(matrix[n], w)
				}
			}
		}
	}
	dense := chapters.Must(cnnlib.Run(check.Backend, cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{NoBias: true, Weights: matrix}}, counted(in)))
	conv := chapters.Must(cnnlib.Run(check.Backend, cnnlib.Conv2D{NoBias: true, Weights: kernels}, counted(in)))
	f := chapters.Same(check.Book, formatShape(conv.Shape().Dimensions[1:]))
	want := tensors.MustCopyFlatData[float32](dense)
	for i, v := range tensors.MustCopyFlatData[float32](conv) {
		if v != want[i] {
			return chapters.Finding{Value: fmt.Sprintf("class %d is %v as a convolution, %v as a fully connected layer", i, v, want[i]), Verdict: chapters.Differs}
		}
	}
	f.Value += fmt.Sprintf(", the same as a %s convolution", formatShape(in))
	return f
}

// dependsOn counts the numbers of the input that one number of the result, the one
// in the middle, depends on: those whose change by 1 changes it.
func dependsOn(b compute.Backend, layer cnnlib.Layer, in cnnlib.Shape) int {
	// One example for each number of the input, which is 1 in it; the rest is 0, and so is the last.
	n := in.Size()
	x := make([]float32, (n+1)*n)
	for i := range n {
		x[i*n+i] = 1
	}
	y := chapters.Must(cnnlib.Run(b, layer, tensors.FromFlatDataAndDimensions(x, append([]int{n + 1}, in...)...)))
	values := tensors.MustCopyFlatData[float32](y)
	size := len(values) / (n + 1)
	shape := y.Shape().Dimensions[1:]
	middle := 0
	if len(shape) == 3 {
		middle = (shape[0]/2*shape[1] + shape[1]/2) * shape[2]
	}
	count := 0
	for i := range n {
		if values[i*size+middle] != values[n*size+middle] {
			count++
		}
	}
	return count
}

// checkConnections uses 8×8×3 pictures: at 32×32×3, one example a number would be
// 38 million numbers. The counts for 32×32×3 follow: 27 for the convolution, which
// does not depend on the size, and all for the fully connected layer.
func checkConnections(c chapters.Check) chapters.Finding {
	in := cnnlib.Shape{8, 8, 3}
	conv := dependsOn(c.Backend, cnnlib.Conv2D{Channels: 12, Kernel: 3, Padding: cnnlib.Same}, in)
	dense := dependsOn(c.Backend, cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 10}}, in)
	f := chapters.Finding{Value: fmt.Sprintf("of the %d numbers of an 8×8×3 picture, CONV 3×3 depends on %d, FC on %d", in.Size(), conv, dense), Verdict: chapters.Differs}
	if conv == 3*3*3 && dense == in.Size() {
		f.Verdict = chapters.Holds
	}
	return f
}

func checkWhoHasParameters(chapters.Check) chapters.Finding {
	want := map[int]bool{cifarConv: true, cifarReLU: false, cifarPool: false, cifarDense: true}
	f := chapters.Finding{Verdict: chapters.Holds}
	var parts []string
	for _, place := range []int{cifarConv, cifarReLU, cifarPool, cifarDense} {
		layer, in := cifarLayer(place)
		n := layer.Params(in)
		parts = append(parts, fmt.Sprintf("%s %d", reflect.TypeOf(layer).Name(), n))
		if (n > 0) != want[place] {
			f.Verdict = chapters.Differs
		}
	}
	f.Value = strings.Join(parts, ", ")
	return f
}

// checkThreeAxes follows the shapes through the network, the fully connected layer
// written as a convolution.
func checkThreeAxes(c chapters.Check) chapters.Finding {
	n := nets.CIFAR()
	net := append(cnnlib.Sequential{}, n.Net.(cnnlib.Sequential)[:cifarFlatten]...)
	net = append(net, cnnlib.Conv2D{Channels: 10, Kernel: 16})
	f := chapters.Finding{Value: formatShape(n.In), Verdict: chapters.Holds}
	for i := range net {
		y := chapters.Must(cnnlib.Run(c.Backend, net[:i+1], counted(n.In)))
		shape := y.Shape().Dimensions[1:]
		f.Value += " → " + formatShape(shape)
		if len(shape) != 3 {
			f.Verdict = chapters.Differs
		}
	}
	return f
}

// checkHyperparameters changes a number that is set by hand in each layer and looks
// whether the shape of its result changes; a layer without such a number is a plain
// constant.
func checkHyperparameters(chapters.Check) chapters.Finding {
	_, in := cifarLayer(cifarConv)
	f := chapters.Finding{Verdict: chapters.Holds}
	var parts []string
	for _, c := range []struct {
		name          string
		layer, change cnnlib.Layer
	}{
		{"CONV kernel 3, 5", cnnlib.Conv2D{Channels: 12, Kernel: 3}, cnnlib.Conv2D{Channels: 12, Kernel: 5}},
		{"FC units 10, 20", cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 10}}, cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 20}}},
		{"POOL window 2, 4", cnnlib.MaxPool2D{Window: 2}, cnnlib.MaxPool2D{Window: 4}},
	} {
		before := chapters.Must(c.layer.OutShape(in))
		after := chapters.Must(c.change.OutShape(in))
		parts = append(parts, fmt.Sprintf("%s: %s, %s", c.name, formatShape(before), formatShape(after)))
		if before.Equal(after) {
			f.Verdict = chapters.Differs
		}
	}
	relu := reflect.TypeOf(cnnlib.ReLU)
	if relu.Kind() == reflect.Struct && relu.NumField() > 0 {
		f.Verdict = chapters.Differs
	}
	f.Value = strings.Join(append(parts, "RELU: nothing to set"), "; ")
	return f
}

func checkPictureAndText(c chapters.Check) chapters.Finding {
	describe := func(net cnnlib.Sequential) string {
		order, count := kinds(net)
		var parts []string
		for _, k := range order {
			parts = append(parts, fmt.Sprintf("%d %s", count[k], k))
		}
		return strings.Join(parts, ", ")
	}
	text, picture := describe(nets.CIFAR().Net.(cnnlib.Sequential)), describe(PictureNet())
	if text == picture {
		return chapters.Same(c.Book, c.Book)
	}
	return chapters.Finding{Value: "text: " + text + "; picture: " + picture, Verdict: chapters.Differs}
}

// checkLayersHelp compares the mistakes with and without convolutions: the means
// must lie further apart than twice both standard deviations.
func checkLayersHelp(chapters.Check) chapters.Finding {
	m := chapters.Must(Measured(layersExperiment))
	f := chapters.Finding{Verdict: chapters.Holds}
	var parts []string
	var fc, fcSD float64
	for i, arm := range []string{armFC, armText, armPicture} {
		mean, sd, n := chapters.Must3(m.Mean(arm, "test errors"))
		parts = append(parts, fmt.Sprintf("%s %.0f ± %.0f", arm, mean, sd))
		switch {
		case i == 0:
			fc, fcSD = mean, sd
			parts[0] = fmt.Sprintf("mistakes in 10,000 digits, %d seeds: %s", n, parts[0])
		case fc-mean <= 2*(fcSD+sd):
			f.Verdict = chapters.Differs
		}
	}
	f.Value = strings.Join(parts, ", ")
	return f
}
