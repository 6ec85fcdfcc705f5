package explore

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"cnnbook/plots"
)

var two = []Slider{
	{Name: "kernel", NameZH: "卷积核", Min: 1, Max: 3, Value: 2},
	{Name: "angle", Min: 0, Max: 90, Step: 30, Value: 30},
}

// number draws one number.
func number(n int) *plots.Picture {
	return plots.Matrix{Values: [][]float64{{float64(n)}}, Alt: fmt.Sprintf("The number is %d.", n)}.Picture()
}

// unpack reads the script's data back out of an output.
func unpack(t *testing.T, element string) page {
	t.Helper()
	found := regexp.MustCompile(`atob\("([^"]*)"\)`).FindStringSubmatch(element)
	if found == nil {
		t.Fatal("the output has no data")
	}
	packed, err := base64.StdEncoding.DecodeString(found[1])
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	var p page
	if err := json.NewDecoder(z).Decode(&p); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestEverySetting: the page holds for each setting the figure that the function
// draws for its values, the last slider moving fastest, and equal drawings once.
func TestEverySetting(t *testing.T) {
	p, err := newPage(func(v Values) (plots.Figure, error) {
		k := v.Get("kernel")
		if k == 3 {
			return nil, errors.New("the kernel is larger than the input\nsecond line")
		}
		return Captioned(number(k*1000+v.Get("angle")/60), "%s", v), nil
	}, two)
	if err != nil {
		t.Fatal(err)
	}
	element, err := p.html()
	if err != nil {
		t.Fatal(err)
	}
	got := unpack(t, element)
	if len(got.At) != 12 {
		t.Fatalf("%d settings, want 3·4", len(got.At))
	}
	n := 0
	for _, k := range []int{1, 2, 3} {
		for _, a := range []int{0, 30, 60, 90} {
			f := got.Frames[got.At[n]]
			n++
			if k == 3 {
				if f.Error != "the kernel is larger than the input" || f.SVG != "" {
					t.Errorf("kernel 3 shows %+v", f)
				}
				continue
			}
			if want := fmt.Sprintf("The number is %d.", k*1000+a/60); f.Alt != want || !strings.HasPrefix(f.SVG, "<svg") || f.Width == 0 {
				t.Errorf("kernel %d, angle %d shows %+v", k, a, f)
			}
			if want := fmt.Sprintf("kernel %d, angle %d", k, a); f.Caption != want {
				t.Errorf("the caption is %q, want %q", f.Caption, want)
			}
		}
	}
	if len(got.Frames) != 9 { // 8 that differ in caption, and one error
		t.Errorf("%d frames, want 9", len(got.Frames))
	}
	if c := got.Sliders[1]; c.First != 1 || strings.Join(c.Words, " ") != "0 30 60 90" || got.Sliders[0].ZH != "卷积核" {
		t.Errorf("the sliders are %+v", got.Sliders)
	}
}

func TestEqualDrawingsOnce(t *testing.T) {
	p, err := newPage(func(Values) (plots.Figure, error) { return number(7), nil }, two)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Frames) != 1 || len(p.At) != 12 {
		t.Errorf("%d frames for %d settings, want 1 for 12", len(p.Frames), len(p.At))
	}
}

// TestStatic: without the script the figure of the first values is seen, and others
// with the values they belong to; every image has alternative text.
func TestStatic(t *testing.T) {
	draw := func(v Values) (plots.Figure, error) { return number(v.Get("kernel")*1000 + v.Get("angle")), nil }
	p, err := newPage(draw, two)
	if err != nil {
		t.Fatal(err)
	}
	static := p.static()
	before, after, found := strings.Cut(static, "<details")
	if !found || strings.Count(before, "<img") != 1 || !strings.Contains(before, `alt="The number is 2030."`) {
		t.Errorf("before the other settings stands %.200s", before)
	}
	// Each slider alone: 2 other kernels, 3 other angles.
	for _, want := range []string{"kernel 1, angle 30", "kernel 3, angle 30", "kernel 2, angle 0", "kernel 2, angle 60", "kernel 2, angle 90"} {
		if strings.Count(after, want) != 1 {
			t.Errorf("the other settings lack %q", want)
		}
	}
	if n := strings.Count(static, "<img"); n != 6 || strings.Count(static, `alt="The number is `) != n {
		t.Errorf("%d images", n)
	}
	if strings.Contains(static, "<input") {
		t.Error("there are controls that nothing would move")
	}
	again, err := newPage(draw, two)
	if err != nil {
		t.Fatal(err)
	}
	one, _ := p.html()
	if two, _ := again.html(); one != two {
		t.Error("the same figures give other bytes")
	}
	if strings.Contains(one, "http") {
		t.Error("the output refers to the network")
	}
}

func TestFewOthers(t *testing.T) {
	p, err := newPage(func(v Values) (plots.Figure, error) { return number(v.Get("n")), nil }, []Slider{{Name: "n", Max: 100, Value: 50}})
	if err != nil {
		t.Fatal(err)
	}
	static := p.static()
	if n := strings.Count(static, "<img"); n != 1+maxStatic {
		t.Errorf("%d static images, want %d", n, 1+maxStatic)
	}
	if !strings.Contains(static, "n 46<") || !strings.Contains(static, "n 54<") || strings.Contains(static, "n 55<") {
		t.Error("the static images are not the nearest")
	}
}

