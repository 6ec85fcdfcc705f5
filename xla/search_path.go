package xla

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"cnnbook/internal/home"
)

// A found is one file, or one folder that cannot be read, met on the search.
type found struct {
	path    string
	kind    string // cpu, cuda, tpu; else the name inside the file's name, or ""
	receipt *receipt
	why     string // set where the file need not be tried
}

// pluginPathEnv names go-xla's variable with the folders to search, separated
// by colons; it replaces the default folders.
const pluginPathEnv = "PJRT_PLUGIN_LIBRARY_PATH"

// search yields every plugin: first our own, in the order of the table, then
// those in $PJRT_PLUGIN_LIBRARY_PATH or in go-xla's default folders. It is lazy,
// so that the usual case (one of our own) reads no folder of the system.
func search() iter.Seq[found] {
	return func(yield func(found) bool) {
		seen := make(map[string]bool)
		give := func(f found) bool {
			if seen[f.path] {
				return true
			}
			seen[f.path] = true
			return yield(f)
		}
		if dir, err := home.Folder("xla"); err == nil {
			for _, f := range ours(dir) {
				if !give(f) {
					return
				}
			}
		}
		dirs, given := searchPath()
		for _, dir := range dirs {
			for _, f := range pluginsIn(dir, given) {
				if !give(f) {
					return
				}
			}
		}
	}
}

// ours lists what Install put into dir, in the order of the table of products.
func ours(dir string) []found {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return []found{{path: dir, why: "cannot read the folder: " + reason(err)}}
	}
	var all []found
	for _, e := range entries {
		folder := filepath.Join(dir, e.Name())
		// A name with a dot in front is the lock or an install under way.
		if info, err := os.Stat(folder); strings.HasPrefix(e.Name(), ".") || err == nil && !info.IsDir() {
			continue
		}
		if r, err := readReceipt(folder); err == nil {
			all = append(all, found{path: filepath.Join(folder, filepath.FromSlash(r.Plugin)), kind: r.Kind, receipt: r})
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			all = append(all, found{path: folder, why: "cannot read its receipt: " + reason(err)})
			continue
		}
		all = append(all, pluginsIn(folder, true)...) // put there by hand
	}
	slices.SortStableFunc(all, func(a, b found) int { return rank(a) - rank(b) })
	return all
}

func rank(f found) int {
	if f.receipt != nil {
		if i := slices.IndexFunc(products, func(p product) bool { return p.name == f.receipt.Package }); i >= 0 {
			return i
		}
	}
	return len(products)
}

// pluginNames are go-xla's own patterns (pjrt/dynamiclib_base.go).
var pluginNames = []*regexp.Regexp{
	regexp.MustCompile(`^pjrt_c_api_(.+)_plugin\.(?:so|dylib)$`),
	regexp.MustCompile(`^pjrt[-_]plugin[-_](.+)\.(?:so|dylib)$`),
}

// pluginsIn lists the plugins of one folder. A folder that is not there is
// worth a line only where somebody named it.
func pluginsIn(dir string, named bool) []found {
	entries, err := os.ReadDir(dir)
	if err != nil {
		if !named && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return []found{{path: dir, why: "cannot read the folder: " + reason(err)}}
	}
	var all []found
	for _, e := range entries {
		name := pluginName(e.Name())
		if name == "" {
			continue
		}
		f := found{path: filepath.Join(dir, e.Name()), kind: kindOf(name)}
		info, err := os.Stat(f.path)
		switch {
		case err != nil && e.Type()&fs.ModeSymlink != 0:
			target, _ := os.Readlink(f.path)
			f.why = fmt.Sprintf("is a link to %s: %s", target, reason(err))
		case err != nil:
			f.why = reason(err)
		case info.IsDir():
			f.why = "is a folder, not a plugin"
		}
		all = append(all, f)
	}
	return all
}

func pluginName(file string) string {
	for _, re := range pluginNames {
		if m := re.FindStringSubmatch(file); m != nil {
			return m[1]
		}
	}
	return ""
}

// kindOf turns a plugin's name (cpu, cpu_v0.83.1, cuda) into its kind.
func kindOf(name string) string {
	base, _, _ := strings.Cut(name, "_v")
	return base
}

// searchPath returns the folders that go-xla would search, and whether the user
// named them. go-xla keeps its list to itself, hence this one; a test compares
// the two.
func searchPath() (dirs []string, named bool) {
	if list, ok := os.LookupEnv(pluginPathEnv); ok {
		for dir := range strings.SplitSeq(list, ":") {
			if dir == "" {
				continue
			}
			if abs, err := filepath.Abs(dir); err == nil { // go-xla is only given absolute paths
				dir = abs
			}
			dirs = append(dirs, dir)
		}
		return dirs, true
	}
	userHome, err := os.UserHomeDir()
	switch {
	case err != nil:
	case runtime.GOOS == "darwin":
		support := filepath.Join(userHome, "Library", "Application Support")
		dirs = append(dirs, filepath.Join(support, "go-xla"), filepath.Join(support, "GoMLX", "PJRT"))
	default:
		local := filepath.Join(userHome, ".local", "lib")
		dirs = append(dirs, filepath.Join(local, "go-xla"), filepath.Join(local, "go-xla", "nvidia"), filepath.Join(local, "gomlx", "pjrt"))
	}
	dirs = append(dirs, "/usr/local/lib/go-xla")
	libraryPaths := []string{"DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH"}
	if runtime.GOOS != "darwin" {
		dirs = append(dirs, "/usr/local/lib/go-xla/nvidia")
		libraryPaths = libraryPaths[1:]
	}
	dirs = append(dirs, "/usr/local/lib/gomlx/pjrt")
	for _, name := range libraryPaths {
		for dir := range strings.SplitSeq(os.Getenv(name), ":") {
			if filepath.IsAbs(dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	if runtime.GOOS == "linux" {
		dirs = append(dirs, linkerFolders("/etc/ld.so.conf")...)
	}
	return dirs, false
}

// linkerFolders reads ld.so.conf(5): a folder a line, or "include pattern".
func linkerFolders(conf string) (dirs []string) {
	f, err := os.Open(conf)
	if err != nil {
		return nil
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		line := strings.TrimSpace(s.Text())
		if pattern, ok := strings.CutPrefix(line, "include"); ok {
			files, _ := filepath.Glob(strings.TrimSpace(pattern))
			for _, file := range files {
				dirs = append(dirs, linkerFolders(file)...)
			}
		} else if line != "" && line[0] != '#' {
			dirs = append(dirs, line)
		}
	}
	return dirs
}

// reason is the innermost part of a file error: what the system said, without
// the path, which the line names already.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return oneLine(err.Error())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
