package explore

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"

	"cnnbook/plots"
)

// MaxSettings is how many settings the sliders of one figure may have together. All
// are drawn before the cell ends: 150 drawings of a convolution take about a second.
const MaxSettings = 150

// Slider is one number the reader can move.
type Slider struct {
	Name   string // "kernel": the label, and the name for Values.Get
	NameZH string // "卷积核", beside the label; "" leaves it out
	Min    int    // the first value
	Max    int    // the last value; at least Min
	Step   int    // between two values; 0 means 1
	Value  int    // where the slider stands at first
	// Words stand in place of the values, one for each, such as "max" and "mean" for
	// 0 and 1. None shows the numbers.
	Words []string
}

// Values are the numbers that the sliders stand at.
type Values struct {
	sliders []Slider
	at      []int
}

// Get returns the value of the slider with this name. A name that no slider has is a
// mistake in the cell, which ends with one line that lists the names.
func (v Values) Get(name string) int {
	for i, s := range v.sliders {
		if s.Name == name {
			return v.at[i]
		}
	}
	panic(unknown(fmt.Sprintf("explore: there is no slider %q: there are %s", name, names(v.sliders))))
}

// String lists the values: "kernel 3, stride 1".
func (v Values) String() string {
	parts := make([]string, len(v.at))
	for i, s := range v.sliders {
		parts[i] = s.Name + " " + s.word(v.at[i])
	}
	return strings.Join(parts, ", ")
}

// unknown is a name that no slider has: it ends the cell at any setting.
type unknown string

// captioned is a figure with a line below it.
type captioned struct {
	plots.Figure
	caption string
}

func (c captioned) HTML(string) (string, error) { return c.Figure.HTML(c.caption) }

// Captioned returns the figure with a caption below it, made as by fmt.Sprintf, for
// what changes with the sliders: the formula with its numbers.
func Captioned(f plots.Figure, format string, args ...any) plots.Figure {
	return captioned{f, fmt.Sprintf(format, args...)}
}

// exit is replaced by the tests.
var exit = os.Exit

// Show calls draw for every setting of the sliders, displays its figures with the
// sliders above them in the output of the notebook's cell, and returns. Outside a
// notebook it prints the description of the first figure.
//
// If draw returns an error, as for a kernel larger than its input, the reader sees
// the error's line in place of the figure and can move on. At the sliders' first
// values an error ends the cell, as do sliders that make no sense and more than
// [MaxSettings] settings.
func Show(draw func(Values) (plots.Figure, error), sliders ...Slider) {
	if err := show(draw, sliders, gonbui.IsNotebook, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		exit(1)
	}
}

func show(draw func(Values) (plots.Figure, error), sliders []Slider, notebook bool, w io.Writer) error {
	if err := check(sliders); err != nil {
		return err
	}
	if !notebook {
		first := Values{sliders, values(sliders, first(sliders))}
		f, err := render(draw, first)
		if err == nil && f.Error != "" {
			err = errors.New(f.Error)
		}
		if err == nil {
			_, err = fmt.Fprintf(w, "[figure with sliders, at %s] %s\n", first, f.Alt)
		}
		return err
	}
	p, err := newPage(draw, sliders)
	if err != nil {
		return err
	}
	element, err := p.html()
	if err != nil {
		return err
	}
	gonbui.DisplayHTML(element)
	gonbui.Sync() // the kernel drops what is still in the pipe when the cell's program ends
	if err := gonbui.Error(); err != nil {
		return fmt.Errorf("explore: the notebook did not take the figure: %w", err)
	}
	return nil
}

// check returns what is wrong with the sliders.
func check(sliders []Slider) error {
	if len(sliders) == 0 {
		return errors.New("explore: there is no slider: give at least one, or use plots.Show")
	}
	settings := 1
	seen := map[string]bool{}
	for i, s := range sliders {
		switch {
		case s.Name == "" || seen[s.Name]:
			return fmt.Errorf("explore: slider %d is called %q: every slider needs a name of its own", i+1, s.Name)
		case s.Step < 0 || s.Max < s.Min:
			return fmt.Errorf("explore: slider %q goes from %d to %d in steps of %d: Max must be at least Min, and Step above 0", s.Name, s.Min, s.Max, s.step())
		case s.Value < s.Min || s.Value > s.Max || (s.Value-s.Min)%s.step() != 0:
			return fmt.Errorf("explore: slider %q cannot stand at %d: it goes from %d to %d in steps of %d", s.Name, s.Value, s.Min, s.Max, s.step())
		case len(s.Words) > 0 && len(s.Words) != s.count():
			return fmt.Errorf("explore: slider %q has %d words for %d values: give one for each", s.Name, len(s.Words), s.count())
		}
		seen[s.Name] = true
		if settings *= s.count(); settings > MaxSettings { // inside the loop: no overflow
			return fmt.Errorf("explore: %s have %d settings or more together, at most %d can be drawn: take fewer values or a larger Step", names(sliders), settings, MaxSettings)
		}
	}
	return nil
}

func (s Slider) step() int { return max(s.Step, 1) }

// count is the number of values.
func (s Slider) count() int { return (s.Max-s.Min)/s.step() + 1 }

// word is the value as the reader sees it.
func (s Slider) word(value int) string {
	if len(s.Words) > 0 {
		return s.Words[(value-s.Min)/s.step()]
	}
	return fmt.Sprint(value)
}

func names(sliders []Slider) string {
	list := make([]string, len(sliders))
	for i, s := range sliders {
		list[i] = s.Name
	}
	return strings.Join(list, ", ")
}

// first returns the positions of the sliders at the start, each counted from 0.
func first(sliders []Slider) []int {
	at := make([]int, len(sliders))
	for i, s := range sliders {
		at[i] = (s.Value - s.Min) / s.step()
	}
	return at
}

// values turns positions into values.
func values(sliders []Slider, positions []int) []int {
	v := make([]int, len(sliders))
	for i, s := range sliders {
		v[i] = s.Min + positions[i]*s.step()
	}
	return v
}
