package xla

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A selection is a parsed choice. The zero value is auto.
type selection struct {
	engine  string // "" (auto), "go" or "xla"
	kind    string // of an XLA plugin: cpu, cuda, tpu, or "" for the best
	path    string // of an explicit plugin, absolute
	options string // for the engine, separated by commas
}

const choices = "auto, go, xla, xla:cpu, xla:cuda, xla:tpu or the path of a PJRT plugin (.so)"

// parseChoice understands our own words and those of GOMLX_BACKEND:
// "engine", "engine:option,option" and "xla:plugin,option=value,...".
func parseChoice(choice string) (selection, error) {
	engine, rest, _ := strings.Cut(choice, ":")
	switch engine {
	case "", "auto":
		if rest == "" {
			return selection{}, nil
		}
	case "go":
		return selection{engine: "go", options: rest}, nil
	case "xla", "stablehlo", "hlo", "shlo": // go-xla registers all four
		if looksLikePath(rest) {
			return pathSelection(rest)
		}
		kind, options, _ := strings.Cut(rest, ",")
		switch kind {
		case "", "cpu", "cuda", "tpu":
			return selection{engine: "xla", kind: kind, options: options}, nil
		}
	default:
		if looksLikePath(choice) {
			return pathSelection(choice)
		}
	}
	return selection{}, errors.New("no such backend: give " + choices)
}

func looksLikePath(s string) bool {
	path, _, _ := strings.Cut(s, ",")
	switch filepath.Ext(path) {
	case ".so", ".dylib", ".dll":
		return true
	}
	return strings.ContainsAny(s, `/\`)
}

// pathSelection splits "path,option,..."; a comma may belong to the path, so
// the longest prefix that is a file wins.
func pathSelection(s string) (selection, error) {
	path, options := s, ""
	for cut := path; ; {
		if _, err := os.Stat(cut); err == nil {
			path, options = cut, strings.TrimPrefix(s[len(cut):], ",")
			break
		}
		i := strings.LastIndexByte(cut, ',')
		if i < 0 {
			path, options, _ = strings.Cut(s, ",")
			break
		}
		cut = cut[:i]
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return selection{}, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return selection{}, fmt.Errorf("no plugin at %s: %s: give the path of a PJRT plugin (.so), or choose auto", abs, reason(err))
	}
	if info.IsDir() {
		return selection{}, fmt.Errorf("no plugin at %s: it is a folder: give the path of a PJRT plugin (.so) in it, or choose auto", abs)
	}
	return selection{engine: "xla", path: abs, kind: kindOfPath(abs), options: options}, nil
}

// kindOfPath guesses as go-xla does (pjrt/common.go), but from the file's name
// alone.
func kindOfPath(path string) string {
	file := strings.ToLower(filepath.Base(path))
	switch {
	case strings.Contains(file, "cuda"), strings.Contains(file, "nvidia"):
		return "cuda"
	case strings.Contains(file, "tpu"):
		return "tpu"
	case strings.Contains(file, "cpu"):
		return "cpu"
	}
	return "unknown"
}
