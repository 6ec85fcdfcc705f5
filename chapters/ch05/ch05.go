// Package ch05 is the list of the topics of chapter 5, convolutional neural networks, in
// the order of the book. Each topic is a package of its own. The book uses the numbers 5.2
// and 5.3 twice; here they are 5.2a and 5.2b, 5.3a and 5.3b.
package ch05

import (
	"cnnbook/chapters"
	layers "cnnbook/chapters/ch05/s01-layers"
	edges "cnnbook/chapters/ch05/s02a-edges"
	hyperparameters "cnnbook/chapters/ch05/s02b-hyperparameters"
	kinds "cnnbook/chapters/ch05/s03a-kinds"
	twelve "cnnbook/chapters/ch05/s03b-twelve"
	dimensions "cnnbook/chapters/ch05/s04-dimensions"
	pooling "cnnbook/chapters/ch05/s05-pooling"
	pointwise "cnnbook/chapters/ch05/s06-pointwise"
	compared "cnnbook/chapters/ch05/s07-compared"
	larger "cnnbook/chapters/ch05/s08-larger"
	mixed "cnnbook/chapters/ch05/s09-mixed"
	fewer "cnnbook/chapters/ch05/s10-fewer"
	separable "cnnbook/chapters/ch05/s11-separable"
	wide "cnnbook/chapters/ch05/s12-wide"
	depth "cnnbook/chapters/ch05/s13-depth"
	sharing "cnnbook/chapters/ch05/s14-sharing"
	activation "cnnbook/chapters/ch05/s15-activation"
	quarter "cnnbook/chapters/ch05/s16-quarter"
	transposed "cnnbook/chapters/ch05/s17-transposed"
	sizes "cnnbook/chapters/ch05/s18-sizes"
	arithmetic "cnnbook/chapters/ch05/s19-arithmetic"
	checkerboard "cnnbook/chapters/ch05/s20-checkerboard"
	bottleneck "cnnbook/chapters/ch05/s21-bottleneck"
	recipe "cnnbook/chapters/ch05/s22-recipe"
	generalisation "cnnbook/chapters/ch05/s23-generalisation"
	text "cnnbook/chapters/ch05/s24-text"
	locality "cnnbook/chapters/ch05/s25-locality"
	local "cnnbook/chapters/ch05/s26-local"
	faces "cnnbook/chapters/ch05/s27-faces"
	history "cnnbook/chapters/ch05/s28-history"
)

// Sections lists the topics in the order of the book.
func Sections() []chapters.Section {
	return []chapters.Section{
		layers.Section(),
		edges.Section(),
		hyperparameters.Section(),
		kinds.Section(),
		twelve.Section(),
		dimensions.Section(),
		pooling.Section(),
		pointwise.Section(),
		compared.Section(),
		larger.Section(),
		mixed.Section(),
		fewer.Section(),
		separable.Section(),
		wide.Section(),
		depth.Section(),
		sharing.Section(),
		activation.Section(),
		quarter.Section(),
		transposed.Section(),
		sizes.Section(),
		arithmetic.Section(),
		checkerboard.Section(),
		bottleneck.Section(),
		recipe.Section(),
		generalisation.Section(),
		text.Section(),
		locality.Section(),
		local.Section(),
		faces.Section(),
		history.Section(),
	}
}
