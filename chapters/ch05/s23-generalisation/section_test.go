package generalisation

import (
	"testing"

	"cnnbook/chapters/sectiontest"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E40", "E41", "E43", "E44", "E45", "E47") // E42 and E46 once their rows are measured
}
