package kernel

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// BenchmarkCell times plain cells through this kernel and through GoNB's by itself, in
// turns, each with a number of its own so that none is found in the build cache. It
// prints the difference, which should stay below 10 ms:
//
//	go test ./notebooks/kernel -run '^$' -bench Cell -benchtime 40x
func BenchmarkCell(b *testing.B) {
	names := []string{kernelName, "gonb"}
	times := [2][]float64{}
	b.Run("pairs", func(b *testing.B) {
		times = [2][]float64{}
		var kernels [2]*client
		for i, name := range names {
			kernels[i] = start(b, name)
			kernels[i].run("import \"fmt\"\n%%\nfmt.Println(0)")
		}
		n := time.Now().UnixNano()
		b.ResetTimer()
		for range b.N {
			for i, k := range kernels {
				n++
				begin := time.Now()
				if r := k.run(fmt.Sprintf("import \"fmt\"\n%%%%\nfmt.Println(%d)", n)); r.stdout != fmt.Sprintln(n) {
					b.Fatalf("%v", r.reply)
				}
				times[i] = append(times[i], float64(time.Since(begin).Microseconds())/1000)
			}
		}
		for i := range times {
			slices.Sort(times[i])
			b.ReportMetric(times[i][len(times[i])/2], "ms-"+names[i])
		}
		b.ReportMetric(times[0][len(times[0])/2]-times[1][len(times[1])/2], "ms-more")
	})
}
