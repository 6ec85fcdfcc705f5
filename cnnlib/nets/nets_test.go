package nets_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/tensors"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/nets"
)

// The layers' own counts against the sources' (Network.Params).
func TestParams(t *testing.T) {
	for _, n := range nets.All() {
		if got := n.Net.Params(n.In); got != n.Params {
			t.Errorf("%s: %d parameters, want %d", n, got, n.Params)
		}
		if n.Title == "" || n.Source == "" {
			t.Errorf("%s: title %q, source %q: both must be said", n, n.Title, n.Source)
		}
	}
}

func TestByName(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range nets.All() {
		if seen[n.Name] {
			t.Errorf("two networks are called %s", n)
		}
		seen[n.Name] = true
		if got, err := nets.ByName(n.Name); err != nil || got.Title != n.Title {
			t.Errorf("ByName(%q) = %v, %v", n.Name, got, err)
		}
	}
	_, err := nets.ByName("lenet")
	if err == nil {
		t.Fatal("there is a network lenet")
	}
	if line := err.Error(); strings.Contains(line, "\n") || !strings.Contains(line, `"lenet"`) || !strings.Contains(line, "conv2-dropout") {
		t.Errorf("the error is %q, want one line with the name asked for and those there are", line)
	}
}

// find returns a network that must be there.
func find(t *testing.T, name string) nets.Network {
	t.Helper()
	n, err := nets.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// sizes returns the shape of the input, then the shape behind each layer that
// changes it. A block on its own is one layer.
func sizes(t *testing.T, n nets.Network) []string {
	t.Helper()
	layers, ok := n.Net.(cnnlib.Sequential)
	if !ok {
		layers = cnnlib.Sequential{n.Net}
	}
	shape := n.In
	list := []string{shape.String()}
	for _, layer := range layers {
		next, err := layer.OutShape(shape)
		if err != nil {
			t.Fatalf("%s: %v", n, err)
		}
		if !next.Equal(shape) {
			list = append(list, next.String())
		}
		shape = next
	}
	return list
}

// printed is the shapes that the sources print, in their order. The shapes of a
// network that its source does not print may stand between them.
var printed = map[string]string{
	// Section 5.1.
	"cifar": "[N 32 32 3] [N 32 32 12] [N 16 16 12] [N 10]",
	// Section 5.23.
	"fc100":               "[N 28 28 1] [N 784] [N 100] [N 10]",
	"conv1":               "[N 28 28 1] [N 24 24 20] [N 12 12 20] [N 2880] [N 100] [N 10]",
	"conv2-sigmoid":       "[N 28 28 1] [N 24 24 20] [N 12 12 20] [N 8 8 40] [N 4 4 40] [N 640] [N 100] [N 10]",
	"conv2":               "[N 28 28 1] [N 24 24 20] [N 12 12 20] [N 8 8 40] [N 4 4 40] [N 640] [N 100] [N 10]",
	"conv2-fc300":         "[N 640] [N 300] [N 10]",
	"conv2-fc1000":        "[N 640] [N 1000] [N 10]",
	"conv2-fc100-fc100":   "[N 640] [N 100] [N 10]",
	"conv2-fc300-fc300":   "[N 640] [N 300] [N 10]",
	"conv2-fc1000-fc1000": "[N 640] [N 1000] [N 10]",
	"conv2-dropout":       "[N 640] [N 1000] [N 10]",
	// LeCun et al. 1998, Figure 2.
	"lenet5": "[N 32 32 1] [N 28 28 6] [N 14 14 6] [N 10 10 16] [N 5 5 16] [N 120] [N 84] [N 10]",
	// The authors' definition for Caffe: each pooling halves the side, rounded up.
	"nin": "[N 32 32 192] [N 32 32 160] [N 32 32 96] [N 16 16 96] [N 16 16 192] [N 8 8 192] [N 8 8 10] [N 10]",
	// Krizhevsky et al. 2012, Figure 2, and section 5.5: 55, 27, 13, 6.
	"alexnet": "[N 227 227 3] [N 55 55 96] [N 27 27 96] [N 27 27 256] [N 13 13 256] [N 13 13 384] [N 13 13 256] [N 6 6 256] [N 4096] [N 1000]",
	// arXiv:1406.4729, Table 1, row ZF-5: conv1 with its pooling, conv2, conv3 to 5; Figure 3: 21·256.
	"sppnet": "[N 224 224 3] [N 55 55 96] [N 27 27 256] [N 13 13 384] [N 13 13 256] [N 5376]",
	// Taigman et al. 2014, Figure 2, and section 5.27: 152, 142, 71, 63, 55, 25, 21.
	"deepface": "[N 152 152 3] [N 142 142 32] [N 71 71 32] [N 63 63 16] [N 55 55 16] [N 25 25 16] [N 21 21 16] [N 4096] [N 4030]",
	// arXiv:1409.1556, Table 1: the side halves five times from 224.
	"vgg16": "[N 224 224 64] [N 112 112 128] [N 56 56 256] [N 28 28 512] [N 14 14 512] [N 7 7 512] [N 4096] [N 1000]",
	// arXiv:1409.4842, Table 1, column "output size".
	"googlenet": "[N 112 112 64] [N 56 56 64] [N 56 56 192] [N 28 28 192] [N 28 28 256] [N 28 28 480] [N 14 14 480] [N 14 14 512] [N 14 14 528] [N 14 14 832] [N 7 7 832] [N 7 7 1024] [N 1024] [N 1000]",
	// arXiv:1512.03385, Table 1, and four times the channels in the blocks of ResNet-50.
	"resnet18": "[N 112 112 64] [N 56 56 64] [N 28 28 128] [N 14 14 256] [N 7 7 512] [N 1000]",
	"resnet50": "[N 112 112 64] [N 56 56 64] [N 56 56 256] [N 28 28 512] [N 14 14 1024] [N 7 7 2048] [N 1000]",
	// Section 5.6: 416 and 256 channels.
	"inception3a-naive": "[N 28 28 192] [N 28 28 416]",
	"inception3a":       "[N 28 28 192] [N 28 28 256]",
	// torchvision's and Keras's first block of Inception-v3: 64 + 64 + 96 + 32 channels.
	"inceptionv3-a": "[N 35 35 192] [N 35 35 256]",
	// arXiv:1610.02357, Figure 5: 19×19×728 in and out.
	"xception-middle": "[N 19 19 728]",
}

func TestShapes(t *testing.T) {
	for _, n := range nets.All() {
		if printed[n.Name] == "" {
			t.Errorf("%s: no shapes of its source are listed", n)
			continue
		}
		got := sizes(t, n)
		rest := got
		for _, want := range strings.SplitAfter(printed[n.Name], "]") {
			if want = strings.TrimSpace(want); want == "" {
				continue
			}
			i := slices.Index(rest, want)
			if i < 0 {
				t.Errorf("%s: its source has %s next, the network %v of %v", n, want, rest, got)
				break
			}
			rest = rest[i+1:]
		}
		if last := got[len(got)-1]; !strings.HasSuffix(printed[n.Name], last) {
			t.Errorf("%s ends in %s, its source in %s", n, last, printed[n.Name])
		}
	}
}

// The numbers of section 5.6 leave the biases out, which are as many as the
// channels that the block's convolutions make.
func TestInceptionWeights(t *testing.T) {
	naive, reduced := find(t, "inception3a-naive"), find(t, "inception3a")
	if got := naive.Net.Params(naive.In) - (64 + 128 + 32); got != 387_072 {
		t.Errorf("naive: %d weights, want 387072", got)
	}
	if got := reduced.Net.Params(reduced.In) - (64 + 96 + 128 + 16 + 32 + 32); got != 163_328 {
		t.Errorf("reduced: %d weights, want 163328", got)
	}
}

// Section 5.27 and its paper, layer by layer.
func TestDeepFaceByLayer(t *testing.T) {
	n := find(t, "deepface")
	want := []int{11_648, 41_488, 62_774_800, 7_850_000, 2_829_456, 28_905_472, 16_510_910}
	var got []int
	shape := n.In
	for _, layer := range n.Net.(cnnlib.Sequential) {
		if params := layer.Params(shape); params > 0 {
			got = append(got, params)
		}
		shape, _ = layer.OutShape(shape) // TestShapes has seen its error
	}
	if !slices.Equal(got, want) {
		t.Errorf("parameters %v, want %v", got, want)
	}
}

// Section 5.5: pictures of any size give (16+4+1)·256 numbers.
func TestSPPNetTakesAnySize(t *testing.T) {
	n := find(t, "sppnet")
	for _, in := range []cnnlib.Shape{{224, 224, 3}, {180, 180, 3}, {224, 301, 3}, {480, 97, 3}} {
		out, err := n.Net.OutShape(in)
		if err != nil || !out.Equal(cnnlib.Shape{5376}) {
			t.Errorf("%v gives %v, %v, want %v", in, out, err, cnnlib.Shape{5376})
		}
	}
}

// small is how many MACs the pure-Go backend does in well under a second. All
// networks run on XLA in package tests.
const small = 200e6

func TestForward(t *testing.T) {
	// One operation after the other: package fingerprint's tests say why.
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	defer backend.Finalize()
	ran := 0
	for _, n := range nets.All() {
		if n.Net.MACs(n.In) > small {
			continue
		}
		pixels := make([]float32, n.In.Size())
		for i := range pixels {
			pixels[i] = float32(i%251) / 251 // 251 is a prime: rows differ
		}
		y, err := cnnlib.Run(backend, n.Net, tensors.FromFlatDataAndDimensions(pixels, append([]int{1}, n.In...)...))
		if err != nil {
			t.Error(err)
			continue
		}
		ran++
		want, _ := n.Net.OutShape(n.In) // TestShapes has seen its error
		if got := cnnlib.Shape(y.Shape().Dimensions[1:]); !got.Equal(want) {
			t.Errorf("%s: the result is %v, want %v", n, got, want)
		}
		for _, v := range tensors.MustCopyFlatData[float32](y) {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Errorf("%s: a value of the result is %v", n, v)
				break
			}
		}
	}
	if ran < 13 { // the networks of sections 5.1 and 5.23, LeNet-5, Inception block 3a
		t.Errorf("only %d networks ran", ran)
	}
}

