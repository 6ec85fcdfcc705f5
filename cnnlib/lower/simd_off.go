//go:build !(amd64 && goexperiment.simd)

package lower

// SIMD tells whether the pure-Go backend is built to compute with vectors:
// GOEXPERIMENT=simd, on amd64. The fastest lowerings are others then.
const SIMD = false
