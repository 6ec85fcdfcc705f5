package progress

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
)

// A run of 3 epochs of 100 steps of 10 images: the first call of steps takes a second
// (the compiler), every other 10 ms, and the validation after an epoch half a second.
type replay struct {
	now    time.Duration
	step   int
	images int
}

func (r *replay) epoch(t *testing.T, o train.Options, number int, accuracy float64) {
	t.Helper()
	start := r.now
	for range 100 {
		if r.step == 0 {
			r.now += time.Second
		} else {
			r.now += 10 * time.Millisecond
		}
		r.step++
		r.images += 10
		if err := o.OnStep(train.Progress{Step: r.step, Steps: 300, Epoch: number, Loss: 1 / float64(number), Images: r.images, Time: r.now}); err != nil {
			t.Fatal(err)
		}
	}
	e := train.Epoch{Number: number, Loss: 1 / float64(number), Time: r.now - start, Best: number < 3}
	e.Validation = train.Score{Loss: 0.5, Accuracy: accuracy, Errors: int(1000*(1-accuracy) + 0.5)}
	if err := o.OnEpoch(e); err != nil {
		t.Fatal(err)
	}
	r.now += time.Second / 2
}

var accuracies = []float64{0.91, 0.972, 0.97}

// recorder counts what a view is told and keeps the newest state.
type recorder struct {
	steps, epochs, closed int
	lives                 []string
	state
}

func (r *recorder) step(s state)  { r.steps++; r.lives = append(r.lives, s.live(0)); r.state = s }
func (r *recorder) epoch(s state) { r.epochs++; r.state = s }
func (r *recorder) close(s state) { r.closed++; r.state = s }

func TestRefreshAtMostFourTimesASecond(t *testing.T) {
	var views []*recorder
	o := train.Options{Epochs: 3}
	show(&o, func() view { views = append(views, new(recorder)); return views[len(views)-1] })
	for range 2 { // two runs with the same options
		var r replay
		for i, a := range accuracies {
			r.epoch(t, o, i+1, a)
		}
	}
	if len(views) != 2 {
		t.Fatalf("%d displays for two runs", len(views))
	}
	for _, v := range views {
		// The steps of the run take 1 s + 299 · 10 ms + 2 · 0.5 s = 4.99 s.
		if v.steps < 10 || v.steps > 20 || v.epochs != 3 || v.closed != 1 {
			t.Errorf("%d live lines, %d epochs, %d ends: want at most 20, 3 and 1", v.steps, v.epochs, v.closed)
		}
	}
}

// A run that ended early and was not closed ends when the next one begins.
func TestTheNextRunClosesTheOneBefore(t *testing.T) {
	var views []*recorder
	o := train.Options{Epochs: 3}
	d := show(&o, func() view { views = append(views, new(recorder)); return views[len(views)-1] })
	for range 2 {
		var r replay
		r.epoch(t, o, 1, accuracies[0])
	}
	d.Close()
	if len(views) != 2 {
		t.Fatalf("%d displays for two runs", len(views))
	}
	for i, v := range views {
		if v.closed != 1 || len(v.state.epochs) != 1 {
			t.Errorf("display %d was closed %d times with %d epochs, want once with 1", i+1, v.closed, len(v.state.epochs))
		}
	}
}

func TestSpeedLeavesOutCompilerAndValidation(t *testing.T) {
	v := new(recorder)
	o := train.Options{Epochs: 3}
	show(&o, func() view { return v })
	var r replay
	r.epoch(t, o, 1, accuracies[0])
	r.epoch(t, o, 2, accuracies[1])
	// 10 images in 10 ms.
	if got := v.speed.rate(); got < 999.9 || got > 1000.1 {
		t.Errorf("%v images/s, want 1000", got)
	}
	// From the first call on, 199 steps took 10 ms each, and a validation 500 ms; 100
	// steps are left.
	want := (199*10*time.Millisecond + 500*time.Millisecond) * 100 / 199
	if got := v.speed.left(); (got - want).Abs() > time.Microsecond {
		t.Errorf("%v left, want %v", got, want)
	}
	if got, want := v.lives[len(v.lives)-1], "epoch 2/3, loss 0.500, accuracy 0.9100, 1000 images/s, "; !strings.HasPrefix(got, want) || !strings.HasSuffix(got, " s left") {
		t.Errorf("the live line is %q, want %q and the time left", got, want)
	}
	if got := v.lives[0]; got != "epoch 1/3, loss 1.00" {
		t.Errorf("before a second call nothing is known of the speed, but the live line is %q", got)
	}
}

