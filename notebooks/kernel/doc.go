// Package kernel is the notebooks' Jupyter kernel. It stands in front of GoNB's, which
// it starts as it is, and hands messages on, signed anew
// (https://jupyter-client.readthedocs.io/en/stable/messaging.html). What it adds:
//
//   - cells run as they are typed: statements need no %% above them (rewrite.go);
//   - a mistake is told once, with cell, line and the reader's own text, in English or
//     Chinese (explain.go; classics.go, undefined.go, syntax.go, panics.go);
//   - an error ends Run All (queue.go);
//   - a cell that prints without end leaves the page alive (output.go, cell.go);
//   - no process is left behind, however the kernel ends (guard.go).
//
// The program has three parts, each a process:
//
//	Jupyter ── kernel ── guard ── GoNB ── cell ── the reader's program
//
// The guard and the kernel watch each other; whichever is left ends all below it. The
// cell stands between GoNB and the reader's program, and holds its output back where
// that is too much.
package kernel
