package kernel

import (
	"go/scanner"
	"go/token"
)

// syntax explains what Go's parser says.
func (s situation) syntax(list scanner.ErrorList) mistake {
	m := mistake{place: s.place(s.now, list[0].Pos.Line, list[0].Pos.Column), says: list[0].Msg}
	return m
}

// openBrackets are the brackets that are not closed, in order.
func openBrackets(lines []string) (open []lexeme) {
	special, _ := specialLines(append([]string{}, lines...))
	for _, l := range lexemes(goText(lines, special)) {
		switch l.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, l)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
	}
	return open
}
