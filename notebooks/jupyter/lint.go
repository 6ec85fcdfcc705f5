package jupyter

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// maxCodeLines is the longest a code cell may be (design: longer code belongs in
// cnnlib or chapters, where it is tested).
const maxCodeLines = 15

// notebook is the part of the nbformat 4 that the lint reads
// (https://nbformat.readthedocs.io/en/latest/format_description.html).
type notebook struct {
	Cells []struct {
		Type           string          `json:"cell_type"`
		Source         text            `json:"source"`
		Outputs        json.RawMessage `json:"outputs"`
		ID             string          `json:"id"`
		ExecutionCount *int            `json:"execution_count"`
	} `json:"cells"`
	Metadata struct {
		Kernelspec struct {
			Name string `json:"name"`
		} `json:"kernelspec"`
	} `json:"metadata"`
}

// text is a string that nbformat stores whole or as a list of lines.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var whole string
	if json.Unmarshal(data, &whole) == nil {
		*t = text(whole)
		return nil
	}
	var lines []string
	err := json.Unmarshal(data, &lines)
	*t = text(strings.Join(lines, ""))
	return err
}

// output is an entry of a code cell's outputs.
type output struct {
	Data map[string]json.RawMessage `json:"data"` // by media type
}

var (
	markdownImage = regexp.MustCompile(`!\[([^\]]*)\]\(`)
	scriptElement = regexp.MustCompile(`(?is)<script\b.*?</script>`)
	imgElement    = regexp.MustCompile(`(?i)<img\b[^>]*>`)
	svgElement    = regexp.MustCompile(`(?is)<svg\b([^>]*)>(\s*<title>\s*[^<\s])?`)
	altAttribute  = regexp.MustCompile(`(?i)\salt=("\s*[^"\s]|'\s*[^'\s])`)
	ariaLabel     = regexp.MustCompile(`(?i)\s(aria-label|aria-labelledby)=("\s*[^"\s]|'\s*[^'\s])|\saria-hidden=["']true`)
	exerciseCheck = regexp.MustCompile(`\bexercise\.Check\("([^"]*)"`)
	chinese       = regexp.MustCompile(`\p{Han}`)
)

// mute counts the images of a piece of HTML that a reader who cannot see them is told
// nothing about: img without alt, svg without a label or title.
func mute(html string) (n int) {
	html = scriptElement.ReplaceAllString(html, "")
	for _, img := range imgElement.FindAllString(html, -1) {
		if !altAttribute.MatchString(img) {
			n++
		}
	}
	for _, svg := range svgElement.FindAllStringSubmatch(html, -1) {
		if svg[2] == "" && !ariaLabel.MatchString(svg[1]) {
			n++
		}
	}
	return n
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

func readNotebook(path string) (nb notebook, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nb, err
	}
	if err := json.Unmarshal(data, &nb); err != nil {
		return nb, fmt.Errorf("notebooks: %s is not a notebook: %w", path, err)
	}
	return nb, nil
}

// Lint returns what is wrong with a committed notebook, a line each.
func Lint(path string) ([]string, error) {
	nb, err := readNotebook(path)
	if err != nil {
		return nil, err
	}
	var wrong []string
	say := func(cell int, format string, args ...any) {
		wrong = append(wrong, fmt.Sprintf("%s: cell %d: ", filepath.Base(path), cell+1)+fmt.Sprintf(format, args...))
	}
	if nb.Metadata.Kernelspec.Name != KernelName {
		say(-1, "the kernel is %q, not %q", nb.Metadata.Kernelspec.Name, KernelName)
	}
	id := idOf(filepath.Base(path))
	if len(nb.Cells) == 0 || !strings.HasPrefix(string(nb.Cells[0].Source), "# "+id+" ") {
		say(0, "the first cell is not the heading %q with a title", "# "+id)
	} else if !chinese.MatchString(string(nb.Cells[0].Source)) {
		say(0, "the heading has no Chinese title")
	}
	last, atEnd := 0, "" // the last code cell, and the exercise it checks
	known := map[string]bool{}
	for i, c := range nb.Cells {
		if c.ID != "" && known[c.ID] {
			say(i, "its id %q is that of another cell", c.ID)
		}
		known[c.ID] = true
		switch c.Type {
		case "code":
			last, atEnd = i, ""
			if m := exerciseCheck.FindStringSubmatch(string(c.Source)); m != nil {
				atEnd = m[1]
			}
			if n := len(strings.Split(strings.TrimSpace(string(c.Source)), "\n")); n > maxCodeLines {
				say(i, "%d lines of code, at most %d", n, maxCodeLines)
			}
			if s := strings.TrimSpace(string(c.Outputs)); s != "[]" && s != "" {
				say(i, "it was saved with its output; clear all outputs")
			}
			if c.ExecutionCount != nil {
				say(i, "it was saved with an execution count; clear all outputs")
			}
		case "markdown":
			for _, m := range markdownImage.FindAllStringSubmatch(string(c.Source), -1) {
				if strings.TrimSpace(m[1]) == "" {
					say(i, "an image without alternative text")
				}
			}
			if mute(string(c.Source)) > 0 {
				say(i, "an image without alternative text")
			}
		}
	}
	if atEnd != id && !strings.HasPrefix(atEnd, id+"-") {
		say(last, "the last code cell checks no exercise of section %s: a notebook ends with exercise.Check(%q, …)", id, id)
	}
	return wrong, nil
}
