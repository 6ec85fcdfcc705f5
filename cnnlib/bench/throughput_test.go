package bench

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// answers is a peer whose ways reach 100, 200 and 50 pictures a second, or, as JAX, the
// one way that reaches 150.
const answers = `
case "$1" in
*torch*) echo '{"who":"torch 0","ways":[{"name":"slow","images_per_s":100},{"name":"fast","images_per_s":200},{"name":"slowest","images_per_s":50}]}';;
*) echo '{"who":"jax 0","ways":[{"name":"only","images_per_s":150}]}';;
esac
while read -r ask; do
	case "$ask" in
	*fast*) echo '{"steps":10,"images":40,"seconds":0.2}';;
	*slow*) echo '{"steps":10,"images":40,"seconds":0.4}';;
	*only*) echo '{"steps":15,"images":60,"seconds":0.4}';;
	esac
done
`

// A contest with peers that always answer the same: their figures and all ratios are known.
func TestThroughputBesidePeers(t *testing.T) {
	for _, measure := range []string{"train", "infer"} {
		out, log, err := execute(t, measure, "--net", "fc", "--batch", "4", "--jobs", "1", "--repeat", "2", "--seconds", "0.01", "--json", "--peers-python", fakePython(t, answers))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(log, fasterPlugins[0]) || !strings.Contains(log, "xla install") {
			t.Errorf("%q: want a line about the plugin that is not installed", log)
		}
		var r Report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		if measure == "train" { // five networks in one graph are measured too, and rank with nobody
			row := &r.Rows[0]
			many := row.Results[1]
			if many.Many != 5 || many.Peer || many.Images != 5*4*many.Steps || many.Ratio != 0 || row.Together != many.Median/row.BestOurs {
				t.Errorf("five in one graph: %+v of %+v", many, row)
			}
			row.Results = slices.Delete(row.Results, 1, 2)
		}
		if len(r.Rows) != 1 || len(r.Rows[0].Results) != 4 {
			t.Fatalf("%s: want one row of ours, torch in its two fastest ways, and jax", out)
		}
		row := r.Rows[0]
		ours := row.Results[0]
		if ours.Peer || ours.Who != "cnnlib" || ours.Engine != "pure Go" || ours.Steps < 2 || ours.Images != 4*ours.Steps || ours.Seconds < 2*0.01 || ours.Min > ours.Median || ours.Max < ours.Median || len(ours.Runs) != 2 || ours.Min <= 0 {
			t.Errorf("ours: %+v", ours)
		}
		// 40 pictures in 0.2 s and in 0.4 s, 60 in 0.4 s.
		for i, want := range []struct {
			who, way string
			median   float64
		}{{"torch 0", "fast", 200}, {"torch 0", "slow", 100}, {"jax 0", "only", 150}} {
			got := row.Results[i+1]
			if got.Who != want.who || got.Way != want.way || got.Median != want.median || got.Ratio != want.median/200 || !got.Peer {
				t.Errorf("result %d is %+v, want %+v", i+1, got, want)
			}
		}
		if row.BestPeer != 200 || row.BestOurs != ours.Median || row.Ratio != ours.Median/200 || ours.Ratio != row.Ratio {
			t.Errorf("best: %+v", row)
		}
		fields(t, json.RawMessage(out), measure == "train")
	}
}

// fields checks the names that other programs read.
func fields(t *testing.T, report json.RawMessage, training bool) {
	t.Helper()
	var r struct{ Rows []json.RawMessage }
	if err := json.Unmarshal(report, &r); err != nil {
		t.Fatal(err)
	}
	if got := keys(t, report); got != "machine repeat rows seconds" {
		t.Errorf("report: %s", got)
	}
	want, peer := "batch best_ours_images_per_s best_peer_images_per_s jobs measure net ratio_of_the_best results", 1
	if training { // behind ours come several networks in one graph
		want, peer = strings.Replace(want, "ratio_of", "ratio_in_one_graph ratio_of", 1), 2
	}
	if got := keys(t, r.Rows[0]); got != want {
		t.Errorf("row: %s", got)
	}
	var row struct{ Results []json.RawMessage }
	if err := json.Unmarshal(r.Rows[0], &row); err != nil {
		t.Fatal(err)
	}
	if got := keys(t, row.Results[0]); got != "engine images images_per_s max_images_per_s min_images_per_s peak_mb peer ratio_to_best_peer runs_images_per_s seconds steps who" {
		t.Errorf("ours: %s", got)
	}
	if got := keys(t, row.Results[peer]); got != "images images_per_s max_images_per_s min_images_per_s peak_mb peer ratio_to_best_peer runs_images_per_s seconds steps way who" {
		t.Errorf("peer: %s", got)
	}
}

