package bench

// What a contestant's process and the command say to each other, one JSON object a
// line. The process writes ready once it is warm, then answers each request with a
// sample until its input ends. The peers' scripts do the same.

// ready says who is ready, and in which ways it can work.
type ready struct {
	Who  string `json:"who"` // program and version
	Ways []way  `json:"ways"`
}

// A way is one way of doing the same work. ImagesPerS is what the warm-up came to.
type way struct {
	Name       string  `json:"name"`
	ImagesPerS float64 `json:"images_per_s"`
}

// A request asks for Steps steps if Steps is given, else for steps that take at least
// Seconds.
type request struct {
	Way     string  `json:"way"`
	Steps   int     `json:"steps"`
	Seconds float64 `json:"seconds"`
	Collect bool    `json:"collect,omitempty"` // removes garbage before memory is looked at; of ours only
}

// A sample is what a process did and what it took. Memory is that of the whole
// process, 0 if the system does not tell.
type sample struct {
	Steps   int     `json:"steps"`
	Images  int     `json:"images"`
	Seconds float64 `json:"seconds"`
	RSSMB   float64 `json:"rss_mb"`  // resident now
	PeakMB  float64 `json:"peak_mb"` // most that was resident at once
}

func (s sample) rate() float64 { return float64(s.Images) / s.Seconds }
