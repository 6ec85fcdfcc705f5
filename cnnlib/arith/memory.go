package arith

// Bytes of one number.
const (
	Float32 = 4
	Float64 = 8
)

// Bytes returns the memory that numbers take: values × examples × bytes of one of
// them (Float32 or Float64). For the activations of a layer values is the size of
// its result for one example, and examples the batch. Weights are there once,
// whatever the batch: examples = 0 means 1. Training keeps the activations of all
// layers for the way back, and next to each weight its gradient.
//
// It is what the numbers themselves need; an engine that runs the network may
// need more at times, or share memory and need less.
func Bytes(values, examples, size int) (int, error) {
	examples = orOne(examples)
	if err := atLeast("values", values, 0); err != nil {
		return 0, err
	}
	if err := atLeast("examples", examples, 1); err != nil {
		return 0, err
	}
	if err := atLeast("bytes of a number", size, 1); err != nil {
		return 0, err
	}
	return product(values, examples, size)
}