func ExampleAll() {
	for _, n := range nets.All() {
		fmt.Printf("%-20s %11d  %s\n", n.Name, n.Params, n.Title)
	}
	// Output:
	// cifar                      31066  INPUT-CONV-RELU-POOL-FC for CIFAR-10
	// fc100                      79510  100 sigmoid units
	// conv1                     289630  one convolution, 100 sigmoid units
	// conv2-sigmoid              85670  two convolutions, 100 sigmoid units
	// conv2                      85670  two convolutions, 100 ReLU units
	// conv2-fc300               215870  two convolutions, 300 ReLU units
	// conv2-fc1000              671570  two convolutions, 1,000 ReLU units
	// conv2-fc100-fc100          95770  two convolutions, 100 + 100 ReLU units
	// conv2-fc300-fc300         306170  two convolutions, 300 + 300 ReLU units
	// conv2-fc1000-fc1000      1672570  two convolutions, 1,000 + 1,000 ReLU units
	// conv2-dropout            1672570  two convolutions, 1,000 + 1,000 ReLU units, dropout
	// lenet5                     61706  LeNet-5, 1998
	// alexnet                 60965224  AlexNet, 2012
	// nin                       966986  Network in network for CIFAR-10, 2013
	// sppnet                   3726464  Spatial pyramid pooling behind ZF-5, 2014
	// deepface               118923774  DeepFace, 2014
	// vgg16                  138357544  VGG-16, 2014
	// googlenet                6998552  GoogLeNet, 2014
	// resnet18                11689512  ResNet-18, 2015
	// resnet50                25557032  ResNet-50, 2015
	// inception3a-naive         387296  Inception block 3a without 1×1 reductions
	// inception3a               163696  Inception block 3a
	// inceptionv3-a             255904  Inception-v3, first block at 35×35
	// xception-middle          1613976  Xception, block of the middle flow
}

func ExampleByName() {
	n, err := nets.ByName("lenet5")
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := n.Net.OutShape(n.In)
	fmt.Println(n.Title, n.In, "→", out, err)
	fmt.Println(n.Net.Params(n.In), "parameters,", n.Net.MACs(n.In), "MACs")
	// Output:
	// LeNet-5, 1998 [N 32 32 1] → [N 10] <nil>
	// 61706 parameters, 416520 MACs
}

// The networks of section 5.23: what each has to learn, and the multiplications of
// one picture.
func ExampleSection523() {
	for _, n := range nets.Section523() {
		fmt.Println(n.Name, n.Params, n.Net.MACs(n.In))
	}
	// Output:
	// fc100 79510 79400
	// conv1 289630 577000
	// conv2-sigmoid 85670 1633000
	// conv2 85670 1633000
	// conv2-fc300 215870 1763000
	// conv2-fc1000 671570 2218000
	// conv2-fc100-fc100 95770 1643000
	// conv2-fc300-fc300 306170 1853000
	// conv2-fc1000-fc1000 1672570 3218000
	// conv2-dropout 1672570 3218000
}
