package kept

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gomlx/compute"

	"cnnbook/cnnlib"
	"cnnbook/cnnlib/checkpoint"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/internal/home"
)

// key is what one network is found under, and what is needed to read it.
type key struct {
	root   string // the checkout
	recipe string // train.Recipe
	text   string // recipe, sources and versions
	folder string // nets/<digest of text>
	name   string // "Dense{Units: 10}, seed 1": for the reader

	net     cnnlib.Layer
	backend compute.Backend
	test    *data.Images // may be nil
}

func newKey(net cnnlib.Layer, images *data.Images, options train.Options) (*key, error) {
	root, err := home.Root()
	if err != nil {
		return nil, fmt.Errorf("kept: %w", err)
	}
	sources, err := sources(root)
	if err != nil {
		return nil, fmt.Errorf("kept: %w", err)
	}
	recipe := strings.Join(train.Recipe(net, images, options), "\n")
	text := recipe + "\n" + sources
	digest := sha256.Sum256([]byte(text))
	// 64 bits tell apart more networks than a disk holds; load compares the whole text.
	folder, err := home.Folder("nets", hex.EncodeToString(digest[:8]))
	if err != nil {
		return nil, fmt.Errorf("kept: %w", err)
	}
	return &key{root: root, recipe: recipe, text: text, folder: folder, net: net, name: fmt.Sprintf("%v, seed %d", net, options.Seed)}, nil
}

// shown is the folder as a reader sees it: from the checkout, if it is inside.
func (k *key) shown() string {
	if inside, err := filepath.Rel(k.root, k.folder); err == nil && filepath.IsLocal(inside) {
		return inside
	}
	return k.folder
}

// sourceFolders hold the code that trains, and orderFile the order of the pictures.
var (
	sourceFolders = []string{"cnnlib", filepath.Join("cnnlib", "train")}
	orderFile     = filepath.Join("cnnlib", "data", "order.go")
)

// engines are the modules that compute; their versions are in go.mod.
var engines = []string{"github.com/gomlx/compute ", "github.com/gomlx/go-xla ", "github.com/gomlx/gomlx "}

// sources is the digest of the code that trains, and the versions of the engines.
func sources(root string) (string, error) {
	files := []string{filepath.Join(root, orderFile)}
	for _, folder := range sourceFolders {
		found, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			return "", err
		}
		files = append(files, slices.DeleteFunc(found, func(f string) bool { return strings.HasSuffix(f, "_test.go") })...)
	}
	h := sha256.New()
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		name, err := filepath.Rel(root, f)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", filepath.ToSlash(name), len(content))
		h.Write(content) // a hash never fails
	}
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("sources: SHA-256 %x", h.Sum(nil))
	for line := range strings.Lines(string(module)) {
		line = strings.TrimSpace(line)
		if slices.ContainsFunc(engines, func(e string) bool { return strings.HasPrefix(line, e) }) {
			text += "\nengine: " + line
		}
	}
	return text, nil
}

// committed returns the network of an experiment whose weights come with the
// project. Its tests hold the weights against the code (chapters/measure), so that
// neither sources nor versions are compared here. What it prints is the same on
// every machine and backend.
func (k *key) committed() (*train.Model, bool) {
	files, _ := filepath.Glob(filepath.Join(k.root, "chapters", "*", "*", "measured", "*.safetensors")) // the pattern is well formed
	for _, path := range files {
		text, err := checkpoint.ReadText(path)
		if err != nil || text["recipe"] != k.recipe {
			continue // another network; a damaged file is found by the tests of the project
		}
		m, accuracy, err := k.fromCommitted(path, text)
		shown := path
		if inside, relErr := filepath.Rel(k.root, path); relErr == nil {
			shown = filepath.ToSlash(inside)
		}
		if err != nil {
			say("%s is not used: %v", shown, err)
			continue
		}
		fmt.Printf("Kept network, not trained again: %s%s. Its weights come with the project, in %s.\n", k.name, accuracy, shown)
		return m, true
	}
	return nil, false
}

func (k *key) fromCommitted(path string, text map[string]string) (*train.Model, string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, "", err
	}
	m, _, err := train.DecodeWeights(k.backend, k.net, filepath.Base(path), content)
	if err != nil {
		return nil, "", err
	}
	mistakes, err := strconv.Atoi(text["test errors"])
	if err != nil {
		return nil, "", fmt.Errorf("it says that it makes %q test errors, want a number", text["test errors"])
	}
	accuracy, err := k.accuracy(m, text["test"], mistakes)
	return m, accuracy, err
}
