package chapters

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/gomlx/compute"
)

// Verdict says how a statement of the book stands to what the code computes.
type Verdict string

// The verdicts. A reviewed verdict of Differs with a computed verdict of Differs
// is a passing check: the book is wrong and the companion says so.
const (
	Holds   Verdict = "Holds"   // the code computes the same
	Rounded Verdict = "Rounded" // the same after rounding to the book's digits
	Differs Verdict = "Differs" // the code computes something else
	Unclear Verdict = "Unclear" // the statement leaves open what to compute
	Opinion Verdict = "Opinion" // nothing to compute
	// Misprint is what only a reader of the printed page can tell: a slip of the pen, a
	// list that is missing, two captions that are exchanged. It names its page, and has
	// nothing to compute.
	Misprint Verdict = "Misprint"
)

// Claim is one number, formula or checkable statement of the book.
type Claim struct {
	ID      string  // "5.2a/2": numbers in the order of the book
	Quote   string  // a short phrase of the book
	Book    string  // what it says, in numbers
	Want    any     // the same as a value, for [Check.Found]; nil if Book is a number, or a sentence that the check judges
	Verdict Verdict // of the reviewer
	Erratum string  // "E06" if the statement is in the list of errata
	Page    int     // of the printed book; required for a Misprint
	Note    string  // why, in one or two sentences; required unless the claim holds
	NoteZH  string  // the same in Chinese; required for an erratum
	// Extracted, if given, is what the text extracted from the book says in place
	// of what is printed. The damage is not the book's: the errata list it apart.
	Extracted string

	// Check computes the statement. Opinions and misprints have none.
	Check func(Check) Finding
}

// Check is what the check of a claim is given.
type Check struct {
	Backend compute.Backend
	Book    string // of the claim
	Want    any    // of the claim
}

// Found is the finding of a check that computed a value: it is compared with Want, and if
// that is nil, with Book, as a number ([Number]) or as text.
func (c Check) Found(value any) Finding {
	if c.Want != nil {
		f := Finding{Value: FormatValue(value), Verdict: Differs}
		if FormatValue(c.Want) == f.Value {
			f.Verdict = Holds
		}
		return f
	}
	if v, ok := number(value); ok {
		return Number(c.Book, v)
	}
	return Same(c.Book, FormatValue(value))
}

// Finding is what a check computed.
type Finding struct {
	Value   string  // in the form of Claim.Book
	Verdict Verdict // of the computation, never set by hand
}

// Result is a checked claim: one row of the ledger.
type Result struct {
	ID       string  `json:"id"`
	Section  string  `json:"section"`
	Quote    string  `json:"quote"`
	Book     string  `json:"book"`
	Value    string  `json:"value"`
	Computed Verdict `json:"computed"`
	Verdict  Verdict `json:"verdict"`
	Note     string  `json:"note"`
}

// OK reports whether the computed verdict is the reviewed one.
func (r Result) OK() bool { return r.Computed == r.Verdict }

// CheckClaims computes every claim of the sections on the backend, several at a time. The
// results are in the order of the claims.
func CheckClaims(sections []Section, backend compute.Backend) ([]Result, error) {
	var jobs []func() (Result, error)
	for _, s := range sections {
		for _, c := range s.Claims {
			jobs = append(jobs, func() (Result, error) { return c.result(s.ID, backend) })
		}
	}
	return InParallel(jobs)
}

// result computes one row of the ledger.
func (c Claim) result(section string, backend compute.Backend) (r Result, err error) {
	defer recovered(&err, "claim "+c.ID)
	r = Result{ID: c.ID, Section: section, Quote: c.Quote, Book: c.Book, Verdict: c.Verdict, Note: c.Note, Computed: c.Verdict}
	if c.Check != nil {
		f := c.Check(Check{Backend: backend, Book: c.Book, Want: c.Want})
		r.Value, r.Computed = f.Value, f.Verdict
	}
	return r, nil
}

// HoldsIf is the finding of a statement that is true or not; value says in words what
// was computed.
func HoldsIf(ok bool, value string, args ...any) Finding {
	f := Finding{Value: fmt.Sprintf(value, args...), Verdict: Differs}
	if ok {
		f.Verdict = Holds
	}
	return f
}

// Same is the finding of a statement that either agrees with the computation or
// does not: book and value are in the same notation.
func Same(book, value string) Finding {
	if book == value {
		return Finding{value, Holds}
	}
	return Finding{value, Differs}
}

// Number is the finding for a number of the book: it holds where value is the
// same, is rounded where value has the book's digits after rounding, else differs.
func Number(book string, value float64) Finding {
	want := Must(strconv.ParseFloat(strings.ReplaceAll(book, "−", "-"), 64))
	f := Finding{Value: FormatNumber(value)}
	_, decimals, _ := strings.Cut(book, ".")
	scale := math.Pow10(len(decimals))
	switch {
	case value == want:
		f.Verdict = Holds
	case math.Round(value*scale)/scale == want:
		f.Verdict = Rounded
	default:
		f.Verdict = Differs
	}
	return f
}

// FormatNumber writes a number as the ledger does: the shortest form of at most
// six digits, with a minus sign and not a hyphen.
func FormatNumber(v float64) string {
	if v == 0 {
		v = 0 // no negative zero
	}
	return strings.Replace(strconv.FormatFloat(v, 'g', 6, 64), "-", "−", 1)
}

// FormatMatrix writes a matrix as the ledger does: [1 2; 3 4].
func FormatMatrix(m [][]float64) string {
	rows := make([]string, len(m))
	for i, row := range m {
		cells := make([]string, len(row))
		for j, v := range row {
			cells[j] = FormatNumber(v)
		}
		rows[i] = strings.Join(cells, " ")
	}
	return "[" + strings.Join(rows, "; ") + "]"
}

// FormatValue writes a computed value as the ledger does.
func FormatValue(v any) string {
	if n, ok := number(v); ok {
		return FormatNumber(n)
	}
	switch v := v.(type) {
	case string:
		return v
	case [][]float64:
		return FormatMatrix(v)
	case []int:
		return list(v, func(n int) string { return FormatNumber(float64(n)) })
	case []float64:
		return list(v, FormatNumber)
	case []string:
		return strings.Join(v, ", ")
	}
	return fmt.Sprint(v)
}

// number returns a value as a number, if it is one.
func number(v any) (n float64, ok bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

func list[T any](values []T, format func(T) string) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = format(v)
	}
	return strings.Join(words, ", ")
}
