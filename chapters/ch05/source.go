package ch05

import "embed"

// Source holds the source of the sections. Readers are shown the solutions of the
// exercises from it, so that the text they read is the code that is tested.
//
//go:embed s*.go
var Source embed.FS
