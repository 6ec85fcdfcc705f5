// Package train trains a network of package cnnlib to classify pictures, or to give
// back the pictures that it gets (Options.Reconstruct).
//
//	m, err := train.Run(ctx, backend, net, digits, train.Options{Epochs: 3, Rate: train.Constant(0.1)})
//	score, err := m.Evaluate(test)
//
// The pictures are put on the device once, as bytes; a step takes its batch out of
// them inside the graph. Every random number (where the weights start, the order of
// the pictures, dropout) is a function of Options.Seed: the same run on the same
// backend gives the same weights, bit for bit, also when it was interrupted, killed
// and taken up again (Options.Checkpoint).
//
// # Words
//
//   - Step (iteration): one update of the weights, from one batch.
//   - Epoch: one pass over all training pictures. 60 epochs of 50,000 pictures with
//     batches of 10 are 300,000 steps. (The chapter's 5.23 calls epochs
//     "iterations"; its 5.22 keeps them apart.)
//   - Loss: the mean over the batch of -log softmax(logits)[label], the
//     log-likelihood cost of section 5.23. Of a reconstruction: the mean of
//     (result - picture)² over the batch and all values. The penalty L2 is not part of the
//     figure that is reported.
package train
