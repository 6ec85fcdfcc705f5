package bench

import (
	"context"
	"fmt"
	"io"

	"gonum.org/v1/gonum/stat"
)

// A Point is one size of a network or batch.
type Point struct {
	Value    int     `json:"value"` // of what grows
	StepMS   float64 `json:"step_ms"`
	ImagesPS float64 `json:"images_per_s"`
	GFLOPS   float64 `json:"gflop_per_s"`   // 10⁹ multiplications and additions a second
	OfPeak   float64 `json:"share_of_peak"` // of the fastest product of matrices
	OfRoof   float64 `json:"share_of_roof"` // of what peak and bandwidth allow for its FLOPs a byte
	RSSMB    float64 `json:"rss_mb"`        // at the end
	PeakMB   float64 `json:"peak_mb"`
	FLOPs    float64 `json:"flops_per_step"`
}

// A Series is what happens when one thing grows.
type Series struct {
	Engine string  `json:"engine"`
	Grows  string  `json:"grows"` // batch, side, channels or depth
	Says   string  `json:"says"`
	Points []Point `json:"points"`
	Line   *Line   `json:"line,omitempty"` // of batch and depth
}

// A Line is step time ≈ Fixed + Each·value, by least squares of the relative errors.
type Line struct {
	FixedMS float64 `json:"fixed_ms"`
	EachMS  float64 `json:"each_ms"`
	R2      float64 `json:"r2"`
}

// Roofline is what the machine can do at best, measured through an engine (S.
// Williams, A. Waterman, D. Patterson 2009, doi:10.1145/1498765.1498785).
type Roofline struct {
	Engine      string          `json:"engine"`
	Matmul      map[int]float64 `json:"matmul_gflop_per_s"` // by the side of the matrices
	PeakGFLOPS  float64         `json:"peak_gflop_per_s"`   // the largest
	BandwidthGB float64         `json:"bandwidth_gb_per_s"` // of reading an array that no cache holds
}

// roof returns the GFLOP/s that are possible with flopsPerByte FLOPs for a byte of traffic.
func (r Roofline) roof(flopsPerByte float64) float64 {
	return min(r.PeakGFLOPS, flopsPerByte*r.BandwidthGB)
}

// ScaleReport is the result of Scale.
type ScaleReport struct {
	Machine   Machine    `json:"machine"`
	Repeat    int        `json:"repeat"`
	Seconds   float64    `json:"seconds"`
	Rooflines []Roofline `json:"rooflines"`
	Series    []Series   `json:"series"`
}

// growth is what a series runs through.
type growth struct {
	name, says string
	values     []int
	sizes      func(value int) (network, int) // network and batch
	line       bool
}

var growths = []growth{
	{"batch", "conv2, pictures in a batch", []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024},
		func(v int) (network, int) { return network{Name: "conv2"}, v }, true},
	{"side", "conv2 with padding, rows and columns of the pictures, batch 10", []int{14, 28, 56, 112},
		func(v int) (network, int) { return network{Name: "same", Side: v}, 10 }, false},
	{"channels", "conv2 with so many times 20 and 40 filters, batch 10", []int{1, 2, 4, 8},
		func(v int) (network, int) { return network{Name: "conv2", Widen: v}, 10 }, false},
	{"depth", "so many convolutions of 20 filters, the first before a pooling, batch 10", []int{1, 2, 3, 4, 5, 6},
		func(v int) (network, int) { return network{Name: "deep", Depth: v}, 10 }, true},
}

// growthNames are what Scale can let grow.
func growthNames() (names []string) {
	for _, g := range growths {
		names = append(names, g.name)
	}
	return names
}

// Sizes of what measures the machine: sides of matrices, and MB of the array.
var (
	matmulSides = []int{256, 512, 1024, 2048}
	streamMB    = 256
)

// Scale measures how step time and memory grow, on each engine of the options: each of
// the growths that are named, or all. done, if not nil, gets each roofline and series
// when it is complete.
func (b Bench) Scale(ctx context.Context, grow []string, o Options, done func(*Roofline, *Series) error) (ScaleReport, error) {
	o = o.filled()
	report := ScaleReport{Machine: machine(), Repeat: o.Repeat, Seconds: o.Seconds}
	if err := o.check(); err != nil {
		return report, err
	}
	if grow == nil {
		grow = growthNames()
	}
	engines, err := o.chosen(ctx, b.Engines)
	if err != nil {
		return report, err
	}
	if done == nil {
		done = func(*Roofline, *Series) error { return nil }
	}
	var chosen []growth
	for _, name := range grow {
		g, err := growthOf(name)
		if err != nil {
			return report, err
		}
		chosen = append(chosen, g)
	}
	for _, e := range engines {
		roof, err := b.roofline(ctx, e, o)
		if err != nil {
			return report, err
		}
		report.Rooflines = append(report.Rooflines, roof)
		if err := done(&roof, nil); err != nil {
			return report, err
		}
		for _, g := range chosen {
			s, err := b.series(ctx, e, g, roof, o)
			if err != nil {
				return report, err
			}
			report.Series = append(report.Series, s)
			if err := done(nil, &s); err != nil {
				return report, err
			}
		}
	}
	return report, nil
}

