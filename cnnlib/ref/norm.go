package ref

import (
	"fmt"
	"math"
)

// Moments returns mean and variance of every channel of x [N … C], over all other
// axes. The variance is the mean squared distance from the mean (divided by the
// number of values, not by one less).
func Moments(x Array) (mean, variance []float64, err error) {
	c, err := x.channels("input")
	if err != nil {
		return nil, nil, err
	}
	mean, variance = make([]float64, c), make([]float64, c)
	n := float64(len(x.Data) / c)
	for i, v := range x.Data {
		mean[i%c] += v / n // C runs fastest
	}
	for i, v := range x.Data {
		d := v - mean[i%c]
		variance[i%c] += float64(d*d) / n
	}
	return mean, variance, nil
}

// Normalize returns y = scale·(x - mean)/√(variance + epsilon) + shift for x
// [N … C], each channel with its own four numbers: batch normalisation of a trained
// network.
func Normalize(x Array, scale, shift, mean, variance []float64, epsilon float64) (Array, error) {
	c, err := x.channels("input")
	if err != nil {
		return Array{}, err
	}
	for _, v := range []struct {
		name    string
		numbers []float64
	}{{"scale", scale}, {"shift", shift}, {"mean", mean}, {"variance", variance}} {
		if len(v.numbers) != c {
			return Array{}, fmt.Errorf("ref: %s has %d numbers for %d channels", v.name, len(v.numbers), c)
		}
	}
	y := NewArray(x.Shape...)
	for i, v := range x.Data {
		ch := i % c
		y.Data[i] = float64(scale[ch]*(v-mean[ch])/math.Sqrt(variance[ch]+epsilon)) + shift[ch]
	}
	return y, nil
}

// BatchNorm is Normalize with mean and variance of x [N … C] itself: batch
// normalisation in training (S. Ioffe, C. Szegedy, arXiv:1502.03167, algorithm 1).
func BatchNorm(x Array, scale, shift []float64, epsilon float64) (Array, error) {
	mean, variance, err := Moments(x)
	if err != nil {
		return Array{}, err
	}
	return Normalize(x, scale, shift, mean, variance, epsilon)
}

// BatchNormGrad is the chain rule for BatchNorm, mean and variance included. grad
// [N … C] holds the derivative of some scalar L by each cell of the result; returned
// are those by x [N … C], by the scales and by the shifts [C].
func BatchNormGrad(x Array, scale []float64, epsilon float64, grad Array) (dx Array, dscale, dshift []float64, err error) {
	mean, variance, err := Moments(x)
	if err != nil {
		return dx, nil, nil, err
	}
	c := len(mean)
	if len(grad.Data) != len(x.Data) || len(scale) != c {
		return dx, nil, nil, fmt.Errorf("ref: a gradient of %d numbers and %d scales for an input of %d numbers and %d channels", len(grad.Data), len(scale), len(x.Data), c)
	}
	dscale, dshift = make([]float64, c), make([]float64, c)
	normal := make([]float64, len(x.Data)) // (x - mean)/√(variance + epsilon)
	for i, v := range x.Data {
		ch := i % c
		normal[i] = (v - mean[ch]) / math.Sqrt(variance[ch]+epsilon)
		dscale[ch] += float64(grad.Data[i] * normal[i])
		dshift[ch] += grad.Data[i]
	}
	// x acts on its own cell, on the mean and on the variance of all cells: of the
	// gradient its mean and its part along the normalised values are taken out.
	n := float64(len(x.Data) / c)
	dx = NewArray(x.Shape...)
	for i, g := range grad.Data {
		ch := i % c
		dx.Data[i] = scale[ch] / math.Sqrt(variance[ch]+epsilon) * (g - dshift[ch]/n - float64(normal[i]*dscale[ch]/n))
	}
	return dx, dscale, dshift, nil
}

// LocalResponseNorm divides each value a_i of x [… C] by (k + alpha·Σ a_j²)^beta, the
// sum going over the size channels around i, as far as they exist, in the same cell
// (A. Krizhevsky et al. 2012, §3.3). size is odd.
func LocalResponseNorm(x Array, size int, k, alpha, beta float64) (Array, error) {
	base, err := responseBase(x, size, k, alpha)
	if err != nil {
		return Array{}, err
	}
	y := NewArray(x.Shape...)
	for i, v := range x.Data {
		y.Data[i] = v * math.Pow(base[i], -beta)
	}
	return y, nil
}

// LocalResponseNormGrad is the chain rule for LocalResponseNorm: from the derivatives
// grad [… C] of some scalar by the result to those by x.
func LocalResponseNormGrad(x Array, size int, k, alpha, beta float64, grad Array) (Array, error) {
	base, err := responseBase(x, size, k, alpha)
	if err != nil {
		return Array{}, err
	}
	if len(grad.Data) != len(x.Data) {
		return Array{}, fmt.Errorf("ref: a gradient of %d numbers for an input of %d", len(grad.Data), len(x.Data))
	}
	dx := NewArray(x.Shape...)
	for i, g := range grad.Data {
		dx.Data[i] += float64(g * math.Pow(base[i], -beta))
		for _, j := range neighbours(i, x.Shape[len(x.Shape)-1], size) {
			// ∂base_i/∂a_j = 2·alpha·a_j
			dx.Data[j] -= float64(g * x.Data[i] * beta * math.Pow(base[i], -beta-1) * 2 * alpha * x.Data[j])
		}
	}
	return dx, nil
}

// responseBase returns k + alpha·Σ a_j² for every value.
func responseBase(x Array, size int, k, alpha float64) ([]float64, error) {
	c, err := x.channels("input")
	if err != nil {
		return nil, err
	}
	if size < 1 || size%2 == 0 {
		return nil, fmt.Errorf("ref: size %d, want an odd number of channels: as many on both sides", size)
	}
	base := make([]float64, len(x.Data))
	for i := range base {
		base[i] = k
		for _, j := range neighbours(i, c, size) {
			base[i] += float64(alpha * x.Data[j] * x.Data[j])
		}
	}
	return base, nil
}

// neighbours returns the places of the size channels around place i, itself
// included, in the same cell.
func neighbours(i, channels, size int) []int {
	first := i - i%channels
	var list []int
	for j := max(first, i-size/2); j <= min(first+channels-1, i+size/2); j++ {
		list = append(list, j)
	}
	return list
}

// channels returns the size of the last axis.
func (a Array) channels(name string) (int, error) {
	if len(a.Shape) == 0 {
		return 0, fmt.Errorf("ref: the %s has no axes, want the channels last", name)
	}
	return a.Shape[len(a.Shape)-1], a.check(name, len(a.Shape))
}
