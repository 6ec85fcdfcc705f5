//go:build cgo && linux

package xla

/*
#include <limits.h>
#include <malloc.h>

// keepMemory makes the C library keep freed memory for the next use.
static void keepMemory(void) {
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, INT_MAX);
	mallopt(M_TRIM_THRESHOLD, -1); // never
	mallopt(M_TOP_PAD, 64 << 20);
#endif
}
*/
import "C"

import "sync"

// keepMemory is called before a plugin is opened. XLA takes the memory for what lies
// between the inputs and results of a graph anew at every call, tens of megabytes for a
// batch of pictures; by default the C library gives such pieces back to the system
// and gets them again page by page, which costs a third of the time of a training step
// with batches of 256 (5,900 against 9,100 pictures a second on conv2 of `bench train`).
// The price: the memory that was used most stays with the process until it ends.
//
// All arenas of the C library remain: with a single one for all threads (M_ARENA_MAX) they
// wait for each other, and a step of conv2 takes 5 to 25 % longer. internal/hugepages has
// what only the environment of a process can do for its memory.
var keepMemory = sync.OnceFunc(func() { C.keepMemory() })
