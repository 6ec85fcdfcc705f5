package layers

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/ref"
)

// claims are the statements of the section in the book's order; each check stands below
// the list, in the same order.
func claims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.1/1", Quote: "有3种最主要的层", Book: "a network consists of 3 kinds of layers", Want: []string{"CONV", "POOL", "FC"}, Verdict: chapters.Differs, Erratum: "E55",
			Note:   "Convolution, pooling and fully connected are named, but the section's own network also needs RELU, and lists it as a layer: four kinds. (Also misprinted: 没个 for 每个, 卷几层 for 卷积层.)",
			NoteZH: "文中只列出卷积、池化、全连接三种，但本节自己的网络还用到 RELU 层，并把它算作一层，因此共有四种。（另有错字：“没个”应为“每个”，“卷几层”应为“卷积层”。）",
			Check:  checkKinds,
		},
		{
			ID: "5.1/2", Quote: "[INPUT - CONV - RELU - POOL - FC]的结构", Book: "the picture shows the network of the text", Verdict: chapters.Differs,
			Note:   "The picture has six convolutions, six RELU and three poolings with ten maps each; the text has one of each with twelve maps.",
			NoteZH: "图中有 6 个卷积层、6 个 RELU 层和 3 个池化层，每层 10 张特征图；正文中这三种层各只有一个，特征图为 12 张。",
			Check:  checkPictureAndText,
		},
		{
			ID: "5.1/3", Quote: "和上一层的若干小区域连接", Book: "each number of CONV depends on a small region, each class of FC on everything", Verdict: chapters.Holds,
			Note:   "27 of 3,072 numbers (0.9 %) for the convolution, all 3,072 for the fully connected layer.",
			NoteZH: "卷积层的每个数只依赖 3,072 个输入中的 27 个（0.9 %），全连接层则依赖全部 3,072 个。",
			Check:  checkConnections,
		},
		{
			ID: "5.1/4", Quote: "可能产出的结果数据是[32*32*12]", Book: "a convolution gives 32·32·12", Verdict: chapters.Unclear, Erratum: "E55",
			Note:   "The kernel is not given. Without padding no kernel larger than 1 gives 32×32; with half padding 3×3 (336 parameters) does, and so does 5×5 (912).",
			NoteZH: "书中没有给出卷积核大小。不填充时，大于 1 的卷积核都得不到 32×32；采用半填充时，3×3（336 个参数）和 5×5（912 个参数）都可以。",
			Check:  checkCIFARKernels,
		},
		{
			ID: "5.1/5", Quote: "主要的计算就是max(0,x)", Book: "max(0, x)", Verdict: chapters.Holds,
			Check: checkReLU,
		},
		{
			ID: "5.1/6", Quote: "结果数据依旧是[32*32*12]", Book: "32·32·12", Verdict: chapters.Holds,
			Check: checkShapeBehind("RELU"),
		},
		{
			ID: "5.1/7", Quote: "结果维度就变为[16*16*12]", Book: "16·16·12", Verdict: chapters.Holds,
			Check: checkShapeBehind("POOL"),
		},
		{
			ID: "5.1/8", Quote: "得到的结果为[1*1*10]", Book: "1·1·10", Verdict: chapters.Holds,
			Note:   "A fully connected layer is the convolution whose kernel is as large as its input, 16×16×12: the same 30,720 weights give the same ten numbers.",
			NoteZH: "全连接层就是卷积核与输入同样大小（16×16×12）的卷积：同样的 30,720 个权重得到同样的 10 个数。",
			Check:  checkDenseIsConvolution,
		},
		{
			ID: "5.1/9", Quote: "一步步把原始的图像数据转成最后的类别得分", Book: "CONV, RELU and POOL before FC lead from pixels to class scores", Verdict: chapters.Holds,
			Note:   "Measured on MNIST (experiment 05_01_layers): with them the network makes a quarter of the mistakes of FC alone, and four convolutions need a third of the parameters of one.",
			NoteZH: "在 MNIST 上实测（实验 05_01_layers）：加上这些层后，错误数约为单独全连接层的四分之一；四个卷积层的网络只需一个卷积层网络三分之一的参数。",
			Check:  checkLayersHelp,
		},
		{
			ID: "5.1/10", Quote: "每一层的输入结构是3维的数据", Book: "each layer takes 3-D data and gives 3-D data", Verdict: chapters.Holds,
			Note:   "With the classes read as 1·1·10, as above. In this companion Flatten stands between, and the classes are a list of 10.",
			NoteZH: "按上文把类别得分看作 1·1·10 时成立。本书配套程序在中间用 Flatten 展平，类别得分是长度为 10 的一维数组。",
			Check:  checkThreeAxes,
		},
		{
			ID: "5.1/11", Quote: "卷积层和全连接层包含训练参数", Book: "CONV and FC have parameters, RELU and POOL have none", Verdict: chapters.Holds,
			Note:  "336 and 30,730. A layer's numbers to learn are counted from the shapes; the counts are those of the layers that train in this companion.",
			Check: checkWhoHasParameters,
		},
		{
			ID: "5.1/12", Quote: "RELU层没有", Book: "CONV, FC and POOL have hyperparameters, RELU has none", Verdict: chapters.Holds,
			Check: checkHyperparameters,
		},
	}
}

