// Package progress shows a training of package cnnlib/train while it runs. Put
// progress.Run where train.Run would stand:
//
//	m := cell.Kept(progress.Run(cell.Context(), backend, net, digits, train.Options{Epochs: 5, Validation: test}))
//
// cell.Context makes Jupyter's stop button end the training, and cell.Kept goes on
// with the network of the last whole epoch.
//
// In a notebook one line with a bar is refreshed at most 4 times a second, and the
// curves of loss and accuracy grow with every epoch. When the run has ended, the
// output holds the curves, what they show in words, and a table; all of it is saved
// with the notebook and needs no network. In a terminal there is a bar and a line
// for every epoch, and in a file or a pipe just the lines.
//
// [Show] does the same for a program that calls train.Run itself. Package
// cnnlib/train knows nothing of this package: it must not import figures, so the
// two meet in the hooks Options.OnStep and Options.OnEpoch.
package progress
