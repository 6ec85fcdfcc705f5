package layers

import (
	"fmt"

	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/plots"
)

// Digit returns the picture of MNIST's test set at that place, moved shift pixels to the
// right, or to the left if shift is negative. What is moved out of it is lost.
func Digit(place, shift int) (*data.Images, error) {
	test, err := data.MNISTTest()
	if err != nil {
		return nil, err
	}
	one, err := test.Take([]int32{int32(place)})
	if err != nil {
		return nil, err
	}
	shift = min(max(shift, -one.W), one.W) // then all is lost
	moved := make([]uint8, len(one.Pixels))
	for i := range one.H {
		row := one.Pixels[i*one.W : (i+1)*one.W]
		copy(moved[i*one.W+max(0, shift):(i+1)*one.W], row[max(0, -shift):])
	}
	one.Pixels = moved
	return one, nil
}

// MapsBehind draws the feature maps behind the first n layers of a trained network, for one
// picture: two rows of tiles on one scale. It is an error if the network has fewer layers
// that give maps.
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
	_, zeros := all[n].extent()
	return t.Picture().Finding("%.0f %% of the numbers are 0.", 100*zeros), nil
}

// Scores draws what a trained network makes of one picture: the probabilities of the
// classes, the softmax of its ten numbers.
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
