package hyperparameters

import (
	"testing"

	"cnnbook/chapters/sectiontest"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E28", "E29", "E30")
}
