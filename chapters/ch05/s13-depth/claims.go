package depth

import (
	"math/rand/v2"
	"reflect"

	"cnnbook/chapters"
	"cnnbook/chapters/grid"
	"cnnbook/cnnlib"
)

// claims are the statements of the section in the book's order; each check stands below
// the list, in the same order.
func claims() []chapters.Claim {
	return []chapters.Claim{
		{
			ID: "5.13/1", Quote: "输出深度(通道)", Book: "the depth of an output is its number of channels", Verdict: chapters.Holds,
			Note:   "The word depth has a second sense, the number of layers of a network.",
			NoteZH: "“深度”还有另一个意思：网络的层数。",
			Check:  checkChannels,
		},
		{
			ID: "5.13/2", Quote: "卷积核(过滤器)", Book: "a kernel is a filter", Verdict: chapters.Unclear,
			Note: "Section 5.13 calls the whole filter a kernel, as deep as the input. The figure of section 5.14 calls each of its matrices one, three to a filter, as this companion does where it tells the two apart. " +
				"The statement 5.13/3 is true of whole filters only.",
			NoteZH: "5.13 节把整个过滤器称为卷积核，其深度与输入相同；5.14 节的图却把过滤器中的每个矩阵称为卷积核，一个过滤器有三个，本配套程序在区分这两个词时也这样用。只有按前一种含义，5.13/3 的说法才成立。",
			Check:  checkWords,
		},
		{
			ID: "5.13/3", Quote: "与卷积核(过滤器)的个数相等", Book: "depth of the output = number of kernels", Verdict: chapters.Holds,
			Note:   "Neither the other settings nor the depth of the input matter. The input's depth, divided by the number of groups, is that of each kernel.",
			NoteZH: "与其他设置无关，也与输入的深度无关：输入的深度除以分组数，得到的是每个卷积核的深度。",
			Check:  checkKernels,
		},
	}
}

// checkChannels runs the layer of the figures and compares the depth that OutShape states
// with the maps that come out.
func checkChannels(c chapters.Check) chapters.Finding {
	digits := chapters.Must(Digits())
	in := cnnlib.Shape{len(digits[0]), len(digits[0][0]), len(digits)}
	out := chapters.Must(Layer().OutShape(in))
	maps := chapters.Must(cnnlib.RunPlanes(c.Backend, Layer(), digits...))
	return chapters.HoldsIf(out[len(out)-1] == len(maps), "shape %v, %d channels", out, len(maps))
}

// checkWords counts kernels in both senses of the word, and compares each number with the
// maps that come out.
func checkWords(c chapters.Check) chapters.Finding {
	filters, matrices := len(Kernels()), 0
	for _, filter := range Kernels() {
		matrices += len(filter)
	}
	maps := chapters.Must(cnnlib.RunPlanes(c.Backend, Layer(), chapters.Must(Digits())...))
	f := chapters.HoldsIf(filters == len(maps) && matrices == len(maps), "%d filters, %d matrices, depth %d", filters, matrices, len(maps))
	if filters == len(maps) && matrices != len(maps) {
		f.Verdict = chapters.Unclear // it depends on the sense of the word
	}
	return f
}

// checkKernels runs layers of many settings. Each must give as many maps as it has kernels,
// and each map must be what its kernel gives in a layer of its own. All numbers are small
// integers, so that sums are exact.
func checkKernels(c chapters.Check) chapters.Finding {
	r := rand.New(rand.NewPCG(513, 0))
	all, right := 0, 0
	for _, in := range []int{1, 3, 6, 64} {
		planes := make([][][]float64, in)
		for i := range planes {
			planes[i] = grid.RandomIntegers(r, 7, 8)
		}
		for _, kernels := range []int{1, 2, 6} {
			for _, layer := range []cnnlib.Conv2D{
				{Kernel: 1},
				{Kernel: 3},
				{Kernel: 3, Stride: 2, Padding: cnnlib.Same},
				{Kernel: 2, Dilation: 3, Padding: cnnlib.Full},
				{Kernel: 3, Groups: 2},
				{Kernel: 3, Groups: 3},
			} {
				if g := max(layer.Groups, 1); in%g != 0 || kernels%g != 0 {
					continue // no such layer: each group has equally many channels and kernels
				}
				layer.NoBias = true
				layer.Weights = randomKernels(r, kernels, in/max(layer.Groups, 1), layer.Kernel)
				all++
				if asAlone(c, layer, planes) {
					right++
				}
			}
		}
	}
	return chapters.HoldsIf(right == all, "in %d of %d layers each kernel gives one map, and nothing else does", right, all)
}

// randomKernels returns kernels of size×size and the given depth, of small integers.
func randomKernels(r *rand.Rand, kernels, depth, size int) cnnlib.Weights {
	w := make(cnnlib.Weights, kernels)
	for o := range w {
		for range depth {
			w[o] = append(w[o], grid.RandomIntegers(r, size, size))
		}
	}
	return w
}

// asAlone reports whether the layer gives one map for each kernel, the one that this kernel
// gives alone, on the channels of its group.
func asAlone(c chapters.Check, layer cnnlib.Conv2D, planes [][][]float64) bool {
	maps := chapters.Must(cnnlib.RunPlanes(c.Backend, layer, planes...))
	if len(maps) != len(layer.Weights) {
		return false
	}
	for o, kernel := range layer.Weights {
		group := o * max(layer.Groups, 1) / len(layer.Weights)
		seen := planes[group*len(kernel) : (group+1)*len(kernel)]
		alone := layer
		alone.Groups, alone.Weights = 0, cnnlib.Weights{kernel}
		single := chapters.Must(cnnlib.RunPlanes(c.Backend, alone, seen...))
		if len(single) != 1 || !reflect.DeepEqual(single[0], maps[o]) {
			return false
		}
	}
	return true
}
