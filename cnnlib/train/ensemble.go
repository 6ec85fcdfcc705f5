package train

import "fmt"

// Vote returns for every picture the class that most of the networks predict, the
// smallest of equals: the ensemble of section 5.23 (8). predictions[k][i] is what
// network k says of picture i.
func Vote(predictions ...[]uint8) ([]uint8, error) {
	if err := sameLength(predictions); err != nil {
		return nil, err
	}
	winners := make([]uint8, len(predictions[0]))
	for i := range winners {
		var votes [256]int
		for _, p := range predictions {
			votes[p[i]]++
		}
		for class, n := range votes {
			if n > votes[winners[i]] {
				winners[i] = uint8(class)
			}
		}
	}
	return winners, nil
}

// MeanProbabilities returns for every picture the mean of the networks'
// probabilities, [N][classes]. logits[k][i] are the logits of network k for picture i.
func MeanProbabilities(logits ...[][]float32) ([][]float64, error) {
	if err := sameLength(logits); err != nil {
		return nil, err
	}
	mean := make([][]float64, len(logits[0]))
	for i := range mean {
		mean[i] = make([]float64, len(logits[0][i]))
		for k := range logits {
			if len(logits[k][i]) != len(mean[i]) {
				return nil, fmt.Errorf("train: network %d gives %d classes for picture %d, network 0 gives %d: average networks for the same classes", k, len(logits[k][i]), i, len(mean[i]))
			}
			for class, p := range Softmax(logits[k][i]) {
				mean[i][class] += p / float64(len(logits))
			}
		}
	}
	return mean, nil
}

// sameLength refuses no networks, or networks that saw different pictures.
func sameLength[T any](networks [][]T) error {
	if len(networks) == 0 {
		return fmt.Errorf("train: there are no networks to combine: give at least one")
	}
	for k, n := range networks {
		if len(n) != len(networks[0]) {
			return fmt.Errorf("train: network %d has results for %d pictures, network 0 for %d: use the same pictures", k, len(n), len(networks[0]))
		}
	}
	return nil
}
