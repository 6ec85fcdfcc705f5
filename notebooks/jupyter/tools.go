package jupyter

import (
	"context"
	_ "embed"
	"os"
	"path"
	"path/filepath"
	"strings"

	"cnnbook/internal/atomicfile"
)

// buildTool compiles a tool of go.mod at its pinned version.
func (e Env) buildTool(ctx context.Context, realGo, pkg string) error {
	name := path.Base(pkg)
	tmp := filepath.Join(e.bin(), "."+name+".new")
	defer os.Remove(tmp)
	if err := e.command(ctx, e.Root, []string{"GOFLAGS=", "GOWORK=off"}, realGo, "build", "-ldflags=-s", "-o", tmp, pkg).run(name + " could not be built"); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(e.bin(), name))
}

// kernelSources is the text that our own kernel is made of, besides Go's library and the
// modules of go.sum: where it has changed, the kernel is built again.
func (e Env) kernelSources() (string, error) {
	var all strings.Builder
	for _, pattern := range []string{"notebooks/kernel/*.go", "notebooks/kernel/" + kernelProgram + "/*.go", "internal/lang/*.go"} {
		files, err := filepath.Glob(filepath.Join(e.Root, filepath.FromSlash(pattern)))
		if err != nil {
			return "", err
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			text, err := os.ReadFile(f)
			if err != nil {
				return "", err
			}
			all.WriteString(key(f, string(text)))
		}
	}
	return all.String(), nil
}

func (e Env) installGopls(ctx context.Context, realGo string) error {
	staging, err := os.MkdirTemp(e.Folder, ".gopls-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(staging)
	// Outside the checkout, as @version asks for.
	if err := e.command(ctx, staging, []string{"GOBIN=" + staging, "GOFLAGS=-ldflags=-s", "GOWORK=off"}, realGo,
		"install", "golang.org/x/tools/gopls@"+GoplsVersion).run("gopls could not be built"); err != nil {
		return err
	}
	if err := os.MkdirAll(e.path("libexec"), 0o755); err != nil {
		return err
	}
	real := e.path("libexec", "gopls")
	if err := os.Rename(filepath.Join(staging, "gopls"), real); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(e.bin(), "gopls"), []byte(goplsShim(real)), 0o755)
}

// goplsShim starts gopls with the lowest priority: when a kernel starts it reads
// the whole module for many seconds, and on two cores that made the first cells
// half as slow again (median of 20 cells 0.95 s; 0.81 s without it).
func goplsShim(real string) string {
	return `#!/bin/sh
# Written by cnnbook's set-up: gopls, which must not hold up the cells.
exec nice -n 19 ` + shellQuote(real) + ` "$@"
`
}

// A cell that uses every package a notebook may import.
//
//go:embed warm.go.txt
var warmCell []byte

// ldflagsTried is part of the stamp's key: the flags warmCells chooses from.
const ldflagsTried = "-linkmode=internal"

// warmCells compiles such a cell once, so that the first cell of the first
// notebook is as fast as the others, and learns whether Go's own linker can link
// it (C objects of some compilers it refuses; then the C linker is used).
func (e Env) warmCells(ctx context.Context, realGo string) error {
	dir, err := os.MkdirTemp(e.Folder, ".warm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := atomicfile.Write(filepath.Join(dir, "main.go"), warmCell, 0o644); err != nil {
		return err
	}
	goCmd := func(args ...string) error {
		return e.command(ctx, dir, []string{"GOFLAGS=", "GOWORK="}, realGo, args...).run("a notebook cell could not be compiled")
	}
	for _, args := range [][]string{{"mod", "init", "warm"}, {"work", "init", ".", e.Root}} {
		if err := goCmd(args...); err != nil {
			return err
		}
	}
	if err := goCmd("build", "-ldflags=-s -linkmode=internal", "-o", "cell", "."); err == nil {
		return atomicfile.Write(e.stamp("linkmode"), []byte("internal\n"), 0o644)
	}
	if err := goCmd("build", "-ldflags=-s", "-o", "cell", "."); err != nil {
		return err
	}
	return atomicfile.Write(e.stamp("linkmode"), []byte("external\n"), 0o644)
}

func (e Env) internalLinking() bool {
	mode, err := os.ReadFile(e.stamp("linkmode"))
	return err == nil && strings.TrimSpace(string(mode)) == "internal"
}
