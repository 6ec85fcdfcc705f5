package jobs_test

import (
	"context"
	"fmt"
	"os"

	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/chapters/ch05/s23-generalisation/table/jobs"
	"cnnbook/internal/purego"
)

// One training of a small table, its stored result, and the report of it. (`go run . table`
// trains each job in a process of its own.)
func ExampleTrain() {
	out, err := os.MkdirTemp("", "results")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(out)
	work, err := os.MkdirTemp("", "work")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(work)
	backend := purego.Must()
	defer backend.Finalize()

	job := table.Job{Profile: "plain", Row: "a", Seed: 1}
	if err := jobs.Train(context.Background(), backend, small(), job, jobs.Setting{Out: out, Work: work, Backend: "go"}); err != nil {
		fmt.Println(err)
		return
	}
	r, err := small().Report(os.DirFS(out), "plain", table.Here{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("trained:", r.Line("a").Runs, "time; better than chance:", r.Line("a").Mean > 10)
	fmt.Println("the vote of three:", r.Line("v").Missing)
	// Output:
	// trained: 1 time; better than chance: true
	// the vote of three: go run . table v
}