func growthOf(name string) (growth, error) {
	for _, g := range growths {
		if g.name == name {
			return g, nil
		}
	}
	return growth{}, fmt.Errorf("bench: nothing called %q grows: give some of %v", name, growthNames())
}

func (b Bench) roofline(ctx context.Context, e Engine, o Options) (Roofline, error) {
	r := Roofline{Engine: e.Name(), Matmul: map[int]float64{}}
	tasks := []task{{Measure: "stream", Engine: e.choice(), Size: streamMB}}
	for _, n := range matmulSides {
		tasks = append(tasks, task{Measure: "matmul", Engine: e.choice(), Size: n})
	}
	took, err := b.measure(ctx, o, tasks...)
	if err != nil {
		return r, err
	}
	r.BandwidthGB = float64(streamMB<<20) / took[0].step / 1e9
	for i, n := range matmulSides {
		r.Matmul[n] = matmulChain * 2 * float64(n) * float64(n) * float64(n) / took[1+i].step / 1e9
		r.PeakGFLOPS = max(r.PeakGFLOPS, r.Matmul[n])
	}
	return r, nil
}

func (b Bench) series(ctx context.Context, e Engine, g growth, roof Roofline, o Options) (Series, error) {
	s := Series{Engine: e.Name(), Grows: g.name, Says: g.says}
	var values, times, weights []float64
	for _, v := range g.values {
		net, batch := g.sizes(v)
		work, err := net.work()
		if err != nil {
			return s, err
		}
		took, err := b.measure(ctx, o, task{Measure: "train", Engine: e.choice(), Net: net, Batch: batch})
		if err != nil {
			return s, err
		}
		m := took[0]
		flops := work.FLOPs * float64(batch)
		p := Point{Value: v, StepMS: 1e3 * m.step, ImagesPS: float64(batch) / m.step, FLOPs: flops,
			GFLOPS: flops / m.step / 1e9, RSSMB: m.last.RSSMB, PeakMB: m.last.PeakMB}
		p.OfPeak = p.GFLOPS / roof.PeakGFLOPS
		p.OfRoof = p.GFLOPS / roof.roof(flops/work.leastBytes(batch))
		s.Points = append(s.Points, p)
		// A point weighs 1/time², so that the small ones count as much as the large.
		values, times, weights = append(values, float64(v)), append(times, p.StepMS), append(weights, 1/(p.StepMS*p.StepMS))
	}
	if g.line {
		fixed, each := stat.LinearRegression(values, times, weights, false)
		s.Line = &Line{FixedMS: fixed, EachMS: each, R2: stat.RSquared(values, times, weights, fixed, each)}
	}
	return s, nil
}

func (r Roofline) write(w io.Writer) error {
	fmt.Fprintf(w, "\n%s: products of matrices", r.Engine)
	for _, n := range matmulSides {
		fmt.Fprintf(w, " %d×%d %.0f,", n, n, r.Matmul[n])
	}
	_, err := fmt.Fprintf(w, " so at most %.0f GFLOP/s; memory %.1f GB/s\n", r.PeakGFLOPS, r.BandwidthGB)
	return err
}

func (s Series) write(w io.Writer) error {
	fmt.Fprintf(w, "\n%s\n%9s %10s %11s %9s %8s %8s %8s %8s\n", s.Says, s.Grows, "step ms", "pictures/s", "GFLOP/s", "of peak", "of roof", "MB", "MB most")
	for _, p := range s.Points {
		fmt.Fprintf(w, "%9d %10.3f %11.0f %9.1f %6.1f %% %6.1f %% %8.0f %8.0f\n", p.Value, p.StepMS, p.ImagesPS, p.GFLOPS, 100*p.OfPeak, 100*p.OfRoof, p.RSSMB, p.PeakMB)
	}
	if s.Line != nil {
		fmt.Fprintf(w, "step ≈ %.3f ms + %.4f ms · %s (R² = %.4f)\n", s.Line.FixedMS, s.Line.EachMS, s.Grows, s.Line.R2)
	}
	return nil
}
