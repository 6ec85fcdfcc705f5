package data_test

import (
	"image"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cnnbook/cnnlib/data"
)

// The sets as they were published: sizes, the first labels, how often each digit
// occurs, and the mean ink that is quoted everywhere for the training set (0.1307).
func TestMNISTIsTheRealOne(t *testing.T) {
	t.Setenv(data.MNISTEnv, "")
	for _, c := range []struct {
		name   string
		read   func() (*data.Images, error)
		n      int
		first  []uint8
		counts [10]int
	}{
		{"test", data.MNISTTest, 10000, []uint8{7, 2, 1, 0, 4, 1, 4, 9, 5, 9}, [10]int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}},
		{"train", data.MNISTTrain, 60000, []uint8{5, 0, 4, 1, 9, 2, 1, 3, 1, 4}, [10]int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}},
	} {
		m, err := c.read()
		if err != nil {
			t.Fatal(err)
		}
		if m.N != c.n || m.H != 28 || m.W != 28 || m.C != 1 || len(m.Pixels) != c.n*28*28 || len(m.Labels) != c.n {
			t.Fatalf("%s: %d pictures of %d×%d×%d, %d pixels, %d labels", c.name, m.N, m.H, m.W, m.C, len(m.Pixels), len(m.Labels))
		}
		if !reflect.DeepEqual(m.Labels[:10], c.first) {
			t.Errorf("%s: first labels %v, want %v", c.name, m.Labels[:10], c.first)
		}
		var counts [10]int
		for _, l := range m.Labels {
			counts[l]++
		}
		if counts != c.counts {
			t.Errorf("%s: digits occur %v times, want %v", c.name, counts, c.counts)
		}
		if c.name == "train" {
			sum := 0
			for _, p := range m.Pixels {
				sum += int(p)
			}
			if mean := float64(sum) / 255 / float64(len(m.Pixels)); math.Abs(mean-0.1307) > 0.00005 {
				t.Errorf("mean of the training set %v, want 0.1307", mean)
			}
		}
	}
}

func TestPlaneAndImageShowTheSamePixels(t *testing.T) {
	m := &data.Images{N: 2, H: 2, W: 3, C: 1, Pixels: []uint8{0, 0, 0, 0, 0, 0, 255, 51, 0, 10, 20, 30}, Labels: []uint8{0, 1}}
	want := [][]float64{{1, 0.2, 0}, {10. / 255, 20. / 255, 30. / 255}} // 51/255 = 0.2
	if got := m.Plane(1); !reflect.DeepEqual(got, want) {
		t.Errorf("Plane(1) = %v, want %v", got, want)
	}
	grey, ok := m.Image(1).(*image.Gray)
	if !ok || grey.Bounds() != image.Rect(0, 0, 3, 2) || !reflect.DeepEqual(grey.Pix, m.Pixels[6:]) {
		t.Errorf("Image(1) = %v", m.Image(1))
	}
	rgb := &data.Images{N: 1, H: 1, W: 2, C: 3, Pixels: []uint8{1, 2, 3, 4, 5, 6}}
	if r, g, b, a := rgb.Image(0).At(1, 0).RGBA(); r>>8 != 4 || g>>8 != 5 || b>>8 != 6 || a>>8 != 255 {
		t.Errorf("colour of the second pixel: %d %d %d %d", r>>8, g>>8, b>>8, a>>8)
	}
	if got := rgb.Plane(0); !reflect.DeepEqual(got, [][]float64{{1. / 255, 4. / 255}}) {
		t.Errorf("first channel %v", got)
	}
}

func TestMNISTFolderOfTheReader(t *testing.T) {
	t.Setenv(data.MNISTEnv, "")
	original, err := data.MNISTDir()
	if err != nil {
		t.Fatal(err)
	}
	mine := t.TempDir()
	t.Setenv(data.MNISTEnv, mine)

	_, err = data.MNISTTest()
	if err == nil || !strings.Contains(err.Error(), mine) || !strings.Contains(err.Error(), data.MNISTEnv) {
		t.Errorf("empty folder: %v, want an error that names %s and %s", err, mine, data.MNISTEnv)
	}

	for _, name := range []string{"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"} {
		content, err := os.ReadFile(filepath.Join(original, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(mine, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if m, err := data.MNISTTest(); err != nil || m.N != 10000 {
		t.Errorf("copied files: %v", err)
	}

	labels := filepath.Join(mine, "t10k-labels-idx1-ubyte.gz")
	// One label changed, and not packed: a whole IDX file, but another one.
	other := append([]byte{0, 0, 8, 1, 0, 0, 0x27, 0x10}, make([]byte, 10000)...) // 0x2710 = 10000
	if err := os.WriteFile(labels, other, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := data.MNISTTest(); err == nil || !strings.Contains(err.Error(), labels) || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("another file: %v, want an error that names %s and its SHA-256", err, labels)
	}
	if err := os.Truncate(labels, 100); err != nil {
		t.Fatal(err)
	}
	if _, err := data.MNISTTest(); err == nil || !strings.Contains(err.Error(), labels) {
		t.Errorf("a file cut off: %v, want an error that names %s", err, labels)
	}
}

func TestScene(t *testing.T) {
	s, err := data.Scene(120, 160)
	if err != nil || len(s) != 120 || len(s[0]) != 160 {
		t.Fatalf("%d rows, %v", len(s), err)
	}
	levels := map[float64]bool{}
	for _, row := range s {
		for _, v := range row {
			if v < 0 || v > 1 {
				t.Fatalf("grey value %v", v)
			}
			levels[v] = true
		}
	}
	// Flat areas alone have about a dozen values; the sky's gradient and the smooth
	// edges of the disc and the hills must add many more.
	if len(levels) < 60 {
		t.Errorf("%d different grey values: no gradient or no smooth edges", len(levels))
	}
	// Known places, in parts of the height: the sun's centre, the door, the wall.
	at := func(x, y float64) float64 { return s[int(y*120)][int(x*120)] }
	if sun, door, wall := at(1.08, 0.20), at(0.52, 0.78), at(0.34, 0.80); sun != 1 || math.Abs(door-0.20) > 0.5/255 || math.Abs(wall-0.85) > 0.5/255 {
		t.Errorf("sun %v, door %v, wall %v, want 1, 0.20, 0.85", sun, door, wall)
	}
	if again, err := data.Scene(120, 160); err != nil || !reflect.DeepEqual(again, s) {
		t.Errorf("the second scene differs from the first: %v", err)
	}
	for _, size := range [][2]int{{0, 5}, {5, 0}, {-1, 5}} {
		if _, err := data.Scene(size[0], size[1]); err == nil || !strings.HasPrefix(err.Error(), "data: ") {
			t.Errorf("Scene(%d, %d): %v", size[0], size[1], err)
		}
	}
}

func BenchmarkMNISTTest(b *testing.B) {
	for b.Loop() {
		if _, err := data.MNISTTest(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScene(b *testing.B) {
	for b.Loop() {
		if _, err := data.Scene(240, 320); err != nil {
			b.Fatal(err)
		}
	}
}
