package checkerboard

import (
	"testing"

	"cnnbook/chapters/sectiontest"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E02", "E35", "E36", "E37", "E38")
}
