package separable

import (
	"testing"

	"cnnbook/chapters/sectiontest"
)

func TestSection(t *testing.T) {
	sectiontest.Check(t, Section(), "E12")
}

// TestXceptionAndInceptionV3 holds both networks against the counts of others: F.
// Chollet 2016, Table 3, and torchvision without the side classifier (27,161,264
// less 3,326,696).
func TestXceptionAndInceptionV3(t *testing.T) {
	if out, err := Xception().OutShape(PictureShape); err != nil || out.Size() != 1000 {
		t.Errorf("Xception gives %v, %v", out, err)
	}
	if got, want := Xception().Params(PictureShape), 22_855_952; got != want {
		t.Errorf("Xception has %d trainable numbers, want %d", got, want)
	}
	if out, err := InceptionV3().OutShape(PictureShape); err != nil || out.Size() != 1000 {
		t.Errorf("Inception V3 gives %v, %v", out, err)
	}
	if got, want := InceptionV3().Params(PictureShape), 27_161_264-3_326_696; got != want {
		t.Errorf("Inception V3 has %d trainable numbers, want %d", got, want)
	}
	t.Log(Xception().MACs(PictureShape), InceptionV3().MACs(PictureShape))
}
