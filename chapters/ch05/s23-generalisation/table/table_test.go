package table_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// TestWilson: values of E. Wilson's formula by hand. For 8 of 10, z = 1.959964:
// centre (0.8+z²/20)/(1+z²/10) = 0.992073/1.384146 = 0.716740, half
// z/1.384146·√(0.016+z²/400) = 1.416009·√0.0256036 = 0.226578. For 0 of 10 the upper
// end is z²/(10+z²) = 0.277533.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		right     float64
		n         int
		low, high float64
	}{
		{8, 10, 49.0162, 94.3318},
		{0, 10, 0, 27.7533},
		{10, 10, 72.2467, 100},
	} {
		i := table.Wilson(c.right, c.n)
		if math.Abs(i.Low-c.low) > 5e-4 || math.Abs(i.High-c.high) > 5e-4 {
			t.Errorf("%v of %d: %+v, want %v to %v", c.right, c.n, i, c.low, c.high)
		}
		if !i.Contains(100 * c.right / float64(c.n)) {
			t.Errorf("%v of %d lies outside its own interval %+v", c.right, c.n, i)
		}
	}
}

// TestStudent: of 1, 2 and 3 the mean is 2 and the deviation 1; t = 4.302653 with 2 degrees
// of freedom, so 2 ± 2.48414. Of two values t = 12.7062: 1 ± 12.7062·√2/√2.
func TestStudent(t *testing.T) {
	for _, c := range []struct {
		values    []float64
		low, high float64
	}{
		{[]float64{3, 1, 2}, -0.48414, 4.48414},
		{[]float64{0, 2}, -11.7062, 13.7062},
		{[]float64{7, 7, 7, 7}, 7, 7},
	} {
		if i := table.Student(c.values); math.Abs(i.Low-c.low) > 5e-5 || math.Abs(i.High-c.high) > 5e-5 {
			t.Errorf("%v: %v, want %v to %v", c.values, i, c.low, c.high)
		}
	}
}

// results are files for sample: row 1 with two seeds, row 2 with three, one of them better.
func results(t testing.TB) fstest.MapFS {
	t.Helper()
	test, err := sample().Test()
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, r := range []struct {
		row                 string
		seed                int64
		predictions, where  string
		cores               int
		validation, mistake int
	}{
		{"1", 1, "01289", "one, 2 cores", 1, 3, 2},
		{"1", 2, "01288", "one, 2 cores", 2, 2, 2},
		{"2", 1, "01239", "two, 4 cores", 0, 2, 1},
		{"2", 2, "91234", "one, 2 cores", 1, 1, 1},
		{"2", 3, "09234", "one, 2 cores", 1, 1, 1},
	} {
		job := table.Job{Profile: "plain", Row: r.row, Seed: r.seed}
		recipe, err := sample().Recipe(job)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(table.Result{Profile: "plain", Row: r.row, Seed: r.seed, Recipe: recipe.Lines(), Digest: "tested on " + train.Digest(test),
			Backend: "go", Machine: r.where, Cores: r.cores, Predictions: r.predictions, TestErrors: r.mistake, ValidationErrors: r.validation, Chosen: 2,
			Curve: []table.Epoch{{ValidationErrors: r.validation + 1, Seconds: 3}, {ValidationErrors: r.validation, Seconds: 3}}})
		if err != nil {
			t.Fatal(err)
		}
		files[job.String()+".json"] = &fstest.MapFile{Data: text}
	}
	return files
}

