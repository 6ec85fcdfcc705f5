package progress

import (
	"cnnbook/cnnlib/train"
	"cnnbook/plots"
)

// Curves draws the training loss of every epoch, and the validation accuracy beside
// it where there is one. The epochs are those of a Model's History. The description
// says what the curves show.
func Curves(history []train.Epoch) *plots.Picture {
	var numbers, losses, accuracies []float64
	for _, e := range history {
		numbers = append(numbers, float64(e.Number))
		losses = append(losses, e.Loss)
		accuracies = append(accuracies, e.Validation.Accuracy)
	}
	// Without an epoch plots.Curves says what is missing.
	p := plots.Curves{XLabel: "epoch", YLabel: "training loss", Curves: []plots.Curve{{X: numbers, Y: losses}}}.Picture()
	if validated(history) {
		p = plots.Beside(p, plots.Curves{XLabel: "epoch", YLabel: "validation accuracy", Curves: []plots.Curve{{X: numbers, Y: accuracies}}}.Picture())
	}
	if p.Err() == nil {
		p.Alt = sentence(finding(history))
	}
	return p
}
