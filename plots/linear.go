package plots

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode"
)

// linear is a sum of symbols with rational factors, such as a + ½b. The symbol ""
// stands for 1. It is what the cells of Sparse hold, so that their sums are
// computed, not given.
type linear map[string]*big.Rat

// parseLinear reads sums such as "a+c", "b/2", "2a−b", "0.5", "a + b/2 + c". A
// symbol is a letter and what follows it up to an operator: "w", "w₀₁", "x'".
func parseLinear(s string) (linear, error) {
	sum := linear{}
	rest := strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), "−", "-")
	if rest == "" || rest == "·" {
		return sum, nil // nothing there: 0
	}
	for first := true; rest != ""; first = false {
		sign := int64(1)
		switch {
		case rest[0] == '-':
			sign, rest = -1, rest[1:]
		case rest[0] == '+':
			rest = rest[1:]
		case !first:
			return nil, fmt.Errorf("plots: cell %q is no sum of terms such as a, 2a, b/2 or 0.5", s)
		}
		term := rest
		if i := strings.IndexAny(rest, "+-"); i >= 0 {
			term = rest[:i]
		}
		rest = rest[len(term):]
		factor, symbol, err := parseTerm(term)
		if err != nil {
			return nil, fmt.Errorf("plots: cell %q is no sum of terms such as a, 2a, b/2 or 0.5", s)
		}
		sum.add(symbol, factor.Mul(factor, big.NewRat(sign, 1)))
	}
	return sum, nil
}

// parseTerm reads a number, a symbol, or a number and a symbol, each perhaps over
// a number.
func parseTerm(s string) (*big.Rat, string, error) {
	top, under, over := strings.Cut(s, "/")
	i := strings.IndexFunc(top, unicode.IsLetter)
	number, symbol := top, ""
	if i >= 0 {
		number, symbol = top[:i], top[i:]
	}
	factor := big.NewRat(1, 1)
	switch number {
	case "":
		if symbol == "" {
			return nil, "", fmt.Errorf("empty term")
		}
	case "½":
		factor.SetFrac64(1, 2)
	default:
		if _, ok := factor.SetString(number); !ok {
			return nil, "", fmt.Errorf("no number: %q", number)
		}
	}
	if over {
		divisor, ok := new(big.Rat).SetString(under)
		if !ok || divisor.Sign() == 0 {
			return nil, "", fmt.Errorf("no divisor: %q", under)
		}
		factor.Quo(factor, divisor)
	}
	return factor, symbol, nil
}

func (l linear) add(symbol string, factor *big.Rat) {
	if l[symbol] == nil {
		l[symbol] = new(big.Rat)
	}
	l[symbol].Add(l[symbol], factor)
	if l[symbol].Sign() == 0 {
		delete(l, symbol)
	}
}

// plus adds the other sum.
func (l linear) plus(other linear) {
	for symbol, factor := range other {
		l.add(symbol, factor)
	}
}

// String writes the sum with the symbols in order: "a+b/2".
func (l linear) String() string {
	var symbols []string
	for s := range l {
		symbols = append(symbols, s)
	}
	slices.Sort(symbols)
	var b strings.Builder
	for _, s := range symbols {
		f := l[s]
		switch {
		case f.Sign() < 0:
			b.WriteString("−")
		case b.Len() > 0:
			b.WriteString("+")
		}
		b.WriteString(termString(new(big.Rat).Abs(f), s))
	}
	if b.Len() == 0 {
		return "0"
	}
	return b.String()
}

func termString(f *big.Rat, symbol string) string {
	if symbol == "" {
		if exact, ok := f.Float64(); ok { // a finite binary fraction, such as 0.5
			return Number(exact, decimalsOf(4, exact))
		}
		return f.RatString()
	}
	s := symbol
	if f.Num().Cmp(big.NewInt(1)) != 0 {
		s = f.Num().String() + symbol
	}
	if !f.IsInt() {
		s += "/" + f.Denom().String()
	}
	return s
}
