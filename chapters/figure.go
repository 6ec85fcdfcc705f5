package chapters

import (
	"github.com/gomlx/compute"

	"cnnbook/plots"
)

// Figure is a figure of a section. Its picture carries the numbers it shows
// (Picture.Data), computed on the backend by the code that the notebook runs, and
// an alternative text that states the finding.
type Figure struct {
	ID        string // "05_02a_digits"
	Caption   string
	CaptionZH string
	Picture   func(backend compute.Backend) *plots.Picture
	// Animation, if there is one, shows the same as a GIF.
	Animation func(backend compute.Backend) *plots.Animation
}

// Draw computes and draws the figure. What goes wrong is the picture's error.
func (f Figure) Draw(backend compute.Backend) *plots.Picture {
	p, err := drawn(f.ID, f.Picture, backend)
	if err != nil {
		return plots.Failed(err)
	}
	return p
}

// drawn calls what draws, which may end with [Must].
func drawn[T any](id string, draw func(compute.Backend) T, backend compute.Backend) (picture T, err error) {
	defer recovered(&err, "figure "+id)
	return draw(backend), nil
}

// Animate computes and draws the animation of a figure that has one.
func (f Figure) Animate(backend compute.Backend) (*plots.Animation, error) {
	return drawn(f.ID, f.Animation, backend)
}
