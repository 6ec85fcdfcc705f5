// Package lower writes convolutions and poolings into graphs of GoMLX. It takes arrays and
// the sizes of package arith, and knows no layer: the layers of package cnnlib say what is
// computed, this package how.
//
// A convolution can be written in several ways, its Lowerings. Choice says which one is
// taken, Rule is the choice if nothing was measured, and Traits is all that it depends on
// in a backend. All ways give the same result but for rounding; package cnnlib/parity holds
// them against loops in float64.
//
// Arrays are [N H W C], kernels [KH KW C/groups Cout]. Functions that write into a graph
// panic, as GoMLX's own do; layers check their input before.
package lower
