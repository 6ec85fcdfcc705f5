package jupyter

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// TestProgressInACell trains a small network for 2 epochs with progress.Run: the
// saved notebook holds the line that sums up, the curves with their description and
// the table, each once, and no trace of the live lines before.
func TestProgressInACell(t *testing.T) {
	r, err := runCells(t, `import (
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/notebooks/cell"
	"cnnbook/notebooks/progress"
	"cnnbook/xla"
)
%%
engine := cell.Must(xla.Open(cell.Context(), "go"))
digits := cell.Must(data.MNISTTest())
net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 10, Kernel: 28, Init: cnnlib.Zeros{}}}
options := train.Options{Epochs: 2, Batch: 20, Validation: digits}
m := cell.Kept(progress.Run(cell.Context(), engine.Backend, net, digits, options))
cell.Equal("the number of epochs", len(m.History), 2)`)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := os.ReadFile(r.Copy)
	if err != nil {
		t.Fatal(err)
	}
	var nb struct {
		Cells []struct {
			Outputs []struct {
				Type string         `json:"output_type"`
				Name string         `json:"name"`
				Data map[string]any `json:"data"`
			} `json:"outputs"`
		} `json:"cells"`
	}
	if err := json.Unmarshal(saved, &nb); err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, o := range nb.Cells[0].Outputs {
		switch {
		case o.Type == "error" || o.Name == "stderr":
			t.Errorf("the cell printed an error: %s", saved)
		case o.Type == "display_data":
			html, _ := json.Marshal(o.Data["text/html"]) // a string or a list of lines
			blocks = append(blocks, string(html))
		}
	}
	if len(blocks) != 2 {
		t.Fatalf("%d blocks, want the line and the curves", len(blocks))
	}
	unescaped := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\"`, `"`)
	line, figure := unescaped.Replace(blocks[0]), unescaped.Replace(blocks[1])
	if !strings.Contains(line, "Ended after epoch 2 of 2") || strings.Contains(line, "<progress") {
		t.Errorf("the line is %s", line)
	}
	for _, want := range []string{`<img alt="Training loss falls from `, " over 2 epochs; best: epoch ", `src="data:image/svg+xml;base64,`, `<th scope="row">2</th>`} {
		if !strings.Contains(figure, want) {
			t.Errorf("the curves lack %q: %.600s", want, figure)
		}
	}
}
