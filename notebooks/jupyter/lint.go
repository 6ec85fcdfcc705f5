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

var markdownImage = regexp.MustCompile(`!\[([^\]]*)\]\(|<img\b[^>]*>`)

// Lint returns what is wrong with a committed notebook, a line each.
func Lint(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var nb notebook
	if err := json.Unmarshal(data, &nb); err != nil {
		return nil, fmt.Errorf("notebooks: %s is not a notebook: %w", path, err)
	}
	var wrong []string
	say := func(cell int, format string, args ...any) {
		wrong = append(wrong, fmt.Sprintf("%s: cell %d: ", filepath.Base(path), cell+1)+fmt.Sprintf(format, args...))
	}
	if nb.Metadata.Kernelspec.Name != KernelName {
		say(-1, "the kernel is %q, not %q", nb.Metadata.Kernelspec.Name, KernelName)
	}
	if id := idOf(filepath.Base(path)); len(nb.Cells) == 0 || !strings.HasPrefix(string(nb.Cells[0].Source), "# "+id+" ") {
		say(0, "the first cell is not the heading %q with a title", "# "+id)
	}
	for i, c := range nb.Cells {
		switch c.Type {
		case "code":
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
				if strings.HasPrefix(m[0], "!") && strings.TrimSpace(m[1]) == "" || strings.HasPrefix(m[0], "<img") && !strings.Contains(m[0], `alt="`) {
					say(i, "an image without alternative text")
				}
			}
		}
	}
	return wrong, nil
}