func TestSpeedFollowsTheMachine(t *testing.T) {
	var s speed
	var p train.Progress
	for i := range 3000 { // 10 s at 1000 images/s, then 20 s at 500
		p.Step, p.Epoch, p.Images = i+1, 1, p.Images+10
		p.Time += 10 * time.Millisecond
		if i >= 1000 {
			p.Time += 10 * time.Millisecond
		}
		s.step(p)
		if i == 1000 && s.rate() < 900 {
			t.Errorf("one slow step brings the speed to %v images/s", s.rate())
		}
	}
	// After 40 s, eight times fading, less than e⁻⁸ of the weight is on the old speed.
	if got := s.rate(); got < 500 || got > 501 {
		t.Errorf("%v images/s, want 500", got)
	}
}

// An epoch of a single call of steps has no time between calls.
func TestSpeedOfEpochsInOneCall(t *testing.T) {
	var s speed
	for i, want := range []float64{0, 2000, 2000} {
		n := i + 1
		s.step(train.Progress{Step: 100 * n, Steps: 300, Epoch: n, Images: 1000 * n, Time: time.Duration(n) * time.Second})
		s.epoch(train.Epoch{Number: n, Time: time.Second / 2})
		if got := s.rate(); got < want-0.1 || got > want+0.1 {
			t.Errorf("after epoch %d %v images/s, want %v", n, got, want)
		}
	}
}

// A run that goes on from a checkpoint has done its first steps before.
func TestTimeLeftOfAResumedRun(t *testing.T) {
	var s speed
	s.step(train.Progress{Step: 901, Steps: 1000, Epoch: 10, Images: 10, Time: time.Second})
	s.step(train.Progress{Step: 911, Steps: 1000, Epoch: 10, Images: 110, Time: 2 * time.Second})
	if got, want := s.left(), 8900*time.Millisecond; got != want { // 89 steps, 10 a second
		t.Errorf("%v left, want %v", got, want)
	}
}

