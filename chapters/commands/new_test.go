package commands

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnnbook/chapters"
	"cnnbook/notebooks/jupyter"
)

// fresh writes the skeleton of a topic that is not there yet, and returns its folder and its
// notebook.
func fresh(t *testing.T) (folder, notebook string) {
	t.Helper()
	topic, known, err := topicOf(nil, []string{"9.9a", "thing"}, "A thing", "某物")
	if known || err != nil {
		t.Fatalf("known %v, %v", known, err)
	}
	dir := t.TempDir()
	if err := topic.write(new(strings.Builder), dir, dir); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "s09a-thing"), filepath.Join(dir, "09_09a_thing.ipynb")
}

// TestTheSkeletonsNotebookPassesTheLint: whoever begins has nothing to mend.
func TestTheSkeletonsNotebookPassesTheLint(t *testing.T) {
	_, notebook := fresh(t)
	wrong, err := jupyter.Lint(notebook)
	if err != nil || len(wrong) > 0 {
		t.Errorf("%v, %s", err, strings.Join(wrong, "\n"))
	}
}

// TestTheSkeletonHasTheFilesOfTheRecipe: those that CONTRIBUTING.md names, one package.
func TestTheSkeletonHasTheFilesOfTheRecipe(t *testing.T) {
	folder, _ := fresh(t)
	for _, name := range []string{"section.go", "claims.go", "figures.go", "exercises.go", "wrong.go", "solutions.go", "section_test.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, name), nil, parser.PackageClauseOnly)
		if err != nil || file.Name.Name != "thing" {
			t.Errorf("%s: package %v, %v", name, file, err)
		}
	}
}

// TestTheSkeletonWritesOverNothing: a second call leaves what was written since.
func TestTheSkeletonWritesOverNothing(t *testing.T) {
	folder, notebook := fresh(t)
	claims := filepath.Join(folder, "claims.go")
	if err := os.WriteFile(claims, []byte("package thing // mine\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	topic, _, err := topicOf([]chapters.Section{{ID: "9.9a", Slug: "09_09a_thing", Title: "A thing", TitleZH: "某物"}}, []string{"9.9a"}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := topic.write(&out, filepath.Dir(folder), filepath.Dir(notebook)); err != nil || !strings.Contains(out.String(), "none was changed") {
		t.Errorf("%v, %q", err, &out)
	}
	if data, err := os.ReadFile(claims); err != nil || !strings.Contains(string(data), "mine") {
		t.Errorf("%q, %v", data, err)
	}
}

// TestClaimsSayWhatIsOwed: of a section that was asked for, and not of all others.
func TestClaimsSayWhatIsOwed(t *testing.T) {
	l := ledger{all: wrongBook(chapters.Differs)}
	for _, c := range []struct {
		ids  []string
		owed bool
	}{{[]string{"9.9a"}, true}, {nil, false}} {
		var out strings.Builder
		if err := l.write(&out, nil, c.ids); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "Section 9.9a owes figures, exercises") != c.owed {
			t.Errorf("claims %v says %q", c.ids, &out)
		}
	}
}
