package twelve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/settings"
	"cnnbook/cnnlib/arith"
	"cnnbook/plots"
)

func figures() []chapters.Figure {
	return []chapters.Figure{
		{
			ID: "05_03b_sheet", Picture: drawSheet,
			Caption:   "All fifteen settings. Numbers 01 to 12 are the book's; those without a number are the three it leaves out. Solid box: the kernel at its first place; dashed box: at its second. Hatched: never read.",
			CaptionZH: "全部 15 组参数。01~12 为书中的编号，没有编号的三组是书中遗漏的。实线框为卷积核的第一个位置，虚线框为第二个位置；斜线为从未被读取的部分。",
		},
		{
			ID: "05_03b_planes", Picture: drawPlanes, Animation: animatePlanes,
			Caption:   "Caption 03 as the book draws it, with numbers: the input below, with its dashed zeros, and the result above. The shaded cells below make the dark cell above.",
			CaptionZH: "03，画法与书中相同，但填上了数字：下面是输入（虚线为补上的零），上面是结果；下面有阴影的像素共同算出上面深色的那一格。",
		},
		{
			ID: "05_03b_missing", Picture: drawTransposed("4.2", "6×6 becomes 5×5"), Animation: animateTransposed("4.2", "6×6 becomes 5×5"),
			Caption:   "Caption 06, which has no picture anywhere in the book: the transposed convolution of 02. One zero stands around the 6×6 input (k − 1 − p = 1) and the kernel is turned: 5×5.",
			CaptionZH: "06（全书无图）：02 的转置卷积。6×6 的输入四周补一个零（k − 1 − p = 1），卷积核旋转 180°，得到 5×5。",
		},
		{
			ID: "05_03b_strided", Picture: drawStrided, Animation: animateTransposed("4.7", "3×3 becomes 6×6"),
			Caption:   "The three settings that the book leaves out, the transposes of 09, 10 and 11: 2×2 to 5×5, 3×3 to 5×5, 3×3 to 6×6. One zero stands between neighbours. The last has one more row and column of zeros, the output padding.",
			CaptionZH: "书中遗漏的三组，即 09、10、11 的转置：2×2 → 5×5、3×3 → 5×5、3×3 → 6×6。相邻像素之间插入一个零；最后一组在下方和右方再多一行一列零（输出填充）。",
		},
		{
			ID: "05_03b_stamps", Picture: drawStamps, Animation: animateStamps,
			Caption:   "The transpose of 10 once more, 3×3 to 5×5, as stamps: each input cell adds the kernel, times its value, two cells after the one before. The dashed border is the padding, which is cut off.",
			CaptionZH: "10 的转置（3×3 → 5×5）的另一种看法：每个输入像素把“卷积核 × 该像素的值”盖到输出上，相邻两次相距两格；虚线边框是要裁掉的填充。",
		},
		{
			ID: "05_03b_dilation", Picture: drawDilation, Animation: animateDilation,
			Caption:   "Caption 12, dilation 2: nine weights span 5×5 cells, so there are 7−5+1 = 3 positions on each axis. Three of the 9 steps.",
			CaptionZH: "12，扩张率为 2：九个权重覆盖 5×5 个像素，每个方向有 7−5+1 = 3 个位置。共 9 步，这里画出其中三步。",
		},
		{
			ID: "05_03b_back", Picture: drawBack,
			Caption:   "01 and then 05: the transposed convolution brings the size back, 4×4, but not the numbers.",
			CaptionZH: "先做 01，再做 05：转置卷积恢复了尺寸（4×4），但没有恢复数值。",
		},
	}
}

// drawSheet draws the table with the book's numbers before the names.
func drawSheet(backend compute.Backend) *plots.Picture {
	// Settings without a number of the book come last.
	ordered := slices.SortedStableFunc(slices.Values(arith.Settings()), func(a, b arith.Setting) int {
		return cmp.Compare(cmp.Or(a.Book, "left out"), cmp.Or(b.Book, "left out"))
	})
	names := strings.NewReplacer("same_padding", "half_padding", "no_strides", "unit_stride", "_strides", "_stride_2") // as the book should say it
	lost := 0
	for i, s := range ordered {
		chapters.Must(settings.Verify(backend, s))
		all, _ := chapters.Must2(settings.NeverRead(s))
		if all > 0 {
			lost++
		}
		ordered[i].Name = strings.TrimSpace(s.Book + " " + names.Replace(s.Name))
	}
	p := plots.ContactSheet{Settings: ordered, Columns: 2}.Picture()
	return p.Finding("%d settings of one operation, %d of them in the book; only %d leaves cells that are never read.", len(ordered), len(inBook()), lost)
}

