package pooling

import (
	"testing"

	"cnnbook/chapters/sectiontest"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E13", "E14", "E15", "E16", "E17", "E18")
}
