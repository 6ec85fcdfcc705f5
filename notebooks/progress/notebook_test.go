package progress

import (
	"encoding/base64"
	"encoding/xml"
	"html"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"cnnbook/cnnlib/train"
)

// fakePage holds what a notebook would.
type fakePage struct {
	ids     []string // in the order of the blocks
	blocks  map[string]string
	updates int
	synced  int // updates before the last Sync
}

func (p *fakePage) Update(id, html string) {
	if p.blocks == nil {
		p.blocks = map[string]string{}
	}
	if _, ok := p.blocks[id]; !ok {
		p.ids = append(p.ids, id)
	}
	p.blocks[id] = html
	p.updates++
}

func (p *fakePage) Sync() { p.synced = p.updates }

func wellFormed(t *testing.T, element string) {
	t.Helper()
	// The elements that HTML leaves open are closed for the parser.
	d := xml.NewDecoder(strings.NewReader("<div>" + regexp.MustCompile(`(<img [^>]*)>`).ReplaceAllString(element, "$1/>") + "</div>"))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Errorf("%v in %.300s", err, element)
			return
		}
	}
}

var image = regexp.MustCompile(`<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)"`)

func TestNotebook(t *testing.T) {
	p := new(fakePage)
	o := train.Options{Epochs: 3}
	show(&o, func() view { return newNotebook(p) })
	var r replay
	for i, a := range accuracies {
		r.epoch(t, o, i+1, a)
		if live := p.blocks[p.ids[0]]; i < 2 && (!strings.Contains(live, `max="300"`) || !strings.Contains(live, "> epoch ")) {
			t.Errorf("the live line is %s", live)
		}
		found := image.FindStringSubmatch(p.blocks[p.ids[1]])
		if i == 0 { // one point is no curve
			if found != nil || !strings.Contains(p.blocks[p.ids[1]], "<table>") {
				t.Errorf("after the first epoch: %s", p.blocks[p.ids[1]])
			}
			continue
		}
		if found == nil {
			t.Fatalf("after epoch %d there are no curves", i+1)
		}
		svg, err := base64.StdEncoding.DecodeString(found[2])
		if err != nil || !strings.HasPrefix(string(svg), "<svg") {
			t.Errorf("the curves are no SVG: %v, %.80s", err, svg)
		}
		for _, block := range p.blocks {
			wellFormed(t, block)
		}
	}
	const finding = "alidation accuracy rises from 0.9100 to 0.9700 over 3 epochs; best: epoch 2 (0.9720)."
	line, figure := p.blocks[p.ids[0]], p.blocks[p.ids[1]]
	if alt := html.UnescapeString(image.FindStringSubmatch(figure)[1]); !strings.Contains(alt, finding) {
		t.Errorf("the alternative text does not state the finding: %s", alt)
	}
	if !strings.Contains(line, "Ended after epoch 3 of 3") || !strings.Contains(line, finding) || strings.Contains(line, "<progress") {
		t.Errorf("the line that stays is %s", line)
	}
	if rows := strings.Count(figure, "<tr>"); rows != 4 || !strings.Contains(figure, `<th scope="row">2</th><td>0.500</td><td>0.9720 (best)</td><td>0.500</td><td>28</td><td>1.0 s</td>`) {
		t.Errorf("the table is %s", figure[strings.Index(figure, "<details>"):])
	}
	if strings.Contains(line+figure, "http") {
		t.Error("the output refers to the network")
	}
	// At most 20 live lines in 4.99 s, a figure an epoch, and twice the end.
	if len(p.blocks) != 2 || p.updates > 25 || p.synced != p.updates {
		t.Errorf("%d blocks, %d updates, %d of them synchronised: want 2 blocks and at most 25 updates, all of them", len(p.blocks), p.updates, p.synced)
	}
}

// TestManyShortEpochs: a hundred epochs a second are no hundred figures.
func TestManyShortEpochs(t *testing.T) {
	p := new(fakePage)
	o := train.Options{Epochs: 100}
	show(&o, func() view { return newNotebook(p) })
	for n := 1; n <= 100; n++ {
		o.OnStep(train.Progress{Step: n, Steps: 100, Epoch: n, Loss: 1, Images: n, Time: time.Duration(n) * 10 * time.Millisecond})
		o.OnEpoch(train.Epoch{Number: n, Loss: 1, Time: 10 * time.Millisecond})
	}
	// In 0.99 s, 4 live lines and 4 figures; and both of the end.
	if p.updates > 10 {
		t.Errorf("%d updates, want at most 10", p.updates)
	}
	if rows := strings.Count(p.blocks[p.ids[1]], "<tr>"); rows != 101 {
		t.Errorf("the last table has %d rows, want 101", rows)
	}
}

func TestNotebookEndsBeforeAnEpoch(t *testing.T) {
	p := new(fakePage)
	o := train.Options{Epochs: 3}
	d := show(&o, func() view { return newNotebook(p) })
	o.OnStep(train.Progress{Step: 1, Steps: 300, Epoch: 1, Loss: 2.3})
	d.Close()
	d.Close()
	if len(p.blocks) != 1 || p.blocks[p.ids[0]] != "<div>Ended in epoch 1 of 3, before a whole epoch.</div>" || p.updates != 2 {
		t.Errorf("%d updates: %v", p.updates, p.blocks)
	}
}

// TestAFigureThatCannotBeDrawn says so and lets the training go on.
func TestAFigureThatCannotBeDrawn(t *testing.T) {
	p := new(fakePage)
	o := train.Options{Epochs: 2}
	show(&o, func() view { return newNotebook(p) })
	o.OnStep(train.Progress{Step: 1, Steps: 1, Epoch: 1, Loss: 1})
	for n := 1; n <= 2; n++ {
		if err := o.OnEpoch(train.Epoch{Number: n, Loss: math.Inf(1)}); err != nil {
			t.Error(err)
		}
	}
	if !strings.Contains(p.blocks[p.ids[1]], "plots: ") {
		t.Errorf("the output does not say why there is no figure: %s", p.blocks[p.ids[1]])
	}
}
