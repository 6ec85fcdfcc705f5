package generalisation

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"cnnbook/chapters"
	"cnnbook/chapters/ch05/s23-generalisation/table"
	"cnnbook/chapters/ch05/s23-generalisation/table/jobs"
	"cnnbook/chapters/sectiontest"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/nets"
	"cnnbook/internal/purego"
)

// fewDigits are the first pictures of a row's own kind, so few that the pure-Go backend
// trains on them in seconds.
func fewDigits(row string, training, validation, test int) chapters.Pictures {
	return chapters.Pictures{Describe: "few", Load: func() (a, b, c *data.Images, err error) {
		a, b, c, err = chapters.MNIST(training, validation).Load()
		if err == nil && expandedRow(row) {
			a = data.Shifted(a).Shuffled(1)
		}
		if err == nil {
			c, err = c.Slice(0, test)
		}
		return a, b, c, err
	}}
}

// TestEveryRowTrains: the recipes of all rows in all profiles build their networks and
// take their first steps; the first loss is that of ten equally likely classes, since
// the last layer starts from zeros.
func TestEveryRowTrains(t *testing.T) {
	backend := purego.Open(t)
	tab := Table()
	const batches = 2 // of the largest batch, 64
	for _, p := range tab.Profiles {
		for _, row := range tab.Rows {
			if row.VoteOf != "" {
				continue
			}
			recipe, err := p.Recipe(row.ID)
			if err != nil {
				t.Error(err)
				continue
			}
			few := fewDigits(row.ID, 64*batches, 10, 10)
			trial, err := chapters.Classify("", recipe.Net, few, recipe.Options).Run(t.Context(), backend, 1, batches)
			if err != nil {
				t.Errorf("%s, row %s: %v", p.Name, row.ID, err)
				continue
			}
			if len(trial.Losses) != batches || math.Abs(trial.Losses[0]-math.Log(10)) > 1e-5 || math.IsNaN(trial.Losses[1]) {
				t.Errorf("%s, row %s: first losses %v, want %v and another number", p.Name, row.ID, trial.Losses, math.Log(10))
			}
		}
	}
}

// TestRecipes: the settings of network3.py, from its calls in section 5.23, and the
// pictures that an epoch has.
func TestRecipes(t *testing.T) {
	for _, c := range []struct {
		row    string
		params int
		epochs int
		rate   string
		l2     float64
		images int
	}{
		{"1", 79_510, 60, "Constant(0.1)", 0, 50_000},
		{"2", 289_630, 60, "Constant(0.1)", 0, 50_000},
		{"3", 85_670, 60, "Constant(0.1)", 0, 50_000},
		{"4", 85_670, 60, "Constant(0.03)", 0.1, 50_000},
		{"5", 85_670, 60, "Constant(0.03)", 0.1, 250_000},
		{"5b", 215_870, 60, "Constant(0.03)", 0.1, 250_000},
		{"5c", 671_570, 60, "Constant(0.03)", 0.1, 250_000},
		{"6", 95_770, 60, "Constant(0.03)", 0.1, 250_000},
		{"6b", 306_170, 60, "Constant(0.03)", 0.1, 250_000},
		{"6c", 1_672_570, 60, "Constant(0.03)", 0.1, 250_000},
		{"7", 1_672_570, 40, "Constant(0.03)", 0, 250_000},
	} {
		r, err := Table().Recipe(table.Job{Row: c.row, Seed: 1})
		if err != nil {
			t.Error(err)
			continue
		}
		o := r.Options
		if got := r.Net.Params(cnnlib.Shape{28, 28, 1}); got != c.params || o.Epochs != c.epochs || o.Rate.String() != c.rate || o.L2 != c.l2 || r.Images != c.images ||
			o.Batch != 10 || !o.KeepOrder || o.White != 256 {
			t.Errorf("row %s: %d parameters, %+v, %d pictures, want %+v", c.row, got, o, r.Images, c)
		}
		// The text's L2, λ/2n·Σw², is Batch times smaller; both differ in more, but not in the
		// length of the training.
		text, err := Table().Recipe(table.Job{Profile: "intended", Row: c.row, Seed: 1})
		if err != nil || text.Options.L2 != c.l2/10 || text.Options.KeepOrder || text.Options.Epochs != c.epochs || strings.Contains(text.Net.String(), "Network3") {
			t.Errorf("row %s as the text has it: %+v, %v", c.row, text, err)
		}
	}
	for _, n := range nets.Section523() { // every network of the section is a row
		if !slices.Contains(slices.Sorted(func(yield func(string) bool) {
			for _, name := range netOfRow {
				if !yield(name) {
					return
				}
			}
		}), n.Name) {
			t.Errorf("network %s is no row of the table", n.Name)
		}
	}
	expandedTraining, _, _, err := expandedMNIST.Load()
	if err != nil || expandedTraining.N != 250_000 {
		t.Errorf("the expanded pictures: %v, want 250,000", err)
	}
}

