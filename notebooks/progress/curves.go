package progress

import (
	"cnnbook/cnnlib/train"
	"cnnbook/plots"
)

// Curves draws the loss of every epoch and, where there are validation pictures, the
// accuracy on them beside it. The epochs are those of a Model's History. The
// description says what the curves show.
//
// The loss on the training pictures is the mean over an epoch in which the network
// was learning, that on the validation pictures is measured after it. Where the
// first goes on falling and the second rises, the network learns by heart.
func Curves(history []train.Epoch) *plots.Picture {
	losses := plots.Curve{Name: "training pictures"}
	tested := plots.Curve{Name: "validation pictures"}
	scores := plots.Curve{Name: "validation pictures"}
	for _, e := range history {
		n := float64(e.Number)
		losses.X, losses.Y = append(losses.X, n), append(losses.Y, e.Loss)
		tested.X, tested.Y = append(tested.X, n), append(tested.Y, e.Validation.Loss)
		scores.X, scores.Y = append(scores.X, n), append(scores.Y, e.Validation.Accuracy)
	}
	left := plots.Curves{XLabel: "epoch", YLabel: "loss", Curves: []plots.Curve{losses}}
	right := plots.Curves{XLabel: "epoch", YLabel: "accuracy (1 = all recognised)", Curves: []plots.Curve{scores}}
	if !validated(history) {
		left.Curves[0].Name, left.YLabel = "", "training loss"
		return told(left.Picture(), history)
	}
	left.Curves = []plots.Curve{tested, losses} // the same colour for the same pictures on both sides
	if i := best(history); i >= 0 {
		right.Curves = append(right.Curves, plots.Curve{Name: "best epoch", Points: true, X: scores.X[i : i+1], Y: scores.Y[i : i+1]})
	}
	return told(plots.Beside(left.Picture(), right.Picture()), history)
}

// told sets the description of the picture, if it could be drawn.
func told(p *plots.Picture, history []train.Epoch) *plots.Picture {
	if p.Err() == nil {
		p.Alt = sentence(finding(history))
	}
	return p
}
