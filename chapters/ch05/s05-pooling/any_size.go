package pooling

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
)

// anySizes are pictures that the network of exercise 5.5-5 must take: MNIST's, a
// wide one, and one so small that the paper's windows fail on its map.
var anySizes = [][2]int{{28, 28}, {20, 40}, {7, 7}}

func anySizeExercise() chapters.Exercise {
	return chapters.Exercise{
		ID: "5.5-5", Kind: chapters.Design, Title: "A network for pictures of any size", TitleZH: "接受任意尺寸图像的网络",
		Task:   "Write func() cnnlib.Sequential: a network that gives 10 numbers for a picture of 28×28, of 20×40 and of 7×7 cells (one channel), with the same weights for all of them. It begins with a convolution and ends with a dense layer.",
		TaskZH: "编写 func() cnnlib.Sequential：网络对 28×28、20×40、7×7 的单通道图像都输出 10 个数，并且使用同一组权重。网络以卷积层开始，以全连接层结束。",
		Hints: []string{
			"A convolution takes any size. What does the dense layer need?",
			"Between the two stands a layer that always gives the same number of numbers. Which layers of section 5.5 do?",
			"A map of 7×7 is small: look at what the paper's windows make of 7 cells with n of 4. Which mode is the zero value?",
		},
		Stub: noAnySize, Solution: anySizeNet,
		Lesson:   "GlobalAvgPool in place of the pyramid works too: it is a pyramid of one bin with the mean. It is smaller, and no longer knows where in the picture something was.",
		LessonZH: "用 GlobalAvgPool 代替金字塔池化也可以：它相当于只有一个区域、取平均值的金字塔。参数更少，但不再知道特征出现在图像的什么位置。",
		Wrong: []chapters.WrongAnswer{
			{Name: "flatten", Answer: func() cnnlib.Sequential {
				return cnnlib.Sequential{cnnlib.Conv2D{Channels: 8, Kernel: 3}, cnnlib.Flatten{}, cnnlib.Dense{Units: 10}}
			}, Says: "same weights cannot serve"},
			{Name: "the paper's windows", Answer: func() cnnlib.Sequential {
				return cnnlib.Sequential{cnnlib.Conv2D{Channels: 8, Kernel: 3, Padding: cnnlib.Same}, cnnlib.SpatialPyramidPool{Bins: []int{4, 2, 1}, Mode: cnnlib.PaperWindows}, cnnlib.Dense{Units: 10}}
			}, Says: "use AdaptiveBins"},
			{Name: "no dense layer", Answer: func() cnnlib.Sequential { return anySizeNet()[:2] }, Says: "want [10]"},
			{Name: "no convolution", Answer: func() cnnlib.Sequential { return anySizeNet()[1:] }, Says: "begins with"},
			{Name: "a window that does not fit", Answer: func() cnnlib.Sequential {
				return append(cnnlib.Sequential{cnnlib.Conv2D{Channels: 8, Kernel: 5}, cnnlib.MaxPool2D{Window: 4}}, anySizeNet()[1:]...)
			}, Says: "7×7"},
		},
		Judge: judgeAnySize,
	}
}

// noAnySize is where the reader starts.
func noAnySize() cnnlib.Sequential {
	return cnnlib.Sequential{} // your layers
}

// judgeAnySize asks the layers for their shapes and parameters, then runs the
// network on a piece of the computed scene of each size.
func judgeAnySize(_ context.Context, b compute.Backend, answer any) (bool, string) {
	net := answer.(func() cnnlib.Sequential)()
	if len(net) == 0 {
		return false, "the network has no layers; expected a convolution, something that gives a fixed number of numbers, and a dense layer."
	}
	if _, ok := net[0].(cnnlib.Conv2D); !ok {
		return false, fmt.Sprintf("the network begins with %v, want a Conv2D.", net[0])
	}
	first := 0
	for i, size := range anySizes {
		in := cnnlib.Shape{size[0], size[1], 1}
		out, err := net.OutShape(in)
		if err != nil {
			return false, fmt.Sprintf("a picture of %d×%d cells is refused: %v", size[0], size[1], err)
		}
		if !out.Equal(cnnlib.Shape{10}) {
			return false, fmt.Sprintf("of a picture of %d×%d cells the network makes %v, want [10].", size[0], size[1], []int(out))
		}
		params := net.Params(in)
		if i == 0 {
			first = params
		}
		if params != first {
			return false, fmt.Sprintf("the network needs %d parameters for %d×%d cells and %d for %d×%d: the same weights cannot serve both. The dense layer gets vectors of different length.",
				first, anySizes[0][0], anySizes[0][1], params, size[0], size[1])
		}
	}
	if _, ok := net[len(net)-1].(cnnlib.Dense); !ok {
		return false, fmt.Sprintf("the network ends with %v, want a Dense.", net[len(net)-1])
	}
	for _, size := range anySizes {
		scene, err := data.Scene(size[0], size[1])
		if err != nil {
			return false, err.Error()
		}
		x, err := cnnlib.FromMatrix(scene)
		if err != nil {
			return false, err.Error()
		}
		if _, err := cnnlib.Run(b, net, x); err != nil {
			return false, err.Error()
		}
	}
	return true, fmt.Sprintf("10 numbers for each of %d sizes, from the same %d parameters.", len(anySizes), first)
}
