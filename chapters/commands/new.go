package commands

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"cnnbook/chapters"
	"cnnbook/internal/atomicfile"
	"cnnbook/internal/cobracmd"
)

//go:embed skeleton
var skeletonFiles embed.FS

var skeleton = template.Must(template.ParseFS(skeletonFiles, "skeleton/*.tmpl"))

// newTopic is `cnnbook new`: the files of a topic that are not there yet. It writes over
// none.
func newTopic(w io.Writer, folder string, sections []chapters.Section) *cobra.Command {
	var title, titleZH string
	cmd := cobracmd.New("new SECTION [NAME]", "Write the skeleton of a topic: Go files and a notebook", cobra.RangeArgs(1, 2),
		func(_ context.Context, args []string) error {
			t, known, err := topicOf(sections, args, title, titleZH)
			if err != nil {
				return err
			}
			if err := t.write(w, folder, filepath.Join("notebooks", filepath.Base(folder))); err != nil {
				return err
			}
			if !known {
				fmt.Fprintf(w, "Add %s.Section() to the list in %s.\n", t.Package, filepath.Join(folder, filepath.Base(folder)+".go"))
			}
			return nil
		})
	cmd.Flags().StringVar(&title, "title", "", "title in English")
	cmd.Flags().StringVar(&titleZH, "title-zh", "", "title in Chinese")
	return cmd
}

// topic is what the skeleton's templates are filled with.
type topic struct {
	ID, Slug, Title, TitleZH string
	Prefix                   string // of figures: "05_06"
	Package                  string // "pointwise"
	Folder                   string // "s06-pointwise"
}

var (
	sectionID = regexp.MustCompile(`^([1-9]\d?)\.([1-9]\d?)([a-z]?)$`)
	topicName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
)

// topicOf reads the arguments of the command. known says whether the topic is in the list
// of sections.
func topicOf(sections []chapters.Section, args []string, title, titleZH string) (t topic, known bool, err error) {
	part := sectionID.FindStringSubmatch(args[0])
	if part == nil {
		return t, false, fmt.Errorf("new: %q is no section: want one such as 5.6 or 5.3a", args[0])
	}
	t = topic{ID: args[0], Title: title, TitleZH: titleZH, Prefix: fmt.Sprintf("%02s_%02s%s", part[1], part[2], part[3])}
	for _, s := range sections {
		if s.ID == t.ID {
			known = true
			t.Slug, t.Title, t.TitleZH = s.Slug, s.Title, s.TitleZH
		}
	}
	if len(args) > 1 {
		if !topicName.MatchString(args[1]) {
			return t, known, fmt.Errorf("new: the name %q: want one word of small letters, it becomes the package's name", args[1])
		}
		slug := t.Prefix + "_" + args[1]
		if known && slug != t.Slug {
			return t, known, fmt.Errorf("new: section %s is called %s already: leave the name out", t.ID, strings.TrimPrefix(t.Slug, t.Prefix+"_"))
		}
		t.Slug = slug
	}
	if t.Slug == "" || t.Title == "" || t.TitleZH == "" {
		return t, known, fmt.Errorf("new: section %s is new: give a name and the titles: new %[1]s NAME --title … --title-zh …", t.ID)
	}
	t.Package = strings.TrimPrefix(t.Slug, t.Prefix+"_")
	t.Folder = chapters.Section{Slug: t.Slug}.Folder()
	return t, known, nil
}

// write writes the files that are missing, and names them.
func (t topic) write(w io.Writer, folder, notebooks string) error {
	files := map[string][]byte{}
	for _, tmpl := range skeleton.Templates() {
		var b strings.Builder
		if err := tmpl.Execute(&b, t); err != nil {
			return fmt.Errorf("new: %w", err)
		}
		source, err := format.Source([]byte(b.String()))
		if err != nil {
			return fmt.Errorf("new: %s: %w", tmpl.Name(), err)
		}
		files[filepath.Join(folder, t.Folder, strings.TrimSuffix(tmpl.Name(), ".tmpl"))] = source
	}
	page, err := t.notebook()
	if err != nil {
		return fmt.Errorf("new: %w", err)
	}
	files[filepath.Join(notebooks, t.Slug+".ipynb")] = page
	written := false
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if _, err := os.Stat(path); err == nil {
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("new: %w", err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("new: %w", err)
		}
		if err := atomicfile.Write(path, files[path], 0o644); err != nil {
			return fmt.Errorf("new: %w", err)
		}
		written = true
		fmt.Fprintln(w, path)
	}
	if !written {
		fmt.Fprintf(w, "All files of section %s are there; none was changed.\n", t.ID)
	}
	return nil
}

// notebook is the topic's notebook with its fixed rhythm; the text is still to be written.
func (t topic) notebook() ([]byte, error) {
	var cells []map[string]any
	add := func(kind, text string, metadata map[string]any) {
		cell := map[string]any{
			"id": fmt.Sprintf("%s-%02d", t.Prefix[3:], len(cells)+1), "cell_type": kind,
			"metadata": metadata, "source": strings.SplitAfter(text, "\n"),
		}
		if kind == "code" {
			cell["outputs"], cell["execution_count"] = []any{}, nil
		}
		cells = append(cells, cell)
	}
	plain := map[string]any{}
	path := "cnnbook/chapters/ch" + t.Prefix[:2] + "/" + t.Folder
	collapsed := map[string]any{"jupyter": map[string]any{"source_hidden": true}}
	add("markdown", "# "+t.ID+" "+t.Title+"\n"+t.TitleZH+`

**Aim.** What the reader will be able to say, in one line.

**目标。** 读者学完本节后能说出什么（一句话）。`, plain)
	// A cell links what it uses, so that this may be more than the notebook needs.
	add("code", `import (
	"fmt"

	`+t.Package+` "`+path+`"
	"cnnbook/cnnlib"
	"cnnbook/notebooks/cell"
	"cnnbook/notebooks/engine"
	"cnnbook/notebooks/exercise"
	"cnnbook/notebooks/ledger"
	"cnnbook/plots"
)`, collapsed)
	add("code", "%%\nengine.Describe()", plain)
	add("markdown", "## The question\n\n**Predict** before you run the next cell (先猜一猜): …", plain)
	add("markdown", "## Where the book differs", plain)
	add("code", "%%\nledger.Show("+t.Package+".Section())", plain)
	add("markdown", "## Exercise "+t.ID+": …\n\nWhat the function returns. `exercise.Hint(\""+t.ID+"\")` gives a hint, the next call the next one.", plain)
	add("code", `func answer(n int) int {
	return 0 // your code
}

%%
exercise.Check("`+t.ID+`", answer)`, plain)
	data, err := json.MarshalIndent(map[string]any{
		"cells": cells, "nbformat": 4, "nbformat_minor": 5,
		"metadata": map[string]any{"kernelspec": map[string]any{"display_name": "Go (cnnbook)", "language": "go", "name": "cnnbook"}, "language_info": map[string]any{"name": "go"}},
	}, "", " ")
	return append(data, '\n'), err
}
