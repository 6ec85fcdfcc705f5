package progress

import (
	"fmt"
	"html"
	"strings"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
)

// page is the output of a notebook cell.
type page interface {
	// Update replaces the block with this id, or adds it below the others.
	Update(id, html string)
	// Sync waits until the page has everything.
	Sync()
}

// gonb is the page of the GoNB kernel.
type gonb struct{}

func (gonb) Update(id, html string) { gonbui.UpdateHTML(id, html) }
func (gonb) Sync()                  { gonbui.Sync() }

// notebook has two blocks in the output of the cell: the live line, and below it the
// curves and the table. Both are replaced in place, so the saved notebook holds the last of each.
type notebook struct {
	page       page
	line, plot string        // the blocks' ids
	drawn      time.Duration // of the run, when the curves were drawn
}

func newNotebook(p page) *notebook {
	id := gonbui.UniqueId()
	return &notebook{page: p, line: "progress_line_" + id, plot: "progress_plot_" + id, drawn: -refresh}
}

func (n *notebook) step(s state) {
	// The bar is one of HTML's own: a screen reader knows it, and it needs no script.
	n.page.Update(n.line, fmt.Sprintf(`<div style="font-variant-numeric:tabular-nums"><progress aria-label="steps of the training" max="%d" value="%d"></progress> %s</div>`,
		s.now.Steps, s.now.Step, s.live(0)))
}

// epoch draws the curves and the table. Epochs of a few steps may end a hundred times a second.
func (n *notebook) epoch(s state) {
	if s.now.Time-n.drawn < refresh {
		return
	}
	n.drawn = s.now.Time
	n.draw(s)
}

func (n *notebook) close(s state) {
	n.page.Update(n.line, "<div>"+html.EscapeString(s.summary())+"</div>")
	if len(s.epochs) > 0 {
		n.draw(s)
	}
	n.page.Sync() // the kernel drops what is still on its way when the cell's program ends
}

func (n *notebook) draw(s state) {
	figure := ""
	if len(s.epochs) > 1 { // one point is no curve
		var err error
		if figure, err = Curves(s.epochs).HTML(""); err != nil { // the training goes on without a figure
			figure = "<div>" + html.EscapeString(err.Error()) + "</div>"
		}
	}
	n.page.Update(n.plot, figure+table(s))
}

// table has the numbers of the curves, folded away.
func table(s state) string {
	var b strings.Builder
	scores := validated(s.epochs)
	b.WriteString(`<details><summary>The numbers as a table</summary><table><thead><tr><th scope="col">epoch</th><th scope="col">training loss</th>`)
	if scores {
		b.WriteString(`<th scope="col">validation accuracy</th><th scope="col">validation loss</th><th scope="col">errors</th>`)
	}
	b.WriteString(`<th scope="col">time</th></tr></thead><tbody>`)
	for i, e := range s.epochs {
		fmt.Fprintf(&b, `<tr><th scope="row">%d</th><td>%s</td>`, e.Number, loss(e.Loss))
		if scores {
			mark := ""
			if i == best(s.epochs) {
				mark = " (best)"
			}
			fmt.Fprintf(&b, `<td>%s%s</td><td>%s</td><td>%d</td>`, accuracy(e), mark, loss(e.Validation.Loss), e.Validation.Errors)
		}
		fmt.Fprintf(&b, `<td>%s</td></tr>`, duration(e.Time))
	}
	b.WriteString(`</tbody></table></details>`)
	return b.String()
}
