// Package data reads the pictures the book's experiments need: MNIST as it was
// published, and one scene computed by code. It never uses the network.
package data
