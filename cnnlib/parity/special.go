package parity

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib/lower"
	"cnnbook/cnnlib/ref"
)

// specialValues are the numbers that a comparison or a sum can lose.
var specialValues = []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}

// Special checks rows of every grid with NaN, ±∞ and -0 among the inputs, as Table does
// with finite numbers.
func Special(backend compute.Backend, most int) []error {
	var wrong []error
	for _, grid := range Grids() {
		order := rand.New(rand.NewPCG(7, 3)).Perm(len(grid.Cases)) // any fixed seed
		for _, i := range order[:min(most, len(order))] {
			if err := grid.Cases[i].CheckSpecial(backend); err != nil {
				wrong = append(wrong, err)
			}
		}
	}
	return wrong
}

// CheckSpecial runs the case with NaN, ∞, -∞ and -0 among the inputs and compares the
// result with the oracle; a gradient through a value that is not finite has no meaning.
// A NaN that vanishes on the way hides the mistake it came from.
//
// A layer without parameters must give NaN, ∞ and -∞ where the oracle does and finite
// numbers, within what rounding allows, elsewhere. In a layer that multiplies with
// weights ∞ and NaN may make more NaN, since its products of matrices hold zeros that the
// oracle leaves out, and 0·∞ is NaN; but nothing may become finite that is not.
func (c Case) CheckSpecial(backend compute.Backend) error {
	fail := func(err error) error { return fmt.Errorf("parity: %v, special values: %w", c, err) }
	out, err := c.Layer.OutShape(c.In)
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(7, 4)) // any fixed seed
	x := randomArray(rng, append([]int{c.N}, c.In...)...)
	grad := randomArray(rng, append([]int{c.N}, out...)...)
	rest := ref.NewArray(x.Shape...) // x with 0 for the special values
	copy(rest.Data, x.Data)
	// One value in eight, so that there are windows without any.
	for i, at := range rng.Perm(len(x.Data))[:(len(x.Data)+7)/8] {
		x.Data[at], rest.Data[at] = specialValues[i%len(specialValues)], 0
	}
	got, params, err := c.run(backend, rng, x, grad)
	if err != nil {
		return fail(err)
	}
	want, err := c.Oracle(x, params, grad)
	if err != nil {
		return fail(err)
	}
	allowed, err := c.sums(rest, params, grad)
	if err != nil {
		return fail(err)
	}
	if c.Lowering == lower.Winograd { // as in Check
		level(allowed.Result)
	}
	g, w := got.Result, want.Result
	if len(g.Data) != len(w.Data) {
		return fail(fmt.Errorf("%d results, want %d", len(g.Data), len(w.Data)))
	}
	spreads := len(params) > 0
	for i, value := range w.Data {
		switch here := g.Data[i]; {
		case spreads && math.IsNaN(here):
		case math.IsNaN(value) && math.IsNaN(here), math.IsInf(value, 0) && here == value:
		case math.IsNaN(value) || math.IsInf(value, 0):
			return fail(fmt.Errorf("cell %d is %v, want %v", i, here, value))
		default:
			continue // finite: compared below
		}
		g.Data[i], w.Data[i] = 0, 0 // agrees
	}
	if worst := share(g, w, allowed.Result, c.Terms.Result); worst > 1 {
		return fail(fmt.Errorf("the finite cells are off by %v of what rounding allows", worst))
	}
	return nil
}
