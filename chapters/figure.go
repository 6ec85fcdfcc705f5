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
	Picture   func(backend compute.Backend) (*plots.Picture, error)
	// Animation, if there is one, shows the same as a GIF.
	Animation func(backend compute.Backend) (*plots.Animation, error)
}
