package arith_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unsafe"

	"cnnbook/cnnlib/arith"
)

// Section 5.14: the first layer of AlexNet has 34,944 weights and biases and gives
// 290,400 numbers an example. In a batch of 128 the results need a thousand times
// the memory of the weights.
func ExampleBytes() {
	fmt.Println(arith.Bytes(34_944, 0, arith.Float32))
	fmt.Println(arith.Bytes(290_400, 128, arith.Float32))
	fmt.Println(arith.Bytes(290_400, 128, arith.Float64))
	// Output:
	// 139776 <nil>
	// 148684800 <nil>
	// 297369600 <nil>
}

func TestBytesOfANumber(t *testing.T) {
	if arith.Float32 != unsafe.Sizeof(float32(0)) || arith.Float64 != unsafe.Sizeof(float64(0)) {
		t.Errorf("%d and %d bytes, Go has %d and %d", arith.Float32, arith.Float64, unsafe.Sizeof(float32(0)), unsafe.Sizeof(float64(0)))
	}
}

// Bytes against a sum over examples and values.
func FuzzBytes(f *testing.F) {
	f.Add(uint8(120), uint8(10), uint8(4))
	f.Add(uint8(120), uint8(0), uint8(8))
	f.Fuzz(func(t *testing.T, values, examples, size uint8) {
		want := 0
		for range max(examples, 1) {
			for range values {
				want += int(size)
			}
		}
		if got, err := arith.Bytes(int(values), int(examples), int(size)); (err != nil) != (size == 0) || err == nil && got != want {
			t.Fatalf("Bytes(%d, %d, %d) = %d, %v, counted %d", values, examples, size, got, err, want)
		}
	})
}

func TestBytesErrors(t *testing.T) {
	bytes := func(values, examples, size int) error { _, err := arith.Bytes(values, examples, size); return err }
	for _, c := range []struct {
		err  error
		want string
	}{
		{bytes(-1, 1, arith.Float32), "arith: values -1 is below 0"},
		{bytes(1, -1, arith.Float32), "arith: examples -1 is below 1"},
		{bytes(1, 1, 0), "arith: bytes of a number 0 is below 1"},
		{bytes(math.MaxInt/4, 2, arith.Float32), "arith: the product of"},
	} {
		if c.err == nil || !strings.HasPrefix(c.err.Error(), c.want) {
			t.Errorf("%v, want %s", c.err, c.want)
		}
	}
}
