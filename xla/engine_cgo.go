//go:build cgo && (linux || (darwin && arm64))

package xla

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/gomlx/compute"
	goxla "github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/pjrt"
	pkgerrors "github.com/pkg/errors"
)

// CgoEnabled tells whether this program can load XLA plugins: it was built with
// cgo, for a system that go-xla knows. Where false, only the pure-Go backend
// runs.
const CgoEnabled = true

// noCgo is the complaint of a program without cgo: none here.
func noCgo() string { return "" }

// Installing is done by Install alone, where it is asked for.
func init() { goxla.EnableAutoInstall(false) }

// newXLA opens the plugin at an absolute path. options are go-xla's own and devices=N,
// separated by commas.
func newXLA(path, kind, options string) (compute.Backend, error) {
	config, done, err := configFor(path, kind)
	if err != nil {
		return nil, err
	}
	defer done()
	own := pjrt.NamedValuesMap{}
	if kind == "cpu" {
		devices, rest, err := devicesFrom(options)
		if err != nil {
			return nil, err
		}
		own["cpu_device_count"], options = int64(devices), rest
	}
	if options != "" {
		config += "," + options
	}
	backend, err := goxla.NewWithOptions(config, own)
	if err != nil {
		return nil, errors.New(oneLine(pkgerrors.Cause(err).Error()))
	}
	return backend, nil
}

// devicesFrom takes devices=N out of the options: how many devices a plugin for the processor
// is to show, by default one for each core. A plugin that is not told shows four, and computes
// with as many threads as it shows devices where the cores are fewer: on two cores four
// threads push each other out, and a training step of dropout's network takes a quarter
// longer (XLA's pjrt_c_api_cpu_internal.cc and cpu_client.cc).
func devicesFrom(options string) (devices int, rest string, err error) {
	devices = runtime.NumCPU()
	var others []string
	for option := range strings.SplitSeq(options, ",") {
		text, ours := strings.CutPrefix(option, "devices=")
		if !ours {
			others = append(others, option)
			continue
		}
		if devices, err = strconv.Atoi(text); err != nil || devices < 1 {
			return 0, "", fmt.Errorf("the option %q: want a number from 1 on", option)
		}
	}
	return devices, strings.Join(others, ","), nil
}

// configFor returns the path in a form that go-xla understands. go-xla takes
// everything after a comma for an option, and takes a plugin for a CPU or CUDA
// one if "cpu", "cuda" or "nvidia" is anywhere in the path, so a checkout in
// /home/me/cuda-course would turn the CPU plugin into a CUDA one. On Linux the
// folder's open descriptor is another, neutral name for it.
func configFor(path, kind string) (config string, done func(), err error) {
	dir, file := filepath.Split(path)
	lower := strings.ToLower(dir)
	hasComma := strings.Contains(dir, ",")
	switch {
	case strings.Contains(file, ","):
		return "", nil, errors.New("a comma in the file's name separates options in go-xla: rename the file")
	case kind == "cuda" && (hasComma || strings.Contains(lower, "cpu")):
		// CUDA finds its libraries through the real folder, so no other name will do.
		return "", nil, errors.New("go-xla is misled by a comma or by \"cpu\" in the folder of a CUDA plugin: set CNNBOOK_HOME to another folder and install again")
	case kind == "cuda" || !hasComma && !strings.Contains(lower, "cuda") && !strings.Contains(lower, "nvidia"):
		return path, func() {}, nil
	case runtime.GOOS != "linux":
		return "", nil, errors.New("go-xla is misled by a comma, \"cuda\" or \"nvidia\" in the folder of a CPU plugin: move it elsewhere")
	}
	d, err := os.Open(dir)
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", d.Fd(), file), func() { d.Close() }, nil
}
