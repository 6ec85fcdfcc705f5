// Package xla decides which engine runs the networks, and installs one where
// none is there.
//
// The engine is either XLA, which GoMLX reaches through a PJRT plugin (a shared
// library for CPU, NVIDIA GPU or TPU, loaded while the program runs), or
// GoMLX's pure-Go backend, which is always there and several times slower.
//
//   - [Open] gives a backend that every GoMLX function takes. It never touches
//     the network.
//   - [Discover] lists every plugin found and says why one does not load.
//   - [Install] downloads a plugin whose SHA-256 is written in this package.
//
// go-xla can search for plugins and install them by itself. Neither is used
// here: its search crashes on a broken file and its installer runs, unasked, at
// every start. go-xla is always given the absolute path of one plugin, and
// a plugin is tried in a child process before it is loaded for the first time.
package xla
