// Package bench measures how fast networks train and answer, beside PyTorch and JAX
// on the same machine, in the same run: the commands `cnnbook bench train`, `infer`
// and `scale`.
//
// Each contestant is a process of its own, because an XLA plugin, the number of
// threads and the cores a program may use are fixed when it starts. A process
// compiles and warms up, says that it is ready, and then runs for a while each time
// it is asked. The contestants take turns (A B A B), so that whatever else the
// machine does meets all of them.
//
// # Words
//
//   - Contestant: one program with one engine and one way of doing the work, for
//     instance PyTorch with channels last and two threads.
//   - Run: what a contestant does in one turn; its figure is in pictures a second.
//   - Ratio: the median of a contestant's runs over that of the best peer.
//   - Peer: PyTorch or JAX.
package bench
