// Package engine has the words of a cell that computes on the backend of this machine. It
// is apart from package cell, because a cell that links XLA starts half a second later.
//
// Errors end the cell with one line, as those of cell.Must do.
package engine

import (
	"context"
	"fmt"
	"sync"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/notebooks/cell"
	"cnnbook/xla"
)

// opened is the engine of this process. It is never closed: a cell is a process.
var opened = sync.OnceValue(func() *xla.Engine {
	return cell.Must(xla.Open(context.Background(), "auto"))
})

// Describe prints which engine cells run on and, if it is not the best this machine could
// have, why, and the command that mends it.
func Describe() {
	e := opened()
	fmt.Println("backend:", e)
	if e.Note != "" {
		fmt.Println("backend note:", e.Note)
	}
}

// Backend returns the backend that xla.Open takes for "auto". All calls in a cell return
// the same one.
func Backend() compute.Backend { return opened().Backend }

// Plane runs a layer, or several in a Sequential, on one plane [H][W] and returns the one
// plane of the result. A result of several channels ends the cell: [Planes] returns them.
func Plane(layer cnnlib.Layer, plane [][]float64) [][]float64 {
	return cell.Must(only(layer, Planes(layer, plane)))
}

// only returns the plane of a result that has no other.
func only(layer cnnlib.Layer, planes [][][]float64) ([][]float64, error) {
	if len(planes) != 1 {
		return nil, fmt.Errorf("engine: %v gives %d planes, want 1: take them with engine.Planes", layer, len(planes))
	}
	return planes[0], nil
}

// Planes runs a layer on one image of several channels, a plane [H][W] for each, and
// returns the planes of the result (cnnlib.RunPlanes).
func Planes(layer cnnlib.Layer, planes ...[][]float64) [][][]float64 {
	return cell.Must(cnnlib.RunPlanes(Backend(), layer, planes...))
}