func TestLines(t *testing.T) {
	var b strings.Builder
	o := train.Options{Epochs: 3}
	ShowTo(&b, &o)
	var r replay
	for i, a := range accuracies {
		r.epoch(t, o, i+1, a)
	}
	want := `epoch 1 of 3: loss 1.00, validation accuracy 0.9100 (best so far), 1000 images/s, 2.0 s
epoch 2 of 3: loss 0.500, validation accuracy 0.9720 (best so far), 1000 images/s, 1.0 s
epoch 3 of 3: loss 0.333, validation accuracy 0.9700, 1000 images/s, 1.0 s
Ended after epoch 3 of 3, 4.0 s of training. Training loss falls from 1.00 to 0.333 over 3 epochs; validation accuracy rises from 0.9100 to 0.9700 over 3 epochs; best: epoch 2 (0.9720).
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

// ansi are the control sequences by which the bar replaces its line.
var ansi = regexp.MustCompile("\x1b\\[[0-9]*K|\r")

func TestBar(t *testing.T) {
	var b strings.Builder
	o := train.Options{Epochs: 3}
	show(&o, func() view { return &bar{lines: lines{&b}} })
	var r replay
	for i, a := range accuracies {
		r.epoch(t, o, i+1, a)
	}
	text := ansi.ReplaceAllString(b.String(), "\n")
	for _, want := range []string{"epoch 2/3, loss 0.500, accuracy 0.9100, 1000 images/s, ", " 50% |██████████", "\nepoch 3 of 3: loss 0.333", "\nEnded after epoch 3 of 3"} {
		if !strings.Contains(text, want) {
			t.Errorf("the bar's output lacks %q:\n%s", want, text)
		}
	}
	// What stays on the screen are the lines: before each the bar's line is cleared.
	if n := strings.Count(b.String(), "\x1b[2K\repoch "); n != 3 {
		t.Errorf("%d of 3 lines begin on a cleared line", n)
	}
}

func TestAFileIsNoTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if isTerminal(f) || isTerminal(new(strings.Builder)) {
		t.Error("a file or a buffer passes for a terminal")
	}
}

func TestHooksAreChained(t *testing.T) {
	stop := errors.New("stop")
	steps := 0
	o := train.Options{OnStep: func(train.Progress) error { steps++; return nil }, OnEpoch: func(train.Epoch) error { return stop }}
	d := ShowTo(new(strings.Builder), &o)
	defer d.Close()
	if err := o.OnStep(train.Progress{Step: 1, Steps: 1, Epoch: 1}); err != nil || steps != 1 {
		t.Errorf("the hook for steps was called %d times, %v", steps, err)
	}
	if err := o.OnEpoch(train.Epoch{Number: 1}); err != stop {
		t.Errorf("the error of the hook for epochs became %v", err)
	}
}

// tiny is a training of 20 steps in 2 epochs; the pictures are no pictures of anything.
func tiny(t testing.TB) (compute.Backend, cnnlib.Layer, *data.Images) {
	t.Helper()
	images := &data.Images{N: 100, H: 4, W: 4, C: 1, Pixels: make([]uint8, 1600), Labels: make([]uint8, 100)}
	for i := range images.Pixels {
		images.Pixels[i] = uint8(i * i)
	}
	for i := range images.Labels {
		images.Labels[i] = uint8(i % 10)
	}
	backend, err := compute.NewWithConfig("go")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(backend.Finalize)
	return backend, cnnlib.Sequential{cnnlib.Flatten{}, cnnlib.Dense{Units: 10}}, images
}

// standardError returns what f writes there.
func standardError(t *testing.T, f func()) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	before := os.Stderr
	os.Stderr = file
	defer func() { os.Stderr = before }()
	f()
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRun(t *testing.T) {
	backend, net, images := tiny(t)
	options := train.Options{Epochs: 2, Validation: images, Checkpoint: t.TempDir()}
	ctx, stop := context.WithCancel(t.Context())
	stopped := options
	stopped.OnStep = func(p train.Progress) error {
		if p.Epoch == 2 {
			stop()
		}
		return nil
	}
	for _, c := range []struct {
		name    string
		ctx     context.Context
		options train.Options
		lines   int    // an epoch each, and the end
		end     string // of the run
		epochs  int
	}{
		{"stopped in epoch 2", ctx, stopped, 2, "Ended after epoch 1 of 2, ", 1},
		{"taken up again", t.Context(), options, 2, "Training loss falls from ", 2}, // from epoch 1, which the run before it did
		{"read from the checkpoint", t.Context(), options, 1, "Training loss falls from ", 2},
	} {
		var m *train.Model
		var err error
		text := standardError(t, func() { m, err = Run(c.ctx, backend, net, images, c.options) })
		if m == nil || len(m.History) != c.epochs || (c.epochs == 2) != (err == nil) {
			t.Fatalf("%s: %v, want %d epochs", c.name, err, c.epochs)
		}
		if strings.Count(text, "\n") != c.lines || !strings.Contains(text, c.end) {
			t.Errorf("%s: the run shows\n%swant %d lines with %q", c.name, text, c.lines, c.end)
		}
	}
	// What train.Run refuses shows nothing.
	text := standardError(t, func() {
		if m, err := Run(t.Context(), backend, net, images, train.Options{Batch: 101}); m != nil || err == nil {
			t.Errorf("Run with too large a batch: %v", err)
		}
	})
	if text != "" {
		t.Errorf("a refused run shows %q", text)
	}
}

func TestDuration(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0.43 s": 430 * time.Millisecond, "9.9 s": 9900 * time.Millisecond, "10 s": 9960 * time.Millisecond,
		"1.0 s": 999 * time.Millisecond, "1 min 0 s": 59900 * time.Millisecond, "4 min 3 s": 243 * time.Second,
		"12 min": 12*time.Minute + 29*time.Second, "1 h 0 min": 59*time.Minute + 40*time.Second, "2 h 5 min": 2*time.Hour + 5*time.Minute + 10*time.Second,
	} {
		if got := duration(d); got != want {
			t.Errorf("duration(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestLiveFitsATerminal(t *testing.T) {
	s := state{total: 60, now: train.Progress{Epoch: 12, Loss: 0.0342}, epochs: []train.Epoch{{Validation: train.Score{Accuracy: 0.98764}}}}
	s.speed = speed{images: 12345, seconds: 1, first: train.Progress{Step: 1}, last: train.Progress{Step: 2, Steps: 3, Time: 299 * time.Second}}
	for columns, want := range map[int]string{
		0:  "epoch 12/60, loss 0.0342, accuracy 0.9876, 12,300 images/s, 4 min 59 s left",
		75: "epoch 12/60, loss 0.0342, accuracy 0.9876, 12,300 images/s, 4 min 59 s left",
		74: "epoch 12/60, loss 0.0342, 12,300 images/s, 4 min 59 s left",
	} {
		if got := s.live(columns); got != want {
			t.Errorf("in %d columns: %q, want %q", columns, got, want)
		}
	}
}

func TestPerSecond(t *testing.T) {
	for want, rate := range map[string]float64{"0.25 images/s": 0.25, "12.3 images/s": 12.34, "1230 images/s": 1234, "12,300 images/s": 12345.6} {
		if got := perSecond(rate); got != want {
			t.Errorf("perSecond(%v) = %q, want %q", rate, got, want)
		}
	}
}

func TestFinding(t *testing.T) {
	scored := func(number int, l, a float64, best bool) train.Epoch {
		return train.Epoch{Number: number, Loss: l, Best: best, Validation: train.Score{Loss: 1, Accuracy: a}}
	}
	for _, c := range []struct {
		want   string
		epochs []train.Epoch
	}{
		{"after epoch 1 the training loss is 2.30", []train.Epoch{{Number: 1, Loss: 2.3}}},
		{"after epoch 4 the training loss is 0.0831 and the validation accuracy 0.9000", []train.Epoch{scored(4, 0.08312, 0.9, true)}},
		{"training loss rises from 0.200 to 12.3 over 2 epochs", []train.Epoch{{Number: 1, Loss: 0.2}, {Number: 2, Loss: 12.3}}},
		{"training loss stays at 2.30 over 2 epochs; validation accuracy falls from 0.9000 to 0.8000 over 2 epochs; best: epoch 1 (0.9000)",
			[]train.Epoch{scored(1, 2.3, 0.9, true), scored(2, 2.3001, 0.8, false)}},
		// Nothing right is a score as well.
		{"training loss falls from 2.00 to 1.00 over 2 epochs; validation accuracy rises from 0.0000 to 0.5000 over 2 epochs; best: epoch 2 (0.5000)",
			[]train.Epoch{scored(1, 2, 0, true), scored(2, 1, 0.5, true)}},
	} {
		if got := finding(c.epochs); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

func TestCurvesWithoutAnEpoch(t *testing.T) {
	if err := Curves(nil).Err(); err == nil || !strings.Contains(err.Error(), "0 x") {
		t.Errorf("the curves of no epoch: %v", err)
	}
}

func ExampleCurves() {
	// As in the History of a model that package train has trained.
	history := []train.Epoch{
		{Number: 1, Loss: 0.52, Validation: train.Score{Accuracy: 0.91, Errors: 900}, Best: true},
		{Number: 2, Loss: 0.17, Validation: train.Score{Accuracy: 0.96, Errors: 400}, Best: true},
	}
	fmt.Println(Curves(history).Alt)
	// Output: Training loss falls from 0.520 to 0.170 over 2 epochs; validation accuracy rises from 0.9100 to 0.9600 over 2 epochs; best: epoch 2 (0.9600).
}

// TestAReconstructionHasNoAccuracy: its validation score is a loss alone, and no
// accuracy of 0 is shown for it.
func TestAReconstructionHasNoAccuracy(t *testing.T) {
	history := []train.Epoch{
		{Number: 1, Loss: 0.08, Validation: train.Score{Loss: 0.07}, Best: true},
		{Number: 2, Loss: 0.04, Validation: train.Score{Loss: 0.05}, Best: true},
	}
	p := Curves(history)
	if p.Err() != nil || strings.Contains(p.Alt, "accuracy") || !strings.Contains(p.Alt, "0.04") {
		t.Errorf("the curves say %q (%v)", p.Alt, p.Err())
	}
}
