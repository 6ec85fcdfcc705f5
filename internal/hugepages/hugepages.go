// Package hugepages has the memory of a process lie in huge pages, of 2 MB, where Linux
// gives them to those that ask.
package hugepages

import (
	"os"
	"runtime"
)

// tunables is where GNU's C library looks for its settings, when a process begins
// (https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html).
// Other C libraries, and versions before 2.35, pass it over.
const tunables = "GLIBC_TUNABLES"

// Environment returns what the environment of a process that opens an XLA plugin should
// have beside the rest, by name: the C library then asks for huge pages for the memory it
// gives out, since XLA gets its memory from there. A training step of conv2 takes 4 % less
// time with batches of 10 and 64, 12 % with 512 (`go run . bench train`, with and without).
// It is empty where there is no such thing, and where the reader has settings of their own.
func Environment() map[string]string {
	if runtime.GOOS != "linux" || os.Getenv(tunables) != "" {
		return nil
	}
	return map[string]string{tunables: "glibc.malloc.hugetlb=1"}
}

// Environ is os.Environ with Environment.
func Environ() []string {
	list := os.Environ()
	for name, value := range Environment() {
		list = append(list, name+"="+value)
	}
	return list
}