// checkKinds lists the kinds of layers of the text's network.
func checkKinds(c chapters.Check) chapters.Finding {
	net, _ := textNet()
	names, _ := kinds(net)
	return c.Found(names)
}

func checkPictureAndText(chapters.Check) chapters.Finding {
	describe := func(net cnnlib.Sequential) string {
		names, count := kinds(net)
		var parts []string
		for _, name := range names {
			parts = append(parts, fmt.Sprintf("%d %s", count[name], name))
		}
		return strings.Join(parts, ", ")
	}
	net, _ := textNet()
	text, picture := describe(net), describe(pictureNet())
	return chapters.HoldsIf(text == picture, "text: %s; picture: %s", text, picture)
}

// checkConnections uses 8×8×3 pictures: at 32×32×3, the convolution would give 38
// million numbers. The counts for 32×32×3 follow: 27 for the convolution, which does not
// depend on the size, and all for the fully connected layer.
func checkConnections(c chapters.Check) chapters.Finding {
	in := cnnlib.Shape{8, 8, 3}
	conv := dependsOn(c.Backend, cnnlib.Conv2D{Channels: 12, Kernel: 3, Padding: cnnlib.Same}, in)
	dense := dependsOn(c.Backend, cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 10}}, in)
	return chapters.HoldsIf(conv == 3*3*3 && dense == in.Size(),
		"of the %d numbers of an 8×8×3 picture, CONV 3×3 depends on %d, FC on %d", in.Size(), conv, dense)
}

// dependsOn counts the numbers of the input that one number of the result, the one in the
// middle, depends on: those whose change by 1 changes it.
func dependsOn(backend compute.Backend, layer cnnlib.Layer, in cnnlib.Shape) int {
	// Each number of the input has an example in which it is 1 and the rest 0. The last
	// example is all 0.
	n := in.Size()
	x := make([]float32, (n+1)*n)
	for i := range n {
		x[i*n+i] = 1
	}
	y := chapters.Must(cnnlib.Run(backend, layer, tensors.FromFlatDataAndDimensions(x, append([]int{n + 1}, in...)...)))
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

// checkCIFARKernels tries kernels from 2 to 7, bare and with half padding. If several give
// the size, the statement leaves open which is meant.
func checkCIFARKernels(chapters.Check) chapters.Finding {
	_, in := textNet()
	var fits []string
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
	want := grid.Map(x, func(v float64) float64 { return max(0, v) })
	return chapters.HoldsIf(ref.EqualWithin(y, want, 0), "%s → %s", chapters.FormatMatrix(x), chapters.FormatMatrix(y))
}

// checkShapeBehind runs the text's network up to the layer of that name.
func checkShapeBehind(name string) func(chapters.Check) chapters.Finding {
	return func(c chapters.Check) chapters.Finding {
		names, shapes := textShapes(c.Backend)
		return c.Found(formatShape(shapes[slices.Index(names, name)]))
	}
}

// checkDenseIsConvolution gives the same weights to a fully connected layer and to the
// convolution that covers its input. They are small integers, so that both sums are exact.
func checkDenseIsConvolution(c chapters.Check) chapters.Finding {
	in := cnnlib.Shape{16, 16, 12}
	const classes = 10
	matrix := make([][]float64, in.Size())   // [n][classes]
	kernels := make(cnnlib.Weights, classes) // [classes][channel][row][column]
	for class := range kernels {
		kernels[class] = make([][][]float64, in[2])
		for channel := range in[2] {
			kernel := grid.Zeros(in[0], in[1])
			for i := range in[0] {
				for j := range in[1] {
					n := (i*in[1]+j)*in[2] + channel // the place of (i, j, channel) when the axes become one
					kernel[i][j] = float64((n*classes+class)%7 - 3)
					matrix[n] = append(matrix[n], kernel[i][j])
				}
			}
			kernels[class][channel] = kernel
		}
	}
	fc := chapters.Must(cnnlib.Run(c.Backend, cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{NoBias: true, Weights: matrix}}, counted(in)))
	conv := chapters.Must(cnnlib.Run(c.Backend, cnnlib.Conv2D{NoBias: true, Weights: kernels}, counted(in)))
	scores, want := tensors.MustCopyFlatData[float32](conv), tensors.MustCopyFlatData[float32](fc)
	equal := 0
	for i, v := range scores {
		if v == want[i] {
			equal++
		}
	}
	shape := cnnlib.Shape(conv.Shape().Dimensions[1:])
	return chapters.HoldsIf(shape.Equal(cnnlib.Shape{1, 1, classes}) && equal == classes,
		"a %s convolution gives %s, and %d of the %d scores of FC", formatShape(in), formatShape(shape), equal, classes)
}