// shortTable is the table with rows 1 to 4 as they are, but for fewer pictures and epochs.
func shortTable() table.Table {
	tab := Table()
	tab.Rows = tab.Rows[:4]
	recipe := tab.Profiles[0].Recipe
	tab.Profiles = tab.Profiles[:1]
	tab.Profiles[0].Recipe = func(row string) (table.Recipe, error) {
		r, err := recipe(row)
		r.Pictures, r.Images, r.Options.Epochs = fewDigits(row, 100, 50, 60), 100, 2
		return r, err
	}
	tab.Test = func() (*data.Images, error) { _, _, test, err := fewDigits("1", 1, 1, 60).Load(); return test, err }
	return tab
}

// TestStoredClaimsAndFigures trains a short table and draws what section 5.23 makes of
// its results. Networks that have seen 100 digits are far from the book's, which
// the claims must see.
func TestStoredClaimsAndFigures(t *testing.T) {
	backend := purego.Open(t)
	dir := t.TempDir()
	tab := shortTable()
	if s := stored(tab, os.DirFS(dir)); len(s.rows()) > 0 || len(s.claims()) > 0 || len(s.figures()) > 0 {
		t.Error("there are claims or figures without results")
	}
	all, err := tab.Jobs(tab.Profiles[0].Name, tab.IDs(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range all {
		if err := jobs.Train(t.Context(), backend, tab, j, jobs.Setting{Out: dir, Work: t.TempDir(), Machine: "a machine", Backend: "go"}); err != nil {
			t.Fatal(err)
		}
		if err := jobs.Verify(t.Context(), backend, tab, os.DirFS(dir), j, sectiontest.Steps); err != nil {
			t.Error(err)
		}
	}
	s := stored(tab, os.DirFS(dir))
	ids := map[string]chapters.Result{}
	results, err := chapters.CheckClaims([]chapters.Section{{ID: "5.23", Claims: s.claims()}}, backend)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Value == "" || r.Quote == "" || r.Book == "" {
			t.Errorf("%+v", r)
		}
		ids[r.ID] = r
	}
	for _, id := range []string{"5.23/12", "5.23/13", "5.23/14", "5.23/15"} {
		if f, ok := ids[id]; !ok || f.Computed != chapters.Differs {
			t.Errorf("%s is %+v after 100 digits, want Differs", id, f)
		}
	}
	if ids["5.23/21"].Computed != chapters.Unclear || ids["5.23/23"].Value == "" || ids["5.23/22"].Value == "" || len(ids) != 7 {
		t.Errorf("the claims are %+v", ids)
	}
	figures := s.figures()
	if len(figures) != 5 {
		t.Errorf("%d figures, want 5", len(figures))
	}
	for _, f := range figures {
		p := f.Draw(backend)
		if _, err := p.SVG(); err != nil || !strings.ContainsAny(p.Alt, "0123456789") || f.Caption == "" || f.CaptionZH == "" {
			t.Errorf("%s: %v, alt %q", f.ID, err, p.Alt)
		}
	}
	// The kernels come from the file: of row 2 the convolution alone is kept.
	one, err := s.kernels("2", 0)
	if err != nil || len(one) != 20 || len(one[0]) != 1 || len(one[0][0]) != 5 || len(one[0][0][0]) != 5 {
		t.Errorf("the kernels of row 2: %v", err)
	}
	if _, err := s.kernels("2", 1); err == nil {
		t.Error("row 2 has a second convolution")
	}
	if two, err := s.kernels("3", 1); err != nil || len(two) != 40 || len(two[0]) != 20 {
		t.Errorf("the second kernels of row 3: %v", err)
	}
	if _, err := s.kernels("1", 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the kernels of a row without: %v", err)
	}
}

// TestStoredTable holds the stored results against the code: recipes, predictions, curves,
// pictures and kept weights of all, and the first steps of the cheapest row; tests/onxla
// trains the first steps of the others again.
func TestStoredTable(t *testing.T) {
	backend := purego.Open(t)
	tab := Table()
	known := map[string]bool{"README.md": true}
	for _, p := range tab.Profiles {
		const seeds = 20 // more than any row asks for: --seeds may have been larger
		all, err := tab.Jobs(p.Name, tab.IDs(), seeds)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range all {
			name := j.String() + ".json"
			if _, err := fs.Stat(TableFolder(), name); err != nil {
				continue // not measured
			}
			known[name] = true
			steps := 0
			if j.Row == "1" && j.Seed == 1 {
				steps = sectiontest.Steps
			}
			if err := jobs.Verify(t.Context(), backend, tab, TableFolder(), j, steps); err != nil {
				t.Error(err)
				continue
			}
			if r, err := tab.Read(TableFolder(), j); err == nil && r.Weights != "" {
				known[j.String()+".safetensors"] = true
			}
		}
	}
	files, err := fs.ReadDir(TableFolder(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[f.Name()] {
			t.Errorf("measured/table/%s belongs to no training of the table: delete it", f.Name())
		}
		if info, err := f.Info(); err != nil || info.Size() > 1_000_000 {
			t.Errorf("measured/table/%s has %d bytes, %v: committed files stay below 1 MB", f.Name(), info.Size(), err)
		}
	}
}
