package cli

import (
	"strings"
	"testing"

	"cnnbook/internal/cobracmd"
	"cnnbook/notebooks/jupyter"
)

func TestResultsInTextAndJSON(t *testing.T) {
	results := []jupyter.Executed{{Notebook: "a.ipynb", Cells: 3, OK: true, Copy: "x/a.ipynb"}, {Notebook: "b.ipynb", Cells: 2, Failed: 2, Error: "no", Copy: "x/b.ipynb"}}
	for _, c := range []struct {
		asJSON bool
		want   string
	}{
		{false, "✓ a.ipynb (3 cells) → x/a.ipynb\n✗ b.ipynb (2 cells) → x/b.ipynb\n"},
		{true, `[{"notebook":"a.ipynb","cells":3,"ok":true,"copy":"x/a.ipynb"},{"notebook":"b.ipynb","cells":2,"ok":false,"failed":2,"error":"no","copy":"x/b.ipynb"}]` + "\n"},
	} {
		var out strings.Builder
		if err := writeResults(&out, results, c.asJSON); err != nil || out.String() != c.want {
			t.Errorf("JSON %t: %v\n%s\nwant\n%s", c.asJSON, err, out.String(), c.want)
		}
	}
}

// TestAnUnknownBackendIsRefused: the flags of setup reach package jupyter, which answers before it
// installs anything.
func TestAnUnknownBackendIsRefused(t *testing.T) {
	t.Setenv("CNNBOOK_HOME", t.TempDir())
	root := cobracmd.Group("cnnbook", "", Commands(new(strings.Builder), new(strings.Builder))...)
	root.SetArgs([]string{"setup", "--backend", "abacus"})
	if err := root.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), "abacus") || strings.Contains(err.Error(), "\n") {
		t.Errorf("setup --backend abacus: %v, want one line that names it", err)
	}
}