// Two jobs run at the same time, and their rates are summed.
func TestTwoJobs(t *testing.T) {
	if len(cores()) < 2 {
		_, log, err := execute(t, "train", "--net", "fc", "--batch", "4", "--jobs", "2", "--seconds", "0.01")
		if err != nil || !strings.Contains(log, "2 jobs") {
			t.Errorf("%v, %q: want a line that says why nothing is measured", err, log)
		}
		return
	}
	out, _, err := execute(t, "train", "--net", "fc", "--batch", "4", "--jobs", "2", "--repeat", "1", "--seconds", "0.01", "--json", "--peers-python", fakePython(t, answers))
	if err != nil {
		t.Fatal(err)
	}
	var r Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	row := r.Rows[0]
	if row.Jobs != 2 || row.BestPeer != 400 || row.Results[0].Images != 4*row.Results[0].Steps || row.Ratio != row.BestOurs/400 {
		t.Errorf("%+v: want two peers of 200 pictures a second", row)
	}
}

// A process that was started on one core may use that one only.
func TestPinned(t *testing.T) {
	before := cores()
	if before == nil {
		t.Skip("only Linux pins processes")
	}
	core := before[len(before)-1]
	body := `echo "{\"who\":\"$(grep Cpus_allowed_list /proc/self/status | tr -dc 0-9,-)\",\"ways\":[{}]}"; cat >/dev/null`
	p, err := start(t.Context(), "a fake", core, os.Environ(), fakePython(t, body))
	if err != nil {
		t.Fatal(err)
	}
	p.close()
	if want := string(rune('0' + core)); core < 10 && p.Who != want {
		t.Errorf("the process may use the cores %s, want %s", p.Who, want)
	}
	if !slices.Equal(cores(), before) {
		t.Errorf("this process may use %v now, before %v", cores(), before)
	}
}

func TestText(t *testing.T) {
	out, _, err := execute(t, "train", "--net", "fc", "--batch", "4", "--jobs", "1", "--repeat", "1", "--seconds", "0.01", "--peers-python", fakePython(t, answers))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"cnnlib on pure Go", "torch 0, fast", "200 to 200", "1.00", "best of ours / best peer", "geometric mean of the 1 ratios"} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %q:\n%s", want, out)
		}
	}
}

