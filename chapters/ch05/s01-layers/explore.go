package layers

import (
	"fmt"

	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/plots"
)

// MapsBehind draws the feature maps behind the first n layers of a trained network,
// for one picture: two rows of tiles on one scale.
func MapsBehind(m *train.Model, picture *data.Images, n int) (*plots.Picture, error) {
	all, err := stages(m, picture)
	if err != nil {
		return nil, err
	}
	if n < 0 || n >= len(all) {
		return nil, fmt.Errorf("layers: the network has maps behind 0 to %d of its layers, not behind %d", len(all)-1, n)
	}
	s := all[n]
	perRow := (len(s.Maps) + 1) / 2
	t := plots.Tiles{Unit: "value", Title: fmt.Sprintf("%d: %s, %d×%d×%d", n, s.Name, len(s.Maps[0]), len(s.Maps[0][0]), len(s.Maps))}
	for len(s.Maps) > 0 {
		k := min(perRow, len(s.Maps))
		t.Images, s.Maps = append(t.Images, s.Maps[:k]), s.Maps[k:]
	}
	_, zeros := all[n].largest()
	return t.Picture().Finding("%.0f %% of the numbers are 0.", 100*zeros), nil
}

// Scores draws what a trained network makes of one picture: the probabilities of
// the classes, as softmax makes them of its numbers.
func Scores(m *train.Model, picture *data.Images) (*plots.Picture, error) {
	logits, err := m.Logits(picture)
	if err != nil {
		return nil, err
	}
	bars, best := plots.Bars{Label: "probability in %", Decimals: 1}, 0
	for class, p := range train.Softmax(logits[0]) {
		bars.Bars = append(bars.Bars, plots.Bar{Name: fmt.Sprint(class), Value: 100 * p})
		if p > bars.Bars[best].Value/100 {
			best = class
		}
	}
	picked := plots.Tiles{Images: [][][][]float64{{picture.Plane(0)}}, Scale: plots.Scale{Palette: plots.Grey, Low: 0, High: 1}, Unit: "ink", Side: 90}
	return plots.Beside(picked.Picture(), bars.Picture()).Finding("Class %d with %.1f %%.", best, bars.Bars[best].Value), nil
}
