package depth

import (
	"testing"

	"cnnbook/chapters/sectiontest"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section())
}