func TestErrors(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "python")
	if err := os.WriteFile(broken, []byte("#!/bin/sh\necho 'Traceback' >&2\necho \"ModuleNotFoundError: No module named 'torch'\" >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	short := []string{"--net", "fc", "--batch", "4", "--jobs", "1", "--repeat", "1", "--seconds", "0.01"}
	for _, c := range []struct {
		args  []string
		words []string
	}{
		{[]string{"train", "--net", "lenet"}, []string{`"lenet"`, "conv2"}},
		{[]string{"train", "--batch", "0"}, []string{"batch of 0", "1 to 60000"}},
		{[]string{"train", "--jobs", "3"}, []string{"3 jobs", "1 or 2"}},
		{[]string{"train", "--repeat", "-1"}, []string{"-1 runs", "at least one"}},
		{[]string{"infer", "--engine", "xla-gpu"}, []string{`"xla-gpu"`, "go", "xla install"}},
		{[]string{"scale", "--grow", "rate"}, []string{`"rate"`, "batch side channels depth"}},
		{[]string{"scale", "--leak=3"}, []string{"3 steps", "at least 10"}},
		{append([]string{"train", "--peers-python", broken}, short...), []string{"No module named 'torch'", "--peers-python"}},
		{append([]string{"train", "--peers-python", filepath.Join(t.TempDir(), "none")}, short...), []string{"none", "no such file"}},
		{append([]string{"train", "--peers-python", fakePython(t, "echo no JSON")}, short...), []string{"peer_torch.py", `"no JSON"`, "one JSON object a line"}},
		{append([]string{"train", "--peers-python", fakePython(t, "echo 'out of memory' >&2; exit 1")}, short...), []string{"peer_torch.py (train fc, batch 4)", "out of memory"}},
		{append([]string{"train", "--peers-python", fakePython(t, "exit 3")}, short...), []string{"peer_torch.py", "exit status 3"}},
		{append([]string{"train", "--peers-python", fakePython(t, `echo '{"who":"x"}'; cat >/dev/null`)}, short...), []string{"no way to work"}},
		{append([]string{"train", "--peers-python", fakePython(t, `echo '{"who":"x","ways":[{}]}'; read r; echo '{"steps":0}'`)}, short...), []string{"above 0"}},
		{[]string{"child", "{"}, []string{`"{"`}},
		{[]string{"child", `{"measure":"sleep","engine":"go"}`}, []string{`"sleep"`, "train"}},
		{[]string{"child", `{"measure":"train","engine":"go","net":{"name":"x"}}`}, []string{`"x"`, "conv2"}},
	} {
		_, _, err := execute(t, c.args...)
		oneLine(t, err, c.words...)
	}
}

// Where the environment of the peers cannot be made, one line says why, and nothing
// is left that looks complete.
func TestEnvironmentThatCannotBeMade(t *testing.T) {
	python := func(body string) string {
		dir := t.TempDir()
		if body != "" {
			if err := os.WriteFile(filepath.Join(dir, "python3"), []byte("#!/bin/sh\n"+body), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	// -m venv makes a folder with a python that is this script, whose pip fails.
	fails := `PATH=/usr/bin:/bin
case "$*" in
"-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python";;
*pip*) echo "ERROR: No matching distribution found for torch" >&2; exit 1;;
esac
`
	for _, c := range []struct {
		path  string
		words []string
	}{
		{python(""), []string{"python3 was not found", "--peers-python"}},
		{python("echo 'No module named venv' >&2; exit 1"), []string{"No module named venv"}},
		{python(fails), []string{"No matching distribution", "PIP_INDEX_URL"}},
	} {
		home := t.TempDir()
		t.Setenv("CNNBOOK_HOME", home)
		t.Setenv("PATH", c.path)
		_, _, err := execute(t, "train", "--net", "fc", "--batch", "4", "--jobs", "1", "--peers")
		oneLine(t, err, c.words...)
		for _, name := range []string{"venv", "installed.txt"} {
			if _, err := os.Stat(filepath.Join(home, "peers", name)); err == nil {
				t.Errorf("%s is left behind", name)
			}
		}
	}
}

// A complete environment is used again and not made anew.
func TestEnvironmentIsKept(t *testing.T) {
	dir, home := t.TempDir(), t.TempDir()
	works := `PATH=/usr/bin:/bin
case "$*" in
"-m venv "*) echo made >>"` + dir + `/log"; mkdir -p "$3/bin" && cp "$0" "$3/bin/python";;
*pip*) grep -q torch== "$8" || { echo "pip got $*" >&2; exit 1; };;
-c*) ;;
*) ` + answers + `;;
esac
`
	if err := os.WriteFile(filepath.Join(dir, "python3"), []byte("#!/bin/sh\n"+works), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CNNBOOK_HOME", home)
	t.Setenv("PATH", dir)
	for range 2 {
		if _, _, err := execute(t, "train", "--net", "fc", "--batch", "4", "--jobs", "1", "--repeat", "1", "--seconds", "0.01", "--peers"); err != nil {
			t.Fatal(err)
		}
	}
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil || string(log) != "made\n" {
		t.Errorf("%q, %v: want one environment for both runs", log, err)
	}
}

// The lowerings are those that package train measures and keeps.
func TestLowerings(t *testing.T) {
	t.Setenv("CNNBOOK_HOME", t.TempDir())
	out, _, err := execute(t, "lowerings", "--net", "fc,conv1", "--batch", "2", "--engine", "go", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var all []Lowerings
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || all[0].Net != "conv1" || len(all[0].Convolutions) != 1 || len(all[0].Convolutions[0].Seconds) != 4 { // fc has no convolution
		t.Fatalf("%s: want the convolution of conv1 in four lowerings", out)
	}
	text, _, err := execute(t, "lowerings", "--net", "conv1", "--batch", "2", "--engine", "go")
	if err != nil || !strings.Contains(text, "im2col") || !strings.Contains(text, "Conv2D{Channels: 20, Kernel: 5}") {
		t.Errorf("%v: %s", err, text)
	}
	if _, _, err := execute(t, "train", "--lowering", "fast"); err == nil || !strings.Contains(err.Error(), "phases") {
		t.Errorf("%v: want the names of the lowerings", err)
	}
}
