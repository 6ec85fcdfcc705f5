package train

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"cnnbook/cnnlib/data"
)

// Score is how well a network does on labelled pictures, or, if it reconstructs
// them, how near it comes: then Accuracy and Errors are 0.
type Score struct {
	Loss     float64 // mean of -log softmax(logits)[label]; or mean of (result - picture)² over all values
	Accuracy float64 // share of pictures whose largest logit is at the label, from 0 to 1
	Errors   int     // pictures that were not recognised
}

var errReconstructs = errors.New("train: the network reconstructs pictures and has no classes: call Reconstruct or Evaluate")

// Logits returns what the network gives for every picture, [N][Classes]. The
// larger the number, the likelier the class; Softmax makes probabilities of them. A
// network that reconstructs has none; see Reconstruct.
func (m *Model) Logits(images *data.Images) ([][]float32, error) {
	if m.reconstructs() {
		return nil, errReconstructs
	}
	return m.outputs(images)
}

// Reconstruct returns what a network trained with Options.Reconstruct makes of every
// picture: [N][H·W·C], the channels running fastest, 0 and 1 being the pixel values 0
// and Options.White. Nothing keeps the numbers inside 0 to 1.
func (m *Model) Reconstruct(images *data.Images) ([][]float32, error) {
	if !m.reconstructs() {
		return nil, fmt.Errorf("train: the network gives %d classes, not pictures: train it with Options.Reconstruct, or call Logits", m.Classes)
	}
	return m.outputs(images)
}

// Softmax returns the probabilities that belong to logits.
func Softmax(logits []float32) []float64 {
	total := logSumExp(logits)
	p := make([]float64, len(logits))
	for i, v := range logits {
		p[i] = math.Exp(float64(v) - total)
	}
	return p
}

// logSumExp returns log Σ exp(logit) without an overflow.
func logSumExp(logits []float32) float64 {
	wide := make([]float64, len(logits))
	for i, v := range logits {
		wide[i] = float64(v)
	}
	return floats.LogSumExp(wide)
}

// Predict returns the likeliest class of every picture, the first of equals. It is an
// error for a network that reconstructs.
func (m *Model) Predict(images *data.Images) ([]uint8, error) {
	if m.reconstructs() {
		return nil, errReconstructs
	}
	return resultsOf[uint8](m, images, asClasses)
}

// Evaluate compares the network with the labels, or, if it reconstructs, its results
// with the pictures.
func (m *Model) Evaluate(images *data.Images) (Score, error) {
	if m.reconstructs() {
		return m.evaluateReconstruction(images)
	}
	logits, err := m.Logits(images)
	if err != nil {
		return Score{}, err
	}
	var s Score
	for i, row := range logits {
		s.Loss += (logSumExp(row) - float64(row[images.Labels[i]])) / float64(images.N)
		if argMax(row) != int(images.Labels[i]) {
			s.Errors++
		}
	}
	s.Accuracy = float64(images.N-s.Errors) / float64(images.N) // 1 - share would print 0.8996999999999999
	return s, nil
}

// evaluateReconstruction returns the mean square of result - picture.
func (m *Model) evaluateReconstruction(images *data.Images) (Score, error) {
	results, err := m.outputs(images)
	if err != nil {
		return Score{}, err
	}
	var s Score
	size := m.In.Size()
	for i, result := range results {
		for p, v := range result {
			d := float64(v) - float64(images.Pixels[i*size+p])/m.white
			s.Loss += d * d / float64(size) / float64(images.N)
		}
	}
	return s, nil
}

// Confusion counts, in row r and column c, the pictures of class r that were taken
// for class c. It panics with a line that says why if the two lists are not of one length
// or name a class that is not there.
func Confusion(labels, predicted []uint8, classes int) [][]int {
	fitting("Confusion", labels, len(predicted), "predictions")
	for i, label := range labels {
		if c := max(int(label), int(predicted[i])); c >= classes {
			panic(fmt.Errorf("train: Confusion: picture %d has the label %d and the prediction %d, want both below the %d classes", i, label, predicted[i], classes))
		}
	}
	counts := make([][]int, classes)
	for r := range counts {
		counts[r] = make([]int, classes)
	}
	for i, label := range labels {
		counts[label][predicted[i]]++
	}
	return counts
}

// fitting panics if a list does not have as many entries as there are labels.
func fitting(function string, labels []uint8, n int, what string) {
	if n != len(labels) {
		panic(fmt.Errorf("train: %s: %d labels and %d %s, want as many: give those of the same pictures", function, len(labels), n, what))
	}
}

// Mistakes returns the places of the pictures that were not recognised. It panics if the
// two lists are not of one length.
func Mistakes(labels, predicted []uint8) []int {
	fitting("Mistakes", labels, len(predicted), "predictions")
	var places []int
	for i, label := range labels {
		if predicted[i] != label {
			places = append(places, i)
		}
	}
	return places
}

// TopK returns the share of pictures whose label is among the k largest logits, k from 1.
// It panics with a line that says why if the lists do not fit together.
func TopK(labels []uint8, logits [][]float32, k int) float64 {
	fitting("TopK", labels, len(logits), "rows of logits")
	if len(labels) == 0 || k < 1 {
		panic(fmt.Errorf("train: TopK: %d pictures and k = %d, want at least 1 of both", len(labels), k))
	}
	hits := 0
	for i, row := range logits {
		if int(labels[i]) >= len(row) {
			panic(fmt.Errorf("train: TopK: picture %d has the label %d and %d logits, want a label below their number", i, labels[i], len(row)))
		}
		larger := 0
		for c, v := range row {
			if v > row[labels[i]] || v == row[labels[i]] && c < int(labels[i]) {
				larger++
			}
		}
		if larger < k {
			hits++
		}
	}
	return float64(hits) / float64(len(labels))
}

func argMax(row []float32) int {
	best := 0
	for i, v := range row {
		if v > row[best] {
			best = i
		}
	}
	return best
}
