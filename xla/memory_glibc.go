//go:build cgo && linux

package xla

/*
#include <limits.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { room = 512 << 20, hugePage = 2 << 20 };

// keepMemory makes the C library keep freed memory for the next use, and take it in huge
// pages: it asks for some, of which it touches nothing, marks it and frees it.
static void keepMemory(void) {
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, INT_MAX);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	mallopt(M_TOP_PAD, 64 << 20);
	mallopt(M_ARENA_MAX, 1); // all threads get theirs there
	void *p = malloc(room);
	if (p != NULL) {
		uintptr_t first = ((uintptr_t)p + hugePage - 1) / hugePage * hugePage;
		madvise((void *)first, room - hugePage, MADV_HUGEPAGE); // where it cannot be had, nothing is lost
		free(p);
	}
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
// The price: the memory that was used most stays with the process until it ends. In huge
// pages, of 2 MB, a step of conv2 takes 2 % (batch 64) to 7 % (batch 10) less time; Linux
// gives them by itself only where it is set to, or asked as here.
var keepMemory = sync.OnceFunc(func() { C.keepMemory() })
