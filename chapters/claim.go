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
)

// Claim is one number, formula or checkable statement of the book.
type Claim struct {
	ID      string  // "5.2a/b"
	Quote   string  // a short phrase of the book
	Book    string  // what it says, in numbers
	Verdict Verdict // of the reviewer
	Erratum string  // "E06" where the statement is in the list of errata
	Note    string  // why, in one or two sentences; required unless the claim holds
	NoteZH  string  // the same in Chinese; required for an erratum
	// Extracted, where given, is what the text extracted from the book says in place
	// of what is printed. The damage is not the book's: the errata list it apart.
	Extracted string

	// Check computes the statement on the backend and compares it with Book, which it
	// is given. Only an Opinion has none.
	Check func(backend compute.Backend, book string) (Finding, error)
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

// CheckClaims computes every claim of the sections on the backend.
func CheckClaims(sections []Section, backend compute.Backend) ([]Result, error) {
	results := []Result{}
	for _, s := range sections {
		for _, c := range s.Claims {
			r := Result{ID: c.ID, Section: s.ID, Quote: c.Quote, Book: c.Book, Verdict: c.Verdict, Note: c.Note, Computed: Opinion}
			if c.Check != nil {
				f, err := c.Check(backend, c.Book)
				if err != nil {
					return nil, fmt.Errorf("chapters: claim %s: %w", c.ID, err)
				}
				r.Value, r.Computed = f.Value, f.Verdict
			}
			results = append(results, r)
		}
	}
	return results, nil
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
func Number(book string, value float64) (Finding, error) {
	want, err := strconv.ParseFloat(strings.ReplaceAll(book, "−", "-"), 64)
	if err != nil {
		return Finding{}, fmt.Errorf("chapters: the book's number %q cannot be read: %w", book, err)
	}
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
	return f, nil
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
