package plots

import (
	"testing"

	"cnnbook/cnnlib/arith"
)

// networkFigures are those of Diagram, Volumes, Wiring, Sparse and Coverage, for
// the tests of all figures.
func networkFigures() map[string]*Picture {
	wires := func(w Wiring, err error) *Picture {
		if err != nil {
			return failed(err)
		}
		w.Title = "A title that is much wider than the few cells of this picture are"
		return w.Picture()
	}
	conv := func(name string, lines ...string) Block { return Block{Name: name, Lines: lines, Kind: Convolution} }
	relu := Block{Name: "ReLU", Kind: Activation}
	pool := Block{Name: "3×3 max pool", Kind: Pooling, Lines: []string{"28×28×192"}}
	inception := []Block{{Name: "previous layer", Kind: Input, Lines: []string{"28×28×192"}},
		{Branches: [][]Block{{conv("1×1 conv", "28×28×64", "12,352 parameters")}, {conv("1×1 conv", "28×28×96"), conv("3×3 conv", "28×28×128", "110,720 parameters")},
			{conv("1×1 conv"), conv("5×5 conv", "28×28×32")}, {pool, conv("1×1 conv")}}},
		{Name: "concatenation", Kind: Join, Lines: []string{"28×28×256"}}}
	residual := []Block{{Name: "input", Kind: Input}, {Name: "bottleneck", Branches: [][]Block{{conv("1×1 conv", "256→64"), relu, conv("3×3 conv")}, {}}}, {Name: "sum", Kind: Join}, relu}
	chain := []Block{{Name: "input", Kind: Input, Lines: []string{"28×28×1"}}}
	for range 3 {
		chain = append(chain, conv("a convolution with a long name that is broken", "24×24×20"), relu, pool, Block{Name: "dropout"}, Block{Name: "fully connected", Kind: Dense})
	}
	return map[string]*Picture{
		"coverage":       Coverage{Counts: [][]int{{0, 1, 2}, {12, 0, 4}}, Title: "A title wider than the map", Windows: []Window{{Rows: 2, Cols: 2, Label: "A"}}}.Picture(),
		"coverage rows":  Coverage{Counts: [][]int{{0, 1, 2}, {1000, 1}}, Rows: []string{"k=3", "k=4, s=2"}, Unit: "inputs"}.Picture(),
		"coverage zero":  Coverage{Counts: [][]int{{0}}}.Picture(),
		"wires":          wires(WiringOfConv(arith.Conv{In: 7, Kernel: 5, Padding: arith.Full})),
		"wires few":      wires(WiringOfConv(arith.Conv{In: 3, Kernel: 3})),
		"wires back":     wires(WiringOfTransposed(arith.Transposed{In: 8, Kernel: 6, Stride: 3})),
		"sparse":         Sparse{Terms: []SparseTerm{{Cells: [][]string{{"a", "c"}, {"", "b"}}, Title: "A title wider than the matrix", RowSums: true, ColumnSums: true, Windows: []Window{{Dashed: true}}}, {Cells: [][]string{{"−0.5a", "1"}}}}, Operators: []string{"→"}}.Picture(),
		"diagram":        Diagram{Blocks: inception, Title: "Inception"}.Picture(),
		"diagram skip":   Diagram{Blocks: residual}.Picture(),
		"diagram long":   Diagram{Blocks: chain, Title: "long"}.Picture(),
		"diagram three":  Diagram{Blocks: chain, Columns: 3}.Picture(),
		"diagram inside": Diagram{Blocks: []Block{{Name: "two blocks", Branches: [][]Block{residual, inception}}}}.Picture(),
		"volumes": Volumes{Title: "volumes", Volumes: []Volume{{H: 32, W: 32, C: 3, Name: "input", Window: &Cuboid{H: 5, W: 5}}, {H: 32, W: 32, C: 12, Name: "a volume with a long name", Before: "conv 3×3, 12 kernels"},
			{H: 1, W: 1, C: 10, Before: "fully connected", Role: RoleOutput}, {H: 1, W: 1, C: 1, Before: "→"}}}.Picture(),
		"volumes planes": Volumes{Volumes: []Volume{{H: 227, W: 227, C: 3, Planes: true, Window: &Cuboid{Row: 2, Col: 2, H: 5, W: 5}}, {H: 5, W: 5, C: 3, Planes: true, Role: RoleKernel, Before: "*"}, {H: 8, W: 8, C: 512, Role: RoleOutput, Before: "=", Axes: [3]string{"H", "W", "T"}}}}.Picture(),
	}
}

func TestWiresAreThoseOfArith(t *testing.T) {
	for k := 1; k <= 6; k++ {
		for s := 1; s <= 3; s++ {
			c := arith.Conv{In: 9, Kernel: k, Stride: s, Padding: arith.Explicit, Start: k / 2}
			w, err := WiringOfConv(c)
			if err != nil {
				t.Fatal(err)
			}
			visits, err := c.Visits()
			if err != nil {
				t.Fatal(err)
			}
			checkCounts(t, w, visits, true)
			back := arith.Transposed{In: 5, Kernel: k, Stride: s}
			if w, err = WiringOfTransposed(back); err != nil {
				t.Fatal(err)
			}
			if visits, err = back.Contributions(); err != nil {
				t.Fatal(err)
			}
			checkCounts(t, w, visits, false)
		}
	}
}

func checkCounts(t *testing.T, w Wiring, want []int, inputs bool) {
	t.Helper()
	p := w.Picture()
	if p.Err() != nil {
		t.Fatal(p.Err())
	}
	got := p.Data.(WiringData).Outputs
	if inputs {
		got = p.Data.(WiringData).Inputs
	}
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%v, want %v", got, want)
		}
	}
}
