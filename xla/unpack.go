package xla

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomlx/go-xla/installer"
)

// unpack puts what is wanted of the i-th download under root. The archive's
// digest has been checked.
func (p *product) unpack(i int, archive, root string) error {
	plugin := filepath.Join(root, filepath.FromSlash(p.place()))
	if err := os.MkdirAll(filepath.Dir(plugin), 0o755); err != nil {
		return err
	}
	var err error
	switch {
	case p.release:
		err = unpackRelease(archive, root, plugin)
	case i == 0:
		if err = installer.ExtractFileFromZip(archive, p.plugin, plugin); err == nil {
			err = os.Chmod(plugin, 0o755) // some wheels have files that everybody may write
		}
	default:
		err = installer.ExtractDirFromZip(archive, "nvidia", filepath.Dir(plugin))
	}
	if err == nil && i == len(p.downloads)-1 && p.kind == "cuda" {
		err = linkCUDA(root)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("xla: %s does not hold the files expected: %w", filepath.Base(archive), err)
	}
	return err
}

// unpackRelease takes the one plugin of a release's archive, whose name holds
// the version, and gives it the name we know it by.
func unpackRelease(archive, root, plugin string) error {
	tmp := filepath.Join(root, ".untar")
	files, err := installer.Untar(archive, tmp)
	if err != nil {
		return err
	}
	found := ""
	for _, file := range files {
		info, err := os.Lstat(file)
		if err != nil {
			return err
		}
		if info.Mode().IsRegular() && strings.HasPrefix(pluginName(filepath.Base(file)), "cpu") {
			found = file
		}
	}
	if found == "" {
		return fmt.Errorf("xla: %s holds no CPU plugin", filepath.Base(archive))
	}
	if err := os.Rename(found, plugin); err != nil {
		return err
	}
	return os.RemoveAll(tmp)
}

// linkCUDA makes the links that go-xla's installer makes (installer/cuda.go):
// ptxas where XLA looks for it, and the two libraries that the NVIDIA loader
// does not find by itself. They are relative, so the folder can be moved.
func linkCUDA(root string) error {
	nvidia := filepath.Join(root, filepath.FromSlash(cudaFolder))
	if err := os.MkdirAll(filepath.Join(nvidia, "bin"), 0o755); err != nil {
		return err
	}
	links := map[string]string{
		filepath.Join(nvidia, "bin", "ptxas"):    "../cu13/bin/ptxas",
		filepath.Join(root, "libcublas.so.13"):   cudaFolder + "/cu13/lib/libcublas.so.13",
		filepath.Join(root, "libcublasLt.so.13"): cudaFolder + "/cu13/lib/libcublasLt.so.13",
	}
	for link, target := range links {
		if err := os.Symlink(filepath.FromSlash(target), link); err != nil {
			return err
		}
		if _, err := os.Stat(link); err != nil { // it leads nowhere
			return err
		}
	}
	return nil
}