func drawPlanes(backend compute.Backend) *plots.Picture { return planes(backend).Picture() }

func animatePlanes(backend compute.Backend) *plots.Animation {
	a := planes(backend).Animation()
	a.Delay = settings.StepDelay
	return a
}

// planes returns the steps of caption 03 in the book's manner of drawing.
func planes(backend compute.Backend) plots.Isometric {
	s := captioned("03")
	chapters.Must(settings.Verify(backend, s))
	return plots.Isometric{Setting: s, Input: settings.Image(s.In), Kernel: settings.Kernel(s.Kernel)}
}

func drawTransposed(figure, finding string) func(compute.Backend) *plots.Picture {
	return func(backend compute.Backend) *plots.Picture {
		s := verified(backend, figure)
		return transposedSteps(s, 0, 1, s.Out*s.Out-1).Picture().Finding("%s.", finding)
	}
}

func animateTransposed(figure, finding string) func(compute.Backend) *plots.Animation {
	return func(backend compute.Backend) *plots.Animation {
		a := transposedSteps(verified(backend, figure)).Animation()
		a.Delay = settings.StepDelay
		a.Alt = finding + ". " + a.Alt
		return a
	}
}

// verified returns the setting of a figure after it was verified on the backend.
func verified(backend compute.Backend, figure string) arith.Setting {
	s := chapters.Must(settings.Named(figure))
	chapters.Must(settings.Verify(backend, s))
	return s
}

// transposedSteps returns the steps of a transposed convolution; frames are the positions
// that a picture shows.
func transposedSteps(s arith.Setting, frames ...int) plots.TransposedSteps {
	return plots.TransposedSteps{
		Input: settings.Image(s.In), Kernel: settings.Kernel(s.Kernel), Options: settings.TransposedOptions(s), Frames: frames,
	}
}

// drawStrided draws the last position of each of the three settings that the book leaves
// out.
func drawStrided(backend compute.Backend) *plots.Picture {
	var pictures []*plots.Picture
	var sizes []string
	for _, s := range arith.Settings() {
		if s.Book != "" {
			continue
		}
		chapters.Must(settings.Verify(backend, s))
		pictures = append(pictures, transposedSteps(s, s.Out*s.Out-1).Picture())
		sizes = append(sizes, fmt.Sprintf("%d×%d to %d×%d", s.In, s.In, s.Out, s.Out))
	}
	return plots.Below(pictures...).Finding("%s.", strings.Join(sizes, ", "))
}

func drawStamps(backend compute.Backend) *plots.Picture { return stamps(backend).Picture() }

func animateStamps(backend compute.Backend) *plots.Animation { return stamps(backend).Animation() }

// stamps returns the transpose of caption 10 as stamps that each input cell puts on the
// result.
func stamps(backend compute.Backend) plots.Scatter {
	s := verified(backend, "4.6")
	return plots.Scatter{Input: settings.Image(s.In), Kernel: settings.Kernel(s.Kernel), Options: settings.TransposedOptions(s)}
}

func drawDilation(backend compute.Backend) *plots.Picture {
	return chapters.Must(settings.Picture(backend, "5.1", "Caption 12, dilation 2: nine weights span 5×5 cells, so 7−5+1 = 3 positions."))
}

func animateDilation(backend compute.Backend) *plots.Animation {
	return chapters.Must(settings.Animation(backend, "5.1", "Caption 12, dilation 2."))
}

// drawBack sends an image through caption 01 and back through 05.
func drawBack(backend compute.Backend) *plots.Picture {
	forth, back := captioned("01"), captioned("05")
	image, kernel := settings.Image(forth.In), settings.Kernel(forth.Kernel)
	y := chapters.Must(settings.Run(backend, forth, image, kernel))
	x := chapters.Must(settings.Run(backend, back, y, kernel))
	return plots.Equation{
		Terms: []plots.Matrix{
			{Values: image, Title: "image", Scale: plots.Scale{Palette: plots.Sequential}},
			{Values: y, Title: "after 01", Scale: plots.Scale{Palette: plots.Sequential}},
			{Values: x, Title: "after 05", Scale: plots.Scale{Palette: plots.Sequential}},
		},
		Operators: []string{"→", "→"},
	}.Picture().Finding("%d×%d goes to %d×%d and back to %d×%d; the top left number was %s and is %s.", len(image), len(image), len(y), len(y), len(x), len(x), chapters.FormatNumber(image[0][0]), chapters.FormatNumber(x[0][0]))
}
