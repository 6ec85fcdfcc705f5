package exercise

import (
	"fmt"
	"math"
	"reflect"
	"strings"

	"cnnbook/chapters"
)

// generalMistake names a mistake that can be made in any exercise, or "". Each of them is
// seen in the results alone, and in all cases.
func generalMistake(ex chapters.Exercise, trials []trial, shown trial) string {
	if looksLikeFloat32(trials) {
		return "Your numbers agree with the expected ones to about 7 digits, as far as float32 goes. Compute in float64 throughout."
	}
	if why := sharedRows(shown); why != "" {
		return why
	}
	if why := exchangedResults(ex, trials); why != "" {
		return why
	}
	if inAll(trials, func(w, g any) bool { return equal(transposed(w), g) }) {
		return "Rows and columns of the result are exchanged."
	}
	if inAll(trials, func(w, g any) bool { return matches(w, g, func(w, g float64) bool { return near(-w, g) }) }) {
		return "Every number has the wrong sign."
	}
	if why := offBy(trials); why != "" {
		return why
	}
	return wrongSize(shown)
}

// inAll reports whether the results of every case stand in a relation to the right ones
// that is not equality, which at least two numbers show.
func inAll(trials []trial, related func(want, got any) bool) bool {
	numbers := 0
	for _, t := range trials {
		if t.panicked != nil || !related(t.want, t.got) {
			return false
		}
		numbers += differences(reflect.ValueOf(t.want), reflect.ValueOf(t.got))
	}
	return numbers >= fewestNumbers
}

// sharedRows sees one slice that was appended to the result again and again.
func sharedRows(t trial) string {
	g := reflect.ValueOf(t.got)
	if depth(reflect.TypeOf(t.got)) < 2 || g.Len() < 2 {
		return ""
	}
	for i := range g.Len() {
		if g.Index(i).Len() == 0 || g.Index(i).Pointer() != g.Index(0).Pointer() {
			return ""
		}
	}
	return "All rows of your result are one and the same slice, so that a change of one changes all: make a new one for each row."
}

// exchangedResults sees two of several results in each other's place.
func exchangedResults(ex chapters.Exercise, trials []trial) string {
	first, several := trials[0].want.([]any)
	if !several {
		return ""
	}
	for i := range first {
		for j := range i {
			if inAll(trials, func(w, g any) bool {
				swapped := append([]any{}, w.([]any)...)
				if reflect.TypeOf(swapped[i]) != reflect.TypeOf(swapped[j]) {
					return false
				}
				swapped[i], swapped[j] = swapped[j], swapped[i]
				return equal(swapped, g)
			}) {
				return fmt.Sprintf("The results %s and %s are exchanged.", ex.Results[j], ex.Results[i])
			}
		}
	}
	return ""
}

// transposed exchanges rows and columns of a matrix; of anything else it returns nil.
func transposed(v any) any {
	m := reflect.ValueOf(v)
	if depth(m.Type()) != 2 || m.Len() == 0 {
		return reflect.Zero(m.Type()).Interface()
	}
	t := reflect.MakeSlice(m.Type(), m.Index(0).Len(), m.Index(0).Len())
	for j := range t.Len() {
		row := reflect.MakeSlice(m.Type().Elem(), m.Len(), m.Len())
		for i := range m.Len() {
			if j >= m.Index(i).Len() {
				return reflect.Zero(m.Type()).Interface()
			}
			row.Index(i).Set(m.Index(i).Index(j))
		}
		t.Index(j).Set(row)
	}
	return t.Interface()
}

// offBy sees a difference or a factor that is the same for every number of every case.
func offBy(trials []trial) string {
	w, g, found := firstNumbers(trials)
	if !found {
		return ""
	}
	off := g - w
	if inAll(trials, func(w, g any) bool { return matches(w, g, func(w, g float64) bool { return near(w+off, g) }) }) {
		if off < 0 {
			return fmt.Sprintf("Every number is %s too small, in every case.", chapters.FormatNumber(-off))
		}
		return fmt.Sprintf("Every number is %s too large, in every case.", chapters.FormatNumber(off))
	}
	if factor := g / w; w != 0 && g != 0 && inAll(trials, func(w, g any) bool { return matches(w, g, func(w, g float64) bool { return near(w*factor, g) }) }) {
		return fmt.Sprintf("Every number is %s times the expected one, in every case.", chapters.FormatNumber(factor))
	}
	return ""
}

// firstNumbers returns the first number that differs from the expected one, which is not 0.
func firstNumbers(trials []trial) (want, got float64, found bool) {
	for _, t := range trials {
		if t.panicked != nil {
			return 0, 0, false
		}
		matches(t.want, t.got, func(w, g float64) bool {
			if !near(w, g) && w != 0 {
				want, got, found = w, g, true
			}
			return !found
		})
		if found {
			return want, got, true
		}
	}
	return 0, 0, false
}

// matches reports whether two results of one shape hold numbers only, each pair related.
func matches(want, got any, related func(w, g float64) bool) bool {
	var all func(w, g reflect.Value) bool
	all = func(w, g reflect.Value) bool {
		switch w.Kind() {
		case reflect.Interface:
			return all(w.Elem(), g.Elem())
		case reflect.Slice:
			if w.Len() != g.Len() {
				return false
			}
			for i := range w.Len() {
				if !all(w.Index(i), g.Index(i)) {
					return false
				}
			}
			return true
		case reflect.Int:
			return related(float64(w.Int()), float64(g.Int()))
		case reflect.Float64:
			return !math.IsInf(g.Float(), 0) && related(w.Float(), g.Float())
		}
		return false
	}
	return all(reflect.ValueOf(want), reflect.ValueOf(got))
}

// wrongSize says how large the result that is shown is, if that is what differs.
func wrongSize(t trial) string {
	want, got := size(t.want), size(t.got)
	if want == "" || want == got {
		return ""
	}
	return fmt.Sprintf("The size is wrong: your result has %s, expected %s.", got, want)
}

// size of a list or a matrix in words, "" for anything else.
func size(v any) string {
	rv := reflect.ValueOf(v)
	switch depth(rv.Type()) {
	case 1:
		return count(rv.Len(), "element")
	case 2:
		if rv.Len() == 0 {
			return "no rows"
		}
		lengths := []string{fmt.Sprint(rv.Index(0).Len())}
		ragged := false
		for i := 1; i < rv.Len(); i++ {
			ragged = ragged || rv.Index(i).Len() != rv.Index(0).Len()
			lengths = append(lengths, fmt.Sprint(rv.Index(i).Len()))
		}
		if ragged {
			return "rows of different lengths (" + strings.Join(lengths, ", ") + ")"
		}
		return count(rv.Len(), "row") + " and " + count(rv.Index(0).Len(), "column")
	}
	return ""
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