// TestReportText: what each idea buys, what one training cannot show, the vote beside the
// best of its voters, one line a machine, and what is missing.
func TestReportText(t *testing.T) {
	files := results(t)
	r, err := sample().Report(files, "", table.Here{Machine: "one, 2 cores", Jobs: 2})
	if err != nil {
		t.Fatal(err)
	}
	// Of five pictures row 1 mistakes two, two; row 2 one each, in the seeds that both have.
	// The vote is right on all; the best of its voters by validation is seed 2, with one mistake.
	if len(r.Effects) != 2 || r.Effects[0].Row != "2" || r.Effects[0].Pairs != 2 || math.Abs(r.Effects[0].Points-20) > 1e-9 || r.Effects[1].Row != "3" || r.Effects[1].Pairs != 1 {
		t.Errorf("the effects are %+v", r.Effects)
	}
	if v := r.Vote; v == nil || v.Errors != 0 || v.Voters != 3 || v.SingleSeed != 2 || v.SingleErrors != 1 || v.Accuracy != 100 || v.Single != 80 || v.Comparison != (table.Comparison{Better: 1, P: 1}) ||
		v.Interval != table.Wilson(5, 5) || v.SingleInterval != table.Wilson(4, 5) || *r.Line("3").Comparison != v.Comparison {
		t.Errorf("the vote is %+v", r.Vote)
	}
	if r.Line("1").OfSeeds != nil || r.Line("2").OfSeeds == nil || *r.Line("2").OfSeeds != table.Student([]float64{80, 80, 80}) {
		t.Errorf("over seeds: %v of two, %v of three", r.Line("1").OfSeeds, r.Line("2").OfSeeds)
	}
	text := func() string {
		t.Helper()
		var text strings.Builder
		if err := r.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	said := text()
	for _, want := range []string{
		"What each idea buys", "+20.00 (2)", "in the book",
		"One training of each cannot show these differences (95 %, pictures and seeds): 2 against 1 (+20.00, want ",
		"Nor can it show those of the book's numbers in rows 2, 3.",
		"The vote of 3 networks, row 3: 100.00 (56.55–100.00), 0 mistakes. The best single network of the 3 on the validation pictures, seed 2: 80.00 (37.55–96.38), 1 mistake.",
		"The vote mends 1 of its mistakes and makes 0 new ones: McNemar's p 1.",
		"- one, 2 cores (1 or 2 a training): rows 1, 2 with go\n", "- two, 4 cores: row 2 with go\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the report lacks %q:\n%s", want, said)
		}
	}
	if n := strings.Count(said, "not measured"); n != 0 {
		t.Errorf("%d rows are not measured, want none:\n%s", n, said)
	}
	for seed := range 3 {
		delete(files, fmt.Sprintf("plain_2_seed%d.json", seed+1))
	}
	if r, err = sample().Report(files, "", table.Here{Machine: "one, 2 cores", Jobs: 2}); err != nil || r.Vote != nil || len(r.Effects) != 0 {
		t.Fatalf("%+v, %v, want neither effect nor vote", r, err)
	}
	// Two epochs of 3 s, three trainings, two at once.
	if said = text(); strings.Count(said, "not measured: `go run . table 2`, about 1 min here\n") != 1 || strings.Count(said, "not measured: `go run . table 3`, about 1 min here\n") != 1 || strings.Contains(said, "What each idea") || strings.Contains(said, "The vote") {
		t.Errorf("rows 2 and 3 are not measured:\n%s", said)
	}
}

// TestMcNemar: probabilities of a fair coin by hand.
func TestMcNemar(t *testing.T) {
	for _, c := range []struct {
		better, worse int
		want          float64
	}{
		{9, 1, 22.0 / 1024},        // 2·(1+10)/2¹⁰
		{1, 9, 22.0 / 1024},        // both sides
		{5, 0, 2.0 / 32},           // 2·1/2⁵
		{3, 3, 1},                  // no more even split
		{0, 0, 1},                  // nothing to tell them apart
		{2, 4, 2 * 22.0 / 64},      // 2·(1+6+15)/2⁶
		{12, 4, 2 * 2517 / 65536.}, // 2·(1+16+120+560+1820)/2¹⁶
	} {
		var labels, before, after []uint8
		add := func(n int, b, a uint8) {
			for range n {
				labels, before, after = append(labels, 7), append(before, b), append(after, a)
			}
		}
		add(20, 7, 7)       // both right
		add(10, 1, 2)       // both wrong
		add(c.better, 3, 7) // only the new one is right
		add(c.worse, 7, 4)  // only the old one
		got, err := table.McNemar(labels, before, after)
		if err != nil || got.Better != c.better || got.Worse != c.worse || math.Abs(got.P-c.want) > 1e-12 {
			t.Errorf("%d against %d: %+v, %v, want %v", c.better, c.worse, got, err, c.want)
		}
	}
	if _, err := table.McNemar([]uint8{1}, []uint8{1}, nil); err == nil {
		t.Error("predictions of other pictures are compared")
	}
}

