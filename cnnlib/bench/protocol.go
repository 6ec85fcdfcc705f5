package bench

// What a contestant's process and the command say to each other, one JSON object a
// line. The process writes Ready once it is warm, then answers each Request with a
// Sample until its input ends. The peers' scripts do the same.

// Ready says who is ready, and in which ways it can work.
type Ready struct {
	Who  string `json:"who"` // program and version
	Ways []Way  `json:"ways"`
}

// A Way is one way of doing the same work. ImagesPerS is what the warm-up came to.
type Way struct {
	Name       string  `json:"name"`
	ImagesPerS float64 `json:"images_per_s"`
}

// A Request asks for steps: so many where Steps is given, else for at least so many
// seconds.
type Request struct {
	Way     string  `json:"way"`
	Steps   int     `json:"steps"`
	Seconds float64 `json:"seconds"`
}

// A Sample is what a process did and what it took. Memory is that of the whole
// process, 0 where the system does not tell.
type Sample struct {
	Steps   int     `json:"steps"`
	Images  int     `json:"images"`
	Seconds float64 `json:"seconds"`
	RSSMB   float64 `json:"rss_mb"`  // resident now
	PeakMB  float64 `json:"peak_mb"` // most that was resident at once
}

func (s Sample) rate() float64 { return float64(s.Images) / s.Seconds }
