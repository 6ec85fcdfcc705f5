package depth

import (
	"fmt"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/plots"
)

func figures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID:        "05_13_depths",
			Caption:   "Four kernels on an input of 3 channels, and on one of 8. The kernels are as deep as the input; the output is 4 deep both times.",
			CaptionZH: "用四个卷积核分别处理 3 个通道和 8 个通道的输入：卷积核的深度随输入而变，输出的深度始终为 4。",
			Picture:   drawDepths,
		},
		{
			ID:        "05_13_maps",
			Caption:   "Digits in red, white and blue ink, as three channels, and what four kernels find there. Each kernel has a matrix for each channel and gives one map.",
			CaptionZH: "红、白、蓝三色数字的三个通道，以及四个卷积核从中提取的特征图。每个卷积核对每个通道各有一个矩阵，一个卷积核只得到一张特征图。",
			Picture:   drawMaps,
		},
		{
			ID:        "05_13_sum",
			Caption:   "Why the three matrices of a kernel do not give three maps: their results are added, cell by cell. White ink is in all three channels, and its sum is 0.",
			CaptionZH: "为什么一个卷积核的三个矩阵得不到三张特征图：它们的结果逐格相加。白色墨迹在三个通道中都有，三项之和为 0。",
			Picture:   drawSum,
		},
	}
}

// depths are the input channels of the first figure.
var depths = []int{3, 8}

// drawDepths draws what Layer's four kernels of 3×3 make of inputs of several depths.
func drawDepths(compute.Backend) *plots.Picture {
	var rows []*plots.Picture
	for _, channels := range depths {
		picture, err := DepthPicture(cnnlib.Conv2D{Channels: len(Kernels()), Kernel: 3, Padding: cnnlib.Same}, channels)
		if err != nil {
			return plots.Failed(err)
		}
		rows = append(rows, picture)
	}
	n := len(Kernels())
	return plots.Below(rows...).Finding("Depth %d or %d in: %d kernels give depth %d.", depths[0], depths[1], n, n)
}

// DepthPicture draws an input of 28×28 with so many channels, the kernels of a layer, and the
// output. It returns the error of OutShape if the layer refuses the input.
func DepthPicture(layer cnnlib.Conv2D, channels int) (*plots.Picture, error) {
	in := cnnlib.Shape{28, 28, channels}
	out, err := layer.OutShape(in)
	if err != nil {
		return nil, err
	}
	layer.NoBias = true
	deep := layer.Params(in) / (out[2] * layer.Kernel * layer.Kernel)
	return plots.Volumes{Volumes: []plots.Volume{
		{H: in[0], W: in[1], C: in[2], Name: "input"},
		{Before: "*", H: layer.Kernel, W: layer.Kernel, C: deep, Copies: layer.Channels, Name: "kernels", Role: plots.RoleKernel},
		{Before: "=", H: out[0], W: out[1], C: out[2], Name: "output", Role: plots.RoleOutput},
	}}.Picture(), nil
}

var channelNames = []string{"R", "G", "B"}

// Sides of the tiles in points: a kernel's matrices are as high as its map.
const (
	mapSide    = 132
	kernelSide = mapSide / 3
)

func drawMaps(backend compute.Backend) *plots.Picture {
	digits, err := Digits()
	if err != nil {
		return plots.Failed(err)
	}
	maps, err := cnnlib.RunPlanes(backend, Layer(), digits...)
	if err != nil {
		return plots.Failed(err)
	}
	kernels := plots.Tiles{Columns: channelNames, Rows: KernelNames, Side: kernelSide, Unit: "weight"}
	found := plots.Tiles{Columns: []string{"map"}, Side: mapSide, Scale: plots.Scale{Low: -1, High: 1}, Unit: "response"}
	for o, kernel := range Kernels() {
		kernels.Images = append(kernels.Images, kernel)
		found.Images = append(found.Images, [][][]float64{maps[o]})
	}
	input := plots.Tiles{Images: [][][][]float64{digits}, Columns: channelNames, Rows: []string{"input"}, Side: 100, Scale: plots.Scale{Palette: plots.Grey, High: 1}, Unit: "brightness"}
	return plots.Below(input.Picture(), plots.Beside(kernels.Picture(), found.Picture())).
		Finding("%d kernels, each %d deep, give %d maps.", len(Kernels()), len(Kernels()[0]), len(maps))
}

// redInk is the index in Kernels of the kernel that drawSum takes to pieces.
const redInk = 2

// Parts returns what each matrix of a kernel makes of its channel: the terms whose sum is
// the kernel's map.
func Parts(backend compute.Backend, kernel [][][]float64, planes [][][]float64) ([][][]float64, error) {
	parts := make([][][]float64, len(kernel))
	for i, matrix := range kernel {
		layer := cnnlib.Conv2D{Weights: cnnlib.Filter(matrix), Padding: cnnlib.Same, NoBias: true}
		part, err := cnnlib.RunPlane(backend, layer, planes[i])
		if err != nil {
			return nil, fmt.Errorf("channel %d: %w", i, err)
		}
		parts[i] = part
	}
	return parts, nil
}

func drawSum(backend compute.Backend) *plots.Picture {
	digits, err := Digits()
	if err != nil {
		return plots.Failed(err)
	}
	parts, err := Parts(backend, Kernels()[redInk], digits)
	if err != nil {
		return plots.Failed(err)
	}
	maps, err := cnnlib.RunPlanes(backend, Layer(), digits...)
	if err != nil {
		return plots.Failed(err)
	}
	tiles := plots.Tiles{Rows: []string{"R part", "+ G part", "+ B part", "= map"}, Side: 240, Scale: plots.Scale{Low: -1, High: 1}, Unit: "response"}
	for _, plane := range append(parts, maps[redInk]) {
		tiles.Images = append(tiles.Images, [][][]float64{plane})
	}
	return tiles.Picture().Finding("%d parts are added: 1 kernel gives 1 map.", len(parts))
}
