package xla

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
)

// A download is one file that is fetched: a wheel of the Python package index,
// or the archive of a go-xla release.
type download struct {
	pkg, version string
	file         string
	sha256       string // "" means that nobody has pinned it yet: it is not installed
	size         int64  // bytes of the file; 0 where unknown
	unpacked     int64  // bytes of what is kept of it; 0 where unknown
}

// A product is one plugin that can be installed, with all it needs.
type product struct {
	name     string // the word that Install takes, and the package's name
	version  string
	kind     string // cpu or cuda
	platform string // GOOS/GOARCH
	release  bool   // from go-xla's own release, not from the package index
	byName   bool   // a third party's build: installed only where asked for by name
	plugin   string // the plugin's path inside downloads[0]; unused by a release
	switches string // for XLA_FLAGS; the plugin must know them, an unknown one ends the process
	downloads
}

type downloads []download

// The names are those that go-xla's search and its guess of the kind need: both
// look at nothing but the path.
const (
	cpuPlugin = "pjrt_c_api_cpu_plugin.so"
	// The CUDA plugin finds the NVIDIA libraries by its place relative to them
	// (RPATH $ORIGIN/...), so the folders are those of go-xla's installer.
	cudaFolder = "go-xla/nvidia"
	cudaPlugin = cudaFolder + "/pjrt_c_api_cuda_plugin.so"
)

// place is where the plugin lies inside the product's folder.
func (p *product) place() string {
	if p.kind == "cuda" {
		return cudaPlugin
	}
	return cpuPlugin
}

func (p *product) folder() string { return p.name + "-" + p.version }

// space is how many bytes the disk must have: all that is kept, and the largest
// download, which is removed once it is unpacked.
func (p *product) space() int64 {
	var kept, largest int64
	for _, d := range p.downloads {
		kept += d.unpacked
		largest = max(largest, d.size)
	}
	return kept + largest
}

// products is the table of what can be installed; where several are installed
// the first is opened. Third parties' builds come first because they are there
// only where the reader asked for them.
//
// To pin a go-xla release, write the SHA-256 of its archive into its line.
var products = []product{
	{name: "lammps-jax-pjrt-cpu", version: "0.11.2", kind: "cpu", platform: "linux/amd64", byName: true,
		plugin: "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so", switches: cpuSwitches, downloads: downloads{{
			pkg: "lammps-jax-pjrt-cpu", version: "0.11.2", file: "lammps_jax_pjrt_cpu-0.11.2-py3-none-manylinux_2_27_x86_64.whl",
			sha256: "1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1", size: 62711338, unpacked: 201600336}}},
	// An unmodified build of XLA by the project zml/pjrt-artifacts, as that package says.
	{name: "fastatomstruct-xla-cpu", version: "2026.6.23", kind: "cpu", platform: "linux/amd64", byName: true,
		plugin: "fastatomstruct_xla_cpu/libpjrt_cpu.so", switches: cpuSwitches, downloads: downloads{{
			pkg: "fastatomstruct-xla-cpu", version: "2026.6.23", file: "fastatomstruct_xla_cpu-2026.6.23-py3-none-manylinux_2_27_x86_64.whl",
			sha256: "88b1c430b341b4bea40a37420311c9c75db6e22b46d2ff95b6986577bee6afe9", size: 63200622, unpacked: 273768800}}},
	{name: releaseName, version: releaseVersion, kind: "cpu", platform: "linux/amd64", release: true,
		downloads: downloads{{pkg: releaseName, version: releaseVersion, file: "pjrt_cpu_linux_amd64.tar.gz", sha256: ""}}},
	{name: releaseName, version: releaseVersion, kind: "cpu", platform: "linux/arm64", release: true,
		downloads: downloads{{pkg: releaseName, version: releaseVersion, file: "pjrt_cpu_linux_arm64.tar.gz", sha256: ""}}},
	{name: "xla-cpu-pjrt", version: "0.0.1", kind: "cpu", platform: "linux/amd64",
		plugin: "xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so", switches: cpuSwitches, downloads: downloads{{
			pkg: "xla-cpu-pjrt", version: "0.0.1", file: "xla_cpu_pjrt-0.0.1-py3-none-manylinux_2_27_x86_64.whl",
			sha256: "55837b6b7b47daa717f2d9a5a03563ea0ceaa338d06a81a1e2d3f060d960decc", size: 63461052, unpacked: 259284552}}},
	{name: "xla-cpu-pjrt", version: "0.0.1", kind: "cpu", platform: "linux/arm64",
		plugin: "xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so", downloads: downloads{{
			pkg: "xla-cpu-pjrt", version: "0.0.1", file: "xla_cpu_pjrt-0.0.1-py3-none-manylinux_2_27_aarch64.whl",
			sha256: "8f613be6e891858f40d64f9799319502fff42689661944fc18a6ffd8210b30c9", size: 49514947, unpacked: 200328224}}},
	{name: "jax-cuda13-pjrt", version: "0.11.2", kind: "cuda", platform: "linux/amd64",
		plugin: "jax_plugins/xla_cuda13/xla_cuda_plugin.so", downloads: downloads{
			{"jax-cuda13-pjrt", "0.11.2", "jax_cuda13_pjrt-0.11.2-py3-none-manylinux_2_27_x86_64.whl",
				"e5ff589d43064913bb74027682d89639c7ea48f9f81c2bae6fc75117e913f93e", 134162640, 411465856},
			{"nvidia-cublas", "13.10.0.20", "nvidia_cublas-13.10.0.20-py3-none-manylinux1_x86_64.manylinux_2_5_x86_64.whl",
				"dcc6d63884c53d07e267ce7e6feac17b2538cebaafec5db865736c3e28e4dc84", 444289903, 610255552},
			{"nvidia-cuda-cupti", "13.5.25", "nvidia_cuda_cupti-13.5.25-py3-none-manylinux_2_25_x86_64.whl",
				"9dcca41c12a734192b14e7128ae116bc9ce1b9da686e2ebf48ae7a4415f76650", 12592974, 51460894},
			{"nvidia-cuda-nvcc", "13.5.37", "nvidia_cuda_nvcc-13.5.37-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
				"f5c4f7ead5d964fb4af42bbf1e6d3ec3c1e6e9d83b53749f691d387e7fcaa3a7", 47028279, 149617891},
			{"nvidia-cuda-runtime", "13.5.37", "nvidia_cuda_runtime-13.5.37-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
				"df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d", 2504024, 7986169},
			{"nvidia-cudnn-cu13", "9.28.1.4", "nvidia_cudnn_cu13-9.28.1.4-py3-none-manylinux_2_27_x86_64.whl",
				"a54f205b1db1f2895d99f398754db1369816f0569dd459731f925635cf7b65ec", 516817937, 941314450},
			{"nvidia-cufft", "12.5.0.14", "nvidia_cufft-12.5.0.14-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
				"b8be26837a5abad2b5b74f3e92dd29f622a42934b355be0961a48712cbba23ad", 165072555, 239142450},
			{"nvidia-cusolver", "12.4.1.2", "nvidia_cusolver-12.4.1.2-py3-none-manylinux_2_27_x86_64.whl",
				"b3b8e02fd2f2df869369af075dc3a179d43f6f7b85e94632a7dce556697be044", 260003940, 289723044},
			{"nvidia-cusparse", "12.9.4.2", "nvidia_cusparse-12.9.4.2-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
				"072667e58c851a318738f5527a12eb225cbf058803f2ea451c722d8cf8edddec", 230422857, 249894620},
			{"nvidia-nccl-cu13", "2.32.3", "nvidia_nccl_cu13-2.32.3-py3-none-manylinux_2_27_x86_64.whl",
				"1459723080ac889d73a26edfa3e04383a7928ab31ac8f0ec43b3ea9548b04ff3", 305100071, 360838682},
			{"nvidia-nvjitlink", "13.5.37", "nvidia_nvjitlink-13.5.37-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
				"280d7cb9649704145f074b8dbde500de04ce02d0872e066e20a83c17bcaa93eb", 46642491, 117268735},
			{"nvidia-cuda-nvrtc", "13.5.37", "nvidia_cuda_nvrtc-13.5.37-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
				"86b4d68058807988b7d9af5b44917a0601e9c337f35ccd657bfb3c759ff8d8bc", 58185930, 148489563},
			{"nvidia-nvshmem-cu13", "3.8.0", "nvidia_nvshmem_cu13-3.8.0-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
				"81a4d1f666543e6d34df6d2ff940c7da1435e34e186aab6f3c2b48861b64ef38", 182092449, 268406957},
			{"nvidia-nvvm", "13.5.37", "nvidia_nvvm-13.5.37-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
				"c41bfa362e407405163f103c2229f0765f8cc2ed7d148b754dc77f228bf7e070", 75141406, 177469250},
		}},
}