// sample is a table of three rows without pictures to train on; its test pictures are
// five of one pixel.
func sample() table.Table {
	test := &data.Images{N: 5, H: 1, W: 1, C: 1, Pixels: make([]uint8, 5), Labels: []uint8{0, 1, 2, 3, 4}}
	return table.Table{
		Section: "9.9",
		Rows: []table.Row{
			{ID: "1", What: "first", Book: 80, Seeds: 2},
			{ID: "2", What: "second", Book: 90, Against: "1", Seeds: 3},
			{ID: "3", What: "vote", Book: 100, Against: "2", Seeds: 1, VoteOf: "2", Voters: 3},
		},
		Profiles: []table.Profile{
			{Name: "plain", Recipe: func(string) (table.Recipe, error) {
				return table.Recipe{Net: cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 10}}, Pictures: chapters.Pictures{Describe: "five"}, Options: train.Options{Epochs: 2}, Images: 5}, nil
			}},
			{Name: "other", Recipe: func(string) (table.Recipe, error) {
				return table.Recipe{Net: cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 10}}, Pictures: chapters.Pictures{Describe: "five"}, Options: train.Options{Epochs: 3}, Images: 5}, nil
			}},
		},
		Test: func() (*data.Images, error) { return test, nil },
	}
}

func TestJobs(t *testing.T) {
	for _, c := range []struct {
		rows  string
		seeds int
		want  string
	}{
		{"1", 0, "plain_1_seed1 plain_1_seed2"},
		{"1 2", 0, "plain_1_seed1 plain_2_seed1 plain_1_seed2 plain_2_seed2 plain_2_seed3"},
		{"2 1", 1, "plain_1_seed1 plain_2_seed1"},
		{"3", 1, "plain_2_seed1 plain_2_seed2 plain_2_seed3"}, // a vote has its voters
		{"3 2", 4, "plain_2_seed1 plain_2_seed2 plain_2_seed3 plain_2_seed4"},
		{"", 0, ""},
	} {
		jobs, err := sample().Jobs("plain", strings.Fields(c.rows), c.seeds)
		var names []string
		for _, j := range jobs {
			names = append(names, j.String())
		}
		if got := strings.Join(names, " "); err != nil || got != c.want {
			t.Errorf("rows %q, %d seeds: %s, %v, want %s", c.rows, c.seeds, got, err, c.want)
		}
	}
	if _, err := sample().Jobs("plain", []string{"4"}, 0); err == nil || !strings.Contains(err.Error(), "there are 1, 2, 3") {
		t.Errorf("an unknown row: %v", err)
	}
	if _, err := sample().Profile("none"); err == nil || !strings.Contains(err.Error(), "plain, other") {
		t.Errorf("an unknown profile: %v", err)
	}
	if _, err := sample().Recipe(table.Job{Profile: "plain", Row: "3", Seed: 1}); err == nil || !strings.Contains(err.Error(), "train row 2") {
		t.Errorf("the recipe of a vote: %v", err)
	}
}