func TestWords(t *testing.T) {
	s := []Slider{{Name: "pooling", Max: 1, Words: []string{"max", "mean"}}}
	p, err := newPage(func(v Values) (plots.Figure, error) { return number(v.Get("pooling")), nil }, s)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(p.Sliders[0].Words, " "); got != "max mean" {
		t.Errorf("the words are %q", got)
	}
	if got := (Values{s, []int{1}}).String(); got != "pooling mean" {
		t.Errorf("String = %q", got)
	}
}

func TestMistakesEndTheCell(t *testing.T) {
	fine := func(v Values) (plots.Figure, error) { return number(v.Get("kernel")), nil }
	kernel := Slider{Name: "kernel", Min: 1, Max: 3, Value: 1}
	for _, c := range []struct {
		says    string
		draw    func(Values) (plots.Figure, error)
		sliders []Slider
	}{
		{"no slider: give", fine, nil},
		{"name of its own", fine, []Slider{{Max: 1}}},
		{"name of its own", fine, []Slider{kernel, kernel}},
		{"from 3 to 1", fine, []Slider{{Name: "kernel", Min: 3, Max: 1, Value: 3}}},
		{"cannot stand at 0", fine, []Slider{{Name: "kernel", Min: 1, Max: 3}}},
		{"cannot stand at 45", fine, []Slider{{Name: "kernel", Max: 90, Step: 30, Value: 45}}},
		{"1 words for 3 values", fine, []Slider{{Name: "kernel", Min: 1, Max: 3, Value: 1, Words: []string{"a"}}}},
		{"at most 150", fine, []Slider{kernel, {Name: "n", Max: 50}}},
		{"at most 150", fine, []Slider{{Name: "kernel", Max: 1 << 40}, {Name: "n", Max: 1 << 40}}},
		{`no slider "kernle": there are kernel`, func(v Values) (plots.Figure, error) { return number(v.Get("kernle")), nil }, []Slider{kernel}},
		{"too large", func(v Values) (plots.Figure, error) { return nil, errors.New("too large") }, []Slider{kernel}},
		{"plots: ", func(v Values) (plots.Figure, error) { return plots.Matrix{}.Picture(), nil }, []Slider{kernel}},
		{"no figure and no error", func(v Values) (plots.Figure, error) { return nil, nil }, []Slider{kernel}},
		{"stopped with: oh", func(v Values) (plots.Figure, error) { panic("oh") }, []Slider{kernel}},
	} {
		for _, notebook := range []bool{true, false} {
			err := show(c.draw, c.sliders, notebook, new(strings.Builder))
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("show = %v, want one line with %q", err, c.says)
			}
		}
	}
}

// TestAFailingFunctionIsALine: also a function that panics leaves the sliders usable.
func TestAFailingFunctionIsALine(t *testing.T) {
	p, err := newPage(func(v Values) (plots.Figure, error) {
		k := v.Get("kernel")
		return number([]int{0, 1, 2}[k]), nil
	}, []Slider{{Name: "kernel", Min: 1, Max: 3, Value: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if f := p.frame([]int{2}); !strings.Contains(f.Error, "index out of range") {
		t.Errorf("kernel 3 shows %+v", f)
	}
}

func TestTooLarge(t *testing.T) {
	p := &page{Sliders: []control{{Words: []string{"1"}}}, Frames: []frame{{static: strings.Repeat("x", maxBytes)}}, At: []int{0}, sliders: []Slider{{Name: "n"}}}
	if _, err := p.html(); err == nil || !strings.Contains(err.Error(), "3.0 MB, at most 3 MB") {
		t.Errorf("html of a large page: %v", err)
	}
}

func TestShowEndsTheCell(t *testing.T) {
	status := -1
	exit = func(code int) { status = code }
	t.Cleanup(func() { exit = os.Exit })
	Show(nil)
	if status != 1 {
		t.Errorf("Show without sliders ended with %d, want 1", status)
	}
}

func ExampleShow() {
	Show(func(v Values) (plots.Figure, error) {
		n := v.Get("side")
		m := make([][]float64, n)
		for i := range m {
			m[i] = make([]float64, n)
		}
		return plots.Matrix{Values: m, Alt: fmt.Sprintf("%d zeros.", n*n)}.Picture(), nil
	}, Slider{Name: "side", NameZH: "边长", Min: 1, Max: 5, Value: 2})
	// Output: [figure with sliders, at side 2] 4 zeros.
}

func ExampleCaptioned() {
	f := Captioned(plots.Matrix{Values: [][]float64{{1}}}.Picture(), "%d + %d = %d", 1, 2, 3)
	element, _ := f.HTML("")
	fmt.Println(element[len(element)-len("<figcaption>1 + 2 = 3</figcaption></figure>"):])
	// Output: <figcaption>1 + 2 = 3</figcaption></figure>
}
