package chapters

import (
	"maps"
	"math"
	"slices"
)

// Alike reports whether two values decoded from JSON are the same but for the rounding of
// their numbers. Figures keep four digits, and two processors or engines may differ by one
// in the last: 1 in 1,000. The absolute part, 1e-6, is for numbers that cancel to almost
// nothing.
func Alike(a, b any) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && math.Abs(a-b) <= 1e-3*math.Abs(b)+1e-6
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, Alike)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, Alike)
	}
	return a == b
}