// checkLayersHelp compares the mistakes of FC alone with those of both other networks.
func checkLayersHelp(chapters.Check) chapters.Finding {
	m := chapters.Must(Measured(experimentID))
	f := chapters.Finding{Verdict: chapters.Holds}
	fc := chapters.Must(m.Estimate(armFC, "test errors"))
	parts := []string{fmt.Sprintf("mistakes in 10,000 digits, %d seeds: %s %.0f ± %.0f", fc.N, armFC, fc.Mean, fc.SD)}
	for _, arm := range []string{armText, armPicture} {
		e := chapters.Must(m.Estimate(arm, "test errors"))
		fewer := chapters.Must(m.Difference(armFC, arm, "test errors"))
		parts = append(parts, fmt.Sprintf("%s %.0f ± %.0f (fewer by %.0f ± %.0f, 95 %%)", arm, e.Mean, e.SD, fewer.Mean, fewer.Half))
		if v := fewer.Positive(); v != chapters.Holds && f.Verdict != chapters.Differs {
			f.Verdict = v
		}
	}
	f.Value = strings.Join(parts, ", ")
	return f
}

// checkThreeAxes follows the shapes through the text's network, in which Flatten and FC are
// written as the convolution that they are.
func checkThreeAxes(c chapters.Check) chapters.Finding {
	text, in := textNet()
	net := append(slices.Clone(text[:len(text)-2]), cnnlib.Conv2D{Channels: 10, Kernel: 16})
	three, path := true, formatShape(in)
	for i := range net {
		shape := shapeBehind(c.Backend, net[:i+1], in)
		path += " → " + formatShape(shape)
		three = three && len(shape) == 3
	}
	return chapters.HoldsIf(three, "%s", path)
}

func checkWhoHasParameters(chapters.Check) chapters.Finding {
	net, in := textNet()
	agrees := true
	var parts []string
	for _, layer := range net {
		n := layer.Params(in)
		in = chapters.Must(layer.OutShape(in))
		if w, ok := wordFor(layer); ok {
			agrees = agrees && (n > 0) == (w.Name == "CONV" || w.Name == "FC")
			parts = append(parts, fmt.Sprintf("%s %d", w.Name, n))
		}
	}
	return chapters.HoldsIf(agrees, "%s", strings.Join(parts, ", "))
}

// checkHyperparameters changes a number that is set by hand in each layer and looks whether
// the shape of its result changes; a layer without such a number is a plain constant.
func checkHyperparameters(chapters.Check) chapters.Finding {
	_, in := textNet()
	agrees := true
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
		agrees = agrees && !before.Equal(after)
		parts = append(parts, fmt.Sprintf("%s: %s, %s", c.name, formatShape(before), formatShape(after)))
	}
	relu := 0 // fields to set
	if t := reflect.TypeOf(cnnlib.ReLU); t.Kind() == reflect.Struct {
		relu = t.NumField()
	}
	return chapters.HoldsIf(agrees && relu == 0, "%s; RELU: %d numbers to set", strings.Join(parts, "; "), relu)
}
