package lower

import "github.com/gomlx/gomlx/core/graph"

// tapsOf sees x as [n blocks step run], and returns what each of the taps meets at the
// positions, one step from each other: [1 n·positions·run] each.
func tapsOf(x *graph.Node, n, step, run, taps, positions int) []*graph.Node {
	x = graph.Reshape(x, n, -1, step, run)
	cut := make([]*graph.Node, taps)
	for i := range cut {
		part := graph.Slice(x, graph.AxisRange(), graph.AxisRange(i/step, i/step+positions), graph.AxisElem(i%step))
		cut[i] = graph.Reshape(part, 1, n*positions*run)
	}
	return cut
}

// cutTaps is tapsOf with all taps in one array: [taps n·positions·run].
func cutTaps(x *graph.Node, n, step, run, taps, positions int) *graph.Node {
	return graph.Concatenate(tapsOf(x, n, step, run, taps, positions), 0)
}

// joinTaps is the adjoint of cutTaps: from [taps n·positions·run] to the sums of what came
// from each place, [n blocks step·run].
func joinTaps(y *graph.Node, n, step, run, taps, positions int) *graph.Node {
	reach := (taps + step - 1) / step // blocks that a position looks at
	var sum *graph.Node
	for block := range reach {
		phases := make([]*graph.Node, step)
		for i := range phases {
			if tap := block*step + i; tap < taps {
				phases[i] = graph.Reshape(graph.SliceAxis(y, 0, graph.AxisElem(tap)), n, positions, run)
			} else {
				phases[i] = graph.ZerosLike(phases[0])
			}
		}
		part := padAxis(graph.Concatenate(phases, 2), 1, block, reach-1-block)
		sum = Plus(sum, part)
	}
	return sum
}
