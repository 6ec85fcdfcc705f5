// Package plots draws the figures of the companion from numbers.
//
// Every figure is a struct literal whose method Picture gives a [Picture]: the
// drawing, the numbers in it (Data) and a description for readers who cannot see it
// (Alt). [Show] displays it in a notebook; SVG and PNG give the bytes of a file.
//
//   - Numbers in cells: [Matrix], [Equation]; [Coverage] for counts, [Sparse] for
//     matrices of mostly zeros, with symbols.
//   - How an output comes about: [Steps] for a convolution, [TransposedSteps] and
//     [Scatter] for a transposed one; [Isometric] and [ContactSheet] for settings
//     without numbers; [Wiring] for one axis.
//   - Networks: [Diagram] (boxes), [Volumes] (cuboids).
//   - Images and measurements: [Tiles], [Curves], [Bars].
//
// [Beside] and [Below] join pictures.
//
// The look is the same everywhere. In Steps the input is blue, the kernel grey,
// the output green and the padding dashed, as in Dumoulin and Visin
// (arXiv:1603.07285), but with numbers in the cells. Nothing is said by colour
// alone: a number, an outline, a dash pattern or a marker says it too. The
// background is opaque, so that a figure reads on a dark page as well.
//
// Labels are English: the font has Latin, Greek and mathematical signs only, and
// a character that it lacks is an error.
//
// Curves and Bars are plots of gonum (gonum.org/v1/plot), whose drawing becomes the
// same marks as that of the other figures. Linking that package makes a notebook
// cell with any figure about 0.06 s slower.
package plots
