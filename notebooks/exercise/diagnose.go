package exercise

import (
	"math"
	"os"
	"reflect"
	"regexp"
	"strings"

	"cnnbook/chapters"
)

// fewestNumbers is how many numbers must differ before a mistake is named: one wrong
// number agrees with too many of them.
const fewestNumbers = 2

// trial is a case with what was expected and what the answer made of it.
type trial struct {
	args      []any
	want, got any
	panicked  any
}

func (t trial) passed() bool { return t.panicked == nil && equal(t.want, t.got) }

// diagnose runs the answer on all cases and says why it is wrong, or "" if that is not
// certain; first is the number of the case that the reader is shown. It also reports
// whether nothing is written yet.
func diagnose(ex chapters.Exercise, answer any, cases [][]any, first int) (why string, untouched bool) {
	trials := make([]trial, len(cases))
	for i, args := range cases {
		trials[i] = trial{args: args, want: call(ex.Solution, args)}
		trials[i].got, trials[i].panicked = tryCall(answer, args)
	}
	shown := trials[first]
	stub := sameAs(ex.Stub, answer, cases)
	untouched = stub || sameAs(zeros(ex), answer, cases)
	known := knownMistake(ex, trials)
	switch {
	case stub || untouched && known == "":
		return "This is what the empty function returns: write your code in it.", untouched
	case hasNaN(shown.got):
		return "There is a NaN (not a number) in it: was something divided by zero?", untouched
	case known != "":
		return known, untouched
	}
	return generalMistake(ex, trials, shown), untouched
}

// knownMistake names the mistake of this exercise that explains the answer in every case,
// those that are right by chance included.
func knownMistake(ex chapters.Exercise, trials []trial) string {
	numbers := 0
	for _, t := range trials {
		if t.panicked != nil {
			return ""
		}
		numbers += differences(reflect.ValueOf(t.want), reflect.ValueOf(t.got))
	}
	if numbers < fewestNumbers {
		return ""
	}
	for _, w := range ex.Wrong {
		if !agrees(w.Answer, trials) {
			continue
		}
		for _, t := range trials {
			if t.passed() {
				continue
			}
			if why := explain(ex, t.args, t.want, t.got); strings.Contains(why, w.Says) {
				return why
			}
		}
		if strings.HasSuffix(w.Says, ".") { // a sentence of its own
			return w.Says
		}
	}
	return sameExplanation(ex, trials)
}

// agrees reports whether a function returns in every case what the answer did.
func agrees(wrong any, trials []trial) bool {
	for _, t := range trials {
		if got, panicked := tryCall(wrong, t.args); panicked != nil || !equal(got, t.got) {
			return false
		}
	}
	return true
}

// number is what may differ in an explanation from case to case.
var number = regexp.MustCompile(`[0-9]+`)

// sameExplanation is for mistakes that only the exercise's Explain knows: what it says of
// the first case that fails, if it says the same of all cases.
func sameExplanation(ex chapters.Exercise, trials []trial) (why string) {
	told := ""
	for i, t := range trials {
		says := explain(ex, t.args, t.want, t.got)
		pattern := number.ReplaceAllString(says, "#")
		if says == "" || i > 0 && pattern != told {
			return ""
		}
		told = pattern
		if why == "" && !t.passed() {
			why = says
		}
	}
	return why
}

// differences counts the numbers of two results that differ; one that only the longer of
// two lists has differs.
func differences(w, g reflect.Value) (n int) {
	switch w.Kind() {
	case reflect.Interface:
		return differences(w.Elem(), g.Elem())
	case reflect.Slice:
		for i := range max(w.Len(), g.Len()) {
			switch {
			case i >= w.Len():
				n += leaves(g.Index(i))
			case i >= g.Len():
				n += leaves(w.Index(i))
			default:
				n += differences(w.Index(i), g.Index(i))
			}
		}
		return n
	}
	if !same(w, g) {
		n = 1
	}
	return n
}

// leaves counts the numbers in a value.
func leaves(v reflect.Value) (n int) {
	switch v.Kind() {
	case reflect.Interface:
		return leaves(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			n += leaves(v.Index(i))
		}
		return n
	}
	return 1
}

// quietly runs f while what the answer prints is dropped: the reader has seen it once.
func quietly(f func()) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil { // then it is printed again, which does no harm
		f()
		return
	}
	defer null.Close()
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = null, null
	defer func() { os.Stdout, os.Stderr = stdout, stderr }()
	f()
}

// float32Share is how far a result may be from the right one, as a share of it, to be taken
// for one that was computed in float32: 2⁻²⁴ for each of some 50 roundings.
const float32Share = 3e-6

// looksLikeFloat32 reports whether all cases agree as far as float32 goes.
func looksLikeFloat32(trials []trial) bool {
	for _, t := range trials {
		if t.panicked != nil || !within32(reflect.ValueOf(t.want), reflect.ValueOf(t.got)) {
			return false
		}
	}
	return true
}

func within32(w, g reflect.Value) bool {
	switch w.Kind() {
	case reflect.Interface:
		return within32(w.Elem(), g.Elem())
	case reflect.Slice:
		if w.Len() != g.Len() {
			return false
		}
		for i := range w.Len() {
			if !within32(w.Index(i), g.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Float64:
		return math.Abs(w.Float()-g.Float()) <= float32Share*max(1, math.Abs(w.Float()))
	}
	return same(w, g)
}