// The release of pjrt-cpu-binaries that go-xla v0.4.1 itself would install.
const (
	releaseName    = "go-xla-release"
	releaseVersion = "v0.114.0"
)

// installable is what Install takes, for messages.
const installable = "cpu, cuda, xla-cpu-pjrt, lammps-jax-pjrt-cpu, fastatomstruct-xla-cpu or go-xla-release"

const tpuMend = "on a TPU machine install libtpu with go-xla's own installer " +
	"(package github.com/gomlx/go-xla/installer, TPUInstall), then choose xla:tpu"

var sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)

// platform is a variable so that tests can stand on another machine.
var platform = runtime.GOOS + "/" + runtime.GOARCH

// choose returns the products to try, in order, for a word given to Install.
// digest is the one the user gave for the go-xla release, or "".
func choose(what, digest string) ([]product, error) {
	what = strings.TrimPrefix(what, "xla:")
	switch what {
	case "":
		what = "cpu"
	case "cuda13":
		what = "cuda"
	case "tpu":
		return nil, errors.New("xla: no TPU plugin is installed by this command: " + tpuMend)
	}
	digest = strings.ToLower(digest)
	if digest != "" && !sha256Form.MatchString(digest) {
		return nil, fmt.Errorf("xla: SHA-256 %q is no digest: give its 64 hexadecimal digits", digest)
	}
	var found []product
	known, pinnable := false, false
	for _, p := range products {
		if what != p.name && (what != p.kind || p.byName) {
			continue
		}
		known = true
		if p.platform != platform {
			continue
		}
		if p.release {
			pinnable = true
			if digest != "" {
				p.downloads = append(downloads(nil), p.downloads...) // the table stays as it is
				p.downloads[0].sha256 = digest
			}
		}
		found = append(found, p)
	}
	switch {
	case !known:
		return nil, fmt.Errorf("xla: cannot install %q: give %s", what, installable)
	case len(found) == 0:
		return nil, fmt.Errorf("xla: there is no XLA plugin %q for %s: the pure-Go backend is used there, and nothing has to be installed", what, platform)
	case digest != "" && !pinnable:
		return nil, fmt.Errorf("xla: the SHA-256 of %s is pinned and none can be given: leave it out, or install %s", what, releaseName)
	}
	return found, nil
}
