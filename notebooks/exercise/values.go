package exercise

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"cnnbook/chapters"
)

// types are those of the arguments and results of an exercise with cases.
var types = []reflect.Type{
	reflect.TypeFor[int](), reflect.TypeFor[float64](), reflect.TypeFor[bool](), reflect.TypeFor[string](),
	reflect.TypeFor[[]int](), reflect.TypeFor[[]float64](), reflect.TypeFor[[][]int](), reflect.TypeFor[[][]float64](),
	reflect.TypeFor[[][][]float64](),
}

// clone copies a value with the slices in it.
func clone(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Slice || v.IsNil() {
		return v
	}
	c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	for i := range v.Len() {
		c.Index(i).Set(clone(v.Index(i)))
	}
	return c
}

// tolerance absorbs the order of summation, which changes the last digits of right
// answers only: 1e-9 of the number, or of 1 where the number is smaller.
const tolerance = 1e-9

// near is false for NaN.
func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= tolerance*max(1, min(math.Abs(a), math.Abs(b)))
}

// equal compares two results of one type. An empty slice is a nil slice.
func equal(want, got any) bool { return same(reflect.ValueOf(want), reflect.ValueOf(got)) }

func same(w, g reflect.Value) bool {
	switch w.Kind() {
	case reflect.Slice:
		if w.Len() != g.Len() {
			return false
		}
		for i := range w.Len() {
			if !same(w.Index(i), g.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Interface: // one of several results
		return same(w.Elem(), g.Elem())
	case reflect.Float64:
		return near(w.Float(), g.Float())
	}
	return w.Interface() == g.Interface()
}

func hasNaN(v any) bool { return anyNaN(reflect.ValueOf(v)) }

func anyNaN(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			if anyNaN(v.Index(i)) {
				return true
			}
		}
	case reflect.Interface:
		return anyNaN(v.Elem())
	case reflect.Float64:
		return math.IsNaN(v.Float())
	}
	return false
}

// formatResult writes what a function returned: " 5" in the line, or a matrix below it.
func formatResult(names []string, v, other any) string {
	if all, ok := v.([]any); ok {
		others, _ := other.([]any)
		return formatAll(names, all, others)
	}
	return beside(v) + display(v, other)
}

// beside is what stands between a name and its value: a matrix begins on a line of its own.
func beside(v any) string {
	if depth(reflect.TypeOf(v)) > 1 {
		return "\n"
	}
	return " "
}

// formatAll writes named values: numbers in one line, matrices below their names.
// Cells that differ from those of others, where given, are marked.
func formatAll(names []string, values, others []any) string {
	var b strings.Builder
	before := " " // of a number: a comma between two, a new line behind a matrix
	for i, v := range values {
		var other any
		if i < len(others) {
			other = others[i]
		}
		name := fmt.Sprintf("(%d)", i+1)
		if i < len(names) {
			name = names[i]
		}
		if space := beside(v); space == "\n" {
			fmt.Fprintf(&b, "\n%s:\n%s", name, display(v, other))
			before = "\n"
		} else {
			fmt.Fprintf(&b, "%s%s = %s", before, name, display(v, other))
			before = ", "
		}
	}
	return b.String()
}

// display writes a value; a matrix becomes lines of aligned numbers, and where
// another value is given the cells that differ from it stand in [brackets].
func display(v, other any) string {
	rv, ro := reflect.ValueOf(v), reflect.ValueOf(other)
	switch depth(rv.Type()) {
	case 0:
		return scalarBeside(rv, ro)
	case 1:
		switch rv.Len() {
		case 0:
			return "(an empty slice)"
		case 1: // not to be taken for a number
			return "{" + strings.TrimLeft(row(rv, ro, 0), " ") + "}"
		}
		return strings.TrimLeft(row(rv, ro, 0), " ")
	case 2:
		return matrix(rv, ro)
	}
	if rv.Len() == 0 {
		return "  (no planes)"
	}
	planes := make([]string, rv.Len())
	for i := range planes {
		planes[i] = fmt.Sprintf("  plane %d:\n%s", i, matrix(rv.Index(i), index(ro, i)))
	}
	return strings.Join(planes, "\n")
}

func depth(t reflect.Type) int {
	if t.Kind() != reflect.Slice {
		return 0
	}
	return 1 + depth(t.Elem())
}

// index returns v[i]: nothing where v is nothing, and an invalid element where v is
// too short.
func index(v reflect.Value, i int) reflect.Value {
	if !v.IsValid() {
		return v
	}
	if i >= v.Len() {
		return reflect.Zero(v.Type().Elem()) // an empty slice: every cell differs from it
	}
	return v.Index(i)
}

func matrix(m, other reflect.Value) string {
	if m.Len() == 0 {
		return "  (an empty matrix)"
	}
	width := 7 // of a column, where no cell needs more
	for i := range m.Len() {
		for j := range m.Index(i).Len() {
			plain, marked := scalar(m.Index(i).Index(j)), cell(m.Index(i), index(other, i), j)
			width = max(width, len([]rune(plain))+3, len([]rune(marked))+1) // brackets and a space
		}
	}
	lines := make([]string, m.Len())
	for i := range lines {
		lines[i] = row(m.Index(i), index(other, i), width)
	}
	return strings.Join(lines, "\n")
}

func row(r, other reflect.Value, width int) string {
	if r.Len() == 0 {
		return "  (an empty row)"
	}
	var b strings.Builder
	for j := range r.Len() {
		text := cell(r, other, j)
		fmt.Fprintf(&b, "%*s", max(width, len([]rune(text))+1), text)
	}
	return b.String()
}

// cell writes the value at j, in [brackets] if it differs from that of another row, which
// may be none.
func cell(r, other reflect.Value, j int) string {
	switch {
	case !other.IsValid() || j < other.Len() && same(other.Index(j), r.Index(j)):
		return scalar(r.Index(j))
	case j >= other.Len():
		return "[" + scalar(r.Index(j)) + "]"
	}
	return "[" + scalarBeside(r.Index(j), other.Index(j)) + "]"
}

// scalarBeside writes a value with all its digits if it would look like another one from
// which it differs.
func scalarBeside(v, other reflect.Value) string {
	text := scalar(v)
	if other.IsValid() && v.Kind() == reflect.Float64 && !same(other, v) && scalar(other) == text {
		return strings.Replace(strconv.FormatFloat(v.Float(), 'g', -1, 64), "-", "−", 1)
	}
	return text
}

func scalar(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Float64:
		return chapters.FormatNumber(v.Float())
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	}
	return strings.Replace(fmt.Sprint(v), "-", "−", 1) // of a negative number, as FormatNumber writes it
}