// TestNumbers: they are those of the trained rows, seed by seed, whatever is asked for.
func TestNumbers(t *testing.T) {
	tab := sample() // rows 1 and 2 are trained, with 2 and 3 seeds; row 3 votes
	for _, c := range []struct {
		n, seeds int
		want     string // a name, or words of the error
	}{
		{1, 0, "plain_1_seed1"},
		{2, 0, "plain_2_seed1"},
		{3, 0, "plain_1_seed2"},
		{4, 0, "plain_2_seed2"},
		{6, 0, "plain_2_seed3"},
		{3, 5, "plain_1_seed2"},
		{9, 5, "plain_1_seed5"},
		{5, 0, "seed 3 of row 1, and so many are not asked for"}, // row 1 asks for 2
		{6, 1, "plain_2_seed3"},                                  // the vote needs it
		{7, 0, "not asked for"},
		{0, 0, "no training number 0"},
		{-2, 0, "no training number -2"},
	} {
		j, err := tab.Numbered("plain", c.n, c.seeds)
		if got := fmt.Sprint(j, err); !strings.Contains(got, c.want) || strings.Contains(got, "\n") {
			t.Errorf("number %d of %d seeds: %s, want %s", c.n, c.seeds, got, c.want)
		}
		if err == nil && tab.Number(j) != c.n {
			t.Errorf("%v has the number %d, want %d", j, tab.Number(j), c.n)
		}
	}
	if n := tab.Number(table.Job{Profile: "plain", Row: "3", Seed: 1}); n != 0 {
		t.Errorf("a vote has the number %d, want none: it is not trained", n)
	}
}

// TestBadFiles: what cannot be used is told in one line with the mend, or as one of the
// two errors that training goes on from.
func TestBadFiles(t *testing.T) {
	j := table.Job{Profile: "plain", Row: "1", Seed: 1}
	const name = "plain_1_seed1.json"
	read := func(content string) error {
		_, err := sample().Read(fstest.MapFS{name: {Data: []byte(content)}}, j)
		return err
	}
	if _, err := sample().Read(fstest.MapFS{}, j); !errors.Is(err, table.ErrNone) {
		t.Errorf("no file: %v", err)
	}
	if err := read(`{"profile":"plain","row":"1","seed":1,"recipe":["network: other"]}`); !errors.Is(err, table.ErrRecipe) || !strings.Contains(err.Error(), `"network: other" where the code has "network: Sequential`) {
		t.Errorf("another recipe: %v", err)
	}
	for content, want := range map[string]string{
		`{"profile":`:                            "delete it",
		`{"profile":"plain","row":"2","seed":1}`: "holds the result of plain_2_seed1",
	} {
		if err := read(content); err == nil || errors.Is(err, table.ErrRecipe) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %q", content, err, want)
		}
	}
	if _, err := sample().Report(fstest.MapFS{"plain_1_seedx.json": {}}, "", table.Here{}); err == nil || !strings.Contains(err.Error(), "plain_1_seedx.json is not the name") {
		t.Errorf("a name without a seed: %v", err)
	}
}

// TestCheck: a result that contradicts itself is refused.
func TestCheck(t *testing.T) {
	test, err := sample().Test()
	if err != nil {
		t.Fatal(err)
	}
	good := func() *table.Result {
		return &table.Result{Profile: "plain", Row: "1", Seed: 1, Digest: "tested on " + train.Digest(test), Predictions: "01289", TestErrors: 2,
			Chosen: 3, ValidationErrors: 1, Curve: []table.Epoch{{ValidationErrors: 1}, {ValidationErrors: 2}, {ValidationErrors: 1}}}
	}
	if err := good().Check(test); err != nil {
		t.Error(err)
	}
	for want, spoil := range map[string]func(r *table.Result){
		"4 predictions for 5":        func(r *table.Result) { r.Predictions = "0128" },
		"prediction 1 is 'x'":        func(r *table.Result) { r.Predictions = "0x289" },
		"have 2 mistakes, it says 1": func(r *table.Result) { r.TestErrors = 1 },
		"other pictures":             func(r *table.Result) { r.Digest = "tested on others" },
		"chose epoch 1":              func(r *table.Result) { r.Chosen = 1 }, // the latest of equals is 3
		"with 0 errors":              func(r *table.Result) { r.ValidationErrors = 0 },
		"its curve of 0 epochs":      func(r *table.Result) { r.Curve = nil },
	} {
		r := good()
		spoil(r)
		if err := r.Check(test); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "plain_1_seed1.json") {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
