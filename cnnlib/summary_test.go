package cnnlib_test

import (
	"errors"
	"strings"
	"testing"

	"cnnbook/cnnlib"
)

// fields returns the last word of each line of the table: the receptive fields, from
// the first layer on.
func fields(t *testing.T, net cnnlib.Layer, in cnnlib.Shape) []string {
	t.Helper()
	var b strings.Builder
	if err := cnnlib.Summary(&b, net, in); err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(b.String(), "\n\n")
	var list []string
	for _, line := range strings.Split(table, "\n")[2:] { // behind the heading and the input
		words := strings.Fields(line)
		list = append(list, words[len(words)-1])
	}
	return list
}

func TestReceptiveFields(t *testing.T) {
	conv := func(kernel, stride int) cnnlib.Conv2D {
		return cnnlib.Conv2D{Channels: 2, Kernel: kernel, Stride: stride, Padding: cnnlib.Same}
	}
	picture := cnnlib.Shape{64, 64, 2}
	for _, c := range []struct {
		name string
		net  cnnlib.Layer
		in   cnnlib.Shape
		want string
	}{
		{"section 5.8: two and three 3×3 see 5 and 7", cnnlib.Sequential{conv(3, 1), conv(3, 1), conv(3, 1)}, picture, "3×3 5×5 7×7"},
		// 11; +2·4; +4·8; +2·16 twice more and a pool: the column of AlexNet.
		{"AlexNet", cnnlib.Sequential{
			cnnlib.Conv2D{Channels: 2, Kernel: 11, Stride: 4}, cnnlib.MaxPool2D{Window: 3, Stride: 2}, conv(5, 1), cnnlib.MaxPool2D{Window: 3, Stride: 2},
			conv(3, 1), conv(3, 1), conv(3, 1), cnnlib.MaxPool2D{Window: 3, Stride: 2}}, cnnlib.Shape{227, 227, 3},
			"11×11 19×19 51×51 67×67 99×99 131×131 163×163 195×195"},
		{"dilation", cnnlib.Conv2D{Channels: 1, Kernel: 3, KernelW: 2, Dilation: 4}, picture, "9×5"},
		// Rows 3, +2, +1, +1; columns 3, +1·3, +1·6, +2·6.
		{"axes of their own", cnnlib.Sequential{
			cnnlib.Conv2D{Channels: 1, Kernel: 3, Stride: 1, StrideW: 3}, cnnlib.MaxPool2D{Window: 3, WindowW: 2, Stride: 1, StrideW: 2},
			cnnlib.DepthwiseConv2D{Kernel: 2, DilationW: 1}, cnnlib.SeparableConv2D{Channels: 1, Kernel: 2, DilationW: 2}}, picture, "3×3 5×6 6×12 7×24"},
		{"kernel from the weights", cnnlib.Conv2D{Weights: cnnlib.Filter([][]float64{{1, 2, 3}}, [][]float64{{1, 2, 3}})}, picture, "1×3"},
		{"one axis", cnnlib.Sequential{cnnlib.Conv1D{Channels: 1, Kernel: 3}, cnnlib.AvgPool1D{Window: 2}}, cnnlib.Shape{9, 1}, "3 4"},
		{"separable", cnnlib.Sequential{cnnlib.DepthwiseConv2D{Kernel: 3, Stride: 2}, cnnlib.SeparableConv2D{Channels: 3, Kernel: 3}}, picture, "3×3 7×7"},
		{"cell by cell", cnnlib.Sequential{cnnlib.Softmax, cnnlib.Leaky{}, cnnlib.Dropout{}, cnnlib.BatchNorm{}, cnnlib.LocalResponseNorm{}, cnnlib.Flatten{}}, picture, "1×1 1×1 1×1 1×1 1×1 1×1"},
		{"a vector", cnnlib.Sequential{cnnlib.ReLU, cnnlib.Softmax, cnnlib.ReLU}, cnnlib.Shape{4}, "1 all all"},
		{"a classifier", cnnlib.Sequential{conv(3, 1), cnnlib.GlobalAvgPool{}, cnnlib.Dense{Units: 2}}, picture, "3×3 all all"},
		{"enlarged", cnnlib.Sequential{cnnlib.Upsample{Factor: 2}, conv(3, 1), cnnlib.Flatten{}, cnnlib.Dense{Units: 1}}, picture, "? ? ? all"},
		{"the widest branch", cnnlib.Sequential{cnnlib.Parallel{conv(5, 1), cnnlib.Conv2D{Channels: 2, Kernel: 1}, cnnlib.Sequential{conv(3, 1), conv(4, 1)}}, conv(3, 2)}, picture,
			"6×6 5×5 1×1 6×6 3×3 6×6 8×8"},
		{"a branch that is not computed", cnnlib.Parallel{conv(3, 1), cnnlib.Upsample{Factor: 1}}, picture, "? 3×3 ?"},
		{"a way around", cnnlib.Sequential{conv(3, 2), cnnlib.Residual{Body: conv(3, 1), Shortcut: cnnlib.None}, cnnlib.Residual{Body: conv(1, 1)}}, picture, "3×3 7×7 7×7 3×3 7×7 7×7"},
	} {
		if got := strings.Join(fields(t, c.net, c.in), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// The shift of one cell of the input outside of the receptive field changes nothing;
// at its corners it does.
func TestReceptiveFieldIsWhatTheGraphSees(t *testing.T) {
	net := cnnlib.Sequential{
		cnnlib.Conv2D{Channels: 2, Kernel: 3, KernelW: 2, Stride: 2}, cnnlib.AvgPool2D{Window: 2, Stride: 1},
		cnnlib.Conv2D{Channels: 1, Kernel: 2, Dilation: 2},
	}
	in := cnnlib.Shape{12, 12, 1}
	// Rows 3, +1·2, +2·2 = 9; columns 2, +2, +4 = 8.
	if got := fields(t, net, in); got[2] != "9×8" {
		t.Fatalf("%v, want 9×8 at the end", got)
	}
	first := func(row, col int) float64 {
		m := make([][]float64, 12)
		for r := range m {
			m[r] = make([]float64, 12)
		}
		if row >= 0 {
			m[row][col] = 1
		}
		y, err := cnnlib.ToMatrix(run(t, net, fromMatrix(t, m)), 0)
		if err != nil {
			t.Fatal(err)
		}
		return y[0][0]
	}
	still := first(-1, -1)
	for _, cell := range [][2]int{{0, 0}, {8, 7}, {0, 7}, {8, 0}} {
		if first(cell[0], cell[1]) == still {
			t.Errorf("cell %v of the receptive field has no effect", cell)
		}
	}
	for _, cell := range [][2]int{{9, 0}, {0, 8}, {9, 8}} {
		if first(cell[0], cell[1]) != still {
			t.Errorf("cell %v outside of the receptive field has an effect", cell)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestSummaryErrors(t *testing.T) {
	conv := cnnlib.Conv2D{Channels: 1, Kernel: 3}
	var b strings.Builder
	if err := cnnlib.Summary(&b, nil, cnnlib.Shape{3, 3, 1}); err == nil || err.Error() != "cnnlib: the network is nil" {
		t.Errorf("%v", err)
	}
	err := cnnlib.Summary(&b, cnnlib.Sequential{cnnlib.ReLU, conv}, cnnlib.Shape{2, 2, 1})
	if err == nil || !strings.HasPrefix(err.Error(), "cnnlib: layer 1 Conv2D{Channels: 1, Kernel: 3}: rows: kernel of 3 cells does not fit into 2") || b.Len() > 0 {
		t.Errorf("%v, written %q", err, b.String())
	}
	if err := cnnlib.Summary(broken{}, conv, cnnlib.Shape{3, 3, 1}); err == nil || err.Error() != "disk full" {
		t.Errorf("%v, want that of the writer", err)
	}
}

// The numbers of the rows add up to the network's numbers.
func TestSummaryCountsEveryLayerOnce(t *testing.T) {
	net := cnnlib.Parallel{
		cnnlib.Residual{Body: cnnlib.Conv2D{Channels: 2, Kernel: 1}},
		cnnlib.Sequential{cnnlib.Conv2D{Channels: 4, Kernel: 1}, cnnlib.Sequential{}, cnnlib.BatchNorm{}},
	}
	var b strings.Builder
	if err := cnnlib.Summary(&b, net, cnnlib.Shape{10, 10, 2}); err != nil {
		t.Fatal(err)
	}
	// 2·2+2 = 6, 2·4+4 = 12 and 2·4 = 8 parameters, 100·(4+8) MACs. Results of 100 cells
	// with 6 channels for the whole, 2+2 for the residual block and its body, 4+4 for
	// the others (an empty Sequential has none): 1,800 numbers of 4 bytes.
	for _, want := range []string{"26 parameters, biases included; 1200 MACs for one example", "0.000 MB for the parameters, 0.007 MB for the results"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
