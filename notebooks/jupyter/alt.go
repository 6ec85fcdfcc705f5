package jupyter

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// output is an entry of a code cell's outputs.
type output struct {
	Data map[string]json.RawMessage `json:"data"` // by media type
}

// mute counts the images of a piece of HTML that a reader who cannot see them is told
// nothing about: img without alt, svg without a label or title.
func mute(source string) int {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		panic(err) // only a reader fails: HTML takes every text
	}
	n := 0
	for node := range root.Descendants() {
		if node.DataAtom == atom.Img && !says(node, "alt") ||
			node.DataAtom == atom.Svg && !says(node, "aria-label", "aria-labelledby") && !hidden(node) && !titled(node) {
			n++
		}
	}
	return n
}

// says reports whether one of the attributes has words.
func says(node *html.Node, attributes ...string) bool {
	return slices.ContainsFunc(node.Attr, func(a html.Attribute) bool {
		return slices.Contains(attributes, a.Key) && strings.TrimSpace(a.Val) != ""
	})
}

// hidden reports whether the element says that it is decoration.
func hidden(node *html.Node) bool {
	return slices.Contains(node.Attr, html.Attribute{Key: "aria-hidden", Val: "true"})
}

// titled reports whether an svg has a title of its own, with words.
func titled(svg *html.Node) bool {
	for child := range svg.ChildNodes() {
		if child.DataAtom == atom.Title {
			return child.FirstChild != nil && strings.TrimSpace(child.FirstChild.Data) != ""
		}
	}
	return false
}

// LintExecuted returns what is wrong with the outputs of an executed notebook, a line
// each: every figure that a cell shows needs alternative text.
func LintExecuted(path string) ([]string, error) {
	nb, err := readNotebook(path)
	if err != nil {
		return nil, err
	}
	var wrong []string
	for i, c := range nb.Cells {
		var outputs []output
		if len(c.Outputs) > 0 {
			if err := json.Unmarshal(c.Outputs, &outputs); err != nil {
				return nil, fmt.Errorf("notebooks: %s: cell %d: its outputs cannot be read: %w", path, i+1, err)
			}
		}
		for _, o := range outputs {
			var html text
			if raw, ok := o.Data["text/html"]; ok {
				if err := json.Unmarshal(raw, &html); err != nil {
					return nil, fmt.Errorf("notebooks: %s: cell %d: its HTML cannot be read: %w", path, i+1, err)
				}
			}
			if n := mute(string(html)); n > 0 {
				wrong = append(wrong, fmt.Sprintf("%s: cell %d: it shows %d images without alternative text", filepath.Base(path), i+1, n))
			}
			for media := range o.Data {
				if strings.HasPrefix(media, "image/") {
					wrong = append(wrong, fmt.Sprintf("%s: cell %d: it shows %s, which has no place for alternative text: show it with plots.Show", filepath.Base(path), i+1, media))
				}
			}
		}
	}
	return wrong, nil
}
