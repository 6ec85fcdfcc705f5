//go:build cgo && linux

package xla

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"cnnbook/internal/lock"
)

// goodPlugin is compiled once for each test that needs its bytes.
func goodPlugin(t *testing.T) []byte {
	return compile(t, filepath.Join(t.TempDir(), "good.so"), pluginSource)
}

func TestInstallFromAWheel(t *testing.T) {
	dir := isolate(t)
	plugin := goodPlugin(t)
	w := newWarehouse(t)
	swap(t, &products, []product{w.stock(t, "fake-cpu", plugin)})
	var progress bytes.Buffer
	c, err := Install(t.Context(), "cpu", InstallOptions{Progress: &progress})
	if err != nil {
		t.Fatal(err)
	}
	want := Candidate{Name: "xla:cpu", Kind: "cpu", Package: "fake-cpu", Version: "1.0", Loads: true,
		Path: filepath.Join(dir, "fake-cpu-1.0", "pjrt_c_api_cpu_plugin.so"), SHA256: digest(plugin)}
	if c != want {
		t.Errorf("Install = %+v, want %+v", c, want)
	}
	if got, err := os.ReadFile(c.Path); err != nil || !bytes.Equal(got, plugin) {
		t.Errorf("the installed file is not the plugin of the wheel (%d bytes, %v)", len(got), err)
	}
	if left := leftovers(t, dir); len(left) != 1 {
		t.Errorf("after Install the folder holds %v, want the plugin's folder alone", left)
	}
	if !strings.Contains(progress.String(), "100%") || !strings.Contains(progress.String(), "installed fake-cpu 1.0") {
		t.Errorf("progress lacks the bar or the last line: %q", progress.String())
	}
	found, err := Discover(t.Context())
	if err != nil || len(found) != 2 || found[1] != want {
		t.Errorf("Discover = %+v, %v, want the pure-Go backend and %+v", found, err, want)
	}

	// Again: at once and without the network.
	http.DefaultTransport = transport(func(r *http.Request) (*http.Response, error) {
		t.Errorf("the second Install asked for %s", r.URL)
		return nil, errors.New("no network")
	})
	if again, err := Install(t.Context(), "cpu", InstallOptions{}); err != nil || again != want {
		t.Errorf("second Install = %+v, %v", again, err)
	}
}

func TestInstallAgainWhereDamagedOrForced(t *testing.T) {
	isolate(t)
	plugin := goodPlugin(t)
	w := newWarehouse(t)
	swap(t, &products, []product{w.stock(t, "fake-cpu", plugin)})
	c, err := Install(t.Context(), "", InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, damage := range []func() error{
		func() error { return os.Truncate(c.Path, 100) },
		func() error { return os.WriteFile(c.Path, append(plugin[:len(plugin):len(plugin)], 0), 0o755) }, // it still loads
		func() error { return os.Remove(c.Path) },
		func() error { return os.Remove(filepath.Join(filepath.Dir(c.Path), receiptName)) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if _, err := Install(t.Context(), "", InstallOptions{}); err != nil {
			t.Fatal(err)
		}
		// One download for the first Install, one for each damage so far.
		if got, _ := os.ReadFile(c.Path); !bytes.Equal(got, plugin) || w.downloads() != 2+i {
			t.Errorf("damage %d was not mended (%d downloads)", i, w.downloads())
		}
	}
	before := w.downloads()
	if _, err := Install(t.Context(), "", InstallOptions{Force: true}); err != nil || w.downloads() != before+1 {
		t.Errorf("Force: %v, %d more downloads, want 1", err, w.downloads()-before)
	}
}

func TestInstallFromTheRelease(t *testing.T) {
	isolate(t)
	swap(t, &platform, "linux/amd64")
	plugin := goodPlugin(t)
	data := tarball(t, map[string][]byte{"pjrt_c_api_cpu_v0.114.0_plugin.so": plugin, "LICENSE": []byte("text")})
	w := newWarehouse(t)
	w.files["pjrt_cpu_linux_amd64.tar.gz"] = data

	_, err := Install(t.Context(), "go-xla-release", InstallOptions{})
	oneLineThat(t, err, "go-xla-release", "no pinned digest", "--sha256")
	if w.downloads() != 0 {
		t.Error("an archive without a digest was downloaded")
	}
	_, err = Install(t.Context(), "go-xla-release", InstallOptions{SHA256: strings.Repeat("0", 64)})
	oneLineThat(t, err, strings.Repeat("0", 64), digest(data))

	c, err := Install(t.Context(), "go-xla-release", InstallOptions{SHA256: digest(data)})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(c.Path); !bytes.Equal(got, plugin) || c.Package != "go-xla-release" || filepath.Base(c.Path) != cpuPlugin {
		t.Errorf("installed %+v, %d bytes; want the archive's plugin of %d bytes", c, len(got), len(plugin))
	}
	if entries, _ := os.ReadDir(filepath.Dir(c.Path)); len(entries) != 2 {
		t.Errorf("the folder holds %v, want the plugin and its receipt", entries)
	}
}

// Writing a digest into the table is all that is needed to use a release, and
// if it fails the next source is taken.
func TestSourcesInOrder(t *testing.T) {
	isolate(t)
	plugin := goodPlugin(t)
	w := newWarehouse(t)
	data := tarball(t, map[string][]byte{"pjrt_c_api_cpu_v0.114.0_plugin.so": plugin})
	w.files["pjrt_cpu_linux_amd64.tar.gz"] = data
	swap(t, &platform, "linux/amd64")
	release := product{name: releaseName, version: releaseVersion, kind: "cpu", platform: platform, release: true,
		downloads: downloads{{pkg: releaseName, version: releaseVersion, file: "pjrt_cpu_linux_amd64.tar.gz", sha256: digest(data)}}}
	swap(t, &products, []product{release, w.stock(t, "fake-cpu", plugin)})

	c, err := Install(t.Context(), "cpu", InstallOptions{Dir: t.TempDir()})
	if err != nil || c.Package != releaseName {
		t.Errorf("with a pinned digest: %+v, %v, want the release", c, err)
	}
	delete(w.files, "pjrt_cpu_linux_amd64.tar.gz")
	var progress bytes.Buffer
	c, err = Install(t.Context(), "cpu", InstallOptions{Dir: t.TempDir(), Progress: &progress})
	if err != nil || c.Package != "fake-cpu" || !strings.Contains(progress.String(), "trying fake-cpu") {
		t.Errorf("without the release: %+v, %v, progress %q", c, err, progress.String())
	}
	products[0].downloads[0].sha256 = ""
	progress.Reset()
	c, err = Install(t.Context(), "cpu", InstallOptions{Dir: t.TempDir(), Progress: &progress})
	if err != nil || c.Package != "fake-cpu" || !strings.Contains(progress.String(), "no pinned digest") {
		t.Errorf("without a digest: %+v, %v, progress %q", c, err, progress.String())
	}
}

// The CUDA product in the real form, of small wheels: the plugin and the NVIDIA
// libraries in the folders that its RPATH expects, and go-xla's links.
func TestInstallCUDA(t *testing.T) {
	isolate(t)
	plugin := goodPlugin(t)
	w := newWarehouse(t)
	var all downloads
	add := func(pkg string, files map[string][]byte) {
		data := wheel(t, files)
		d := download{pkg: pkg, version: "1.0", file: wheelFile(pkg), sha256: digest(data), size: int64(len(data))}
		w.shelve(d, data)
		all = append(all, d)
	}
	add("jax-cuda13-pjrt", map[string][]byte{"jax_plugins/xla_cuda13/xla_cuda_plugin.so": plugin})
	add("nvidia-cublas", map[string][]byte{"nvidia/cu13/lib/libcublas.so.13": []byte("blas"), "nvidia/cu13/lib/libcublasLt.so.13": []byte("lt")})
	add("nvidia-cuda-nvcc", map[string][]byte{"nvidia/cu13/bin/ptxas": []byte("ptx"), "nvidia_cuda_nvcc.dist-info/METADATA": []byte("x")})
	swap(t, &products, []product{{name: "jax-cuda13-pjrt", version: "1.0", kind: "cuda", platform: platform,
		plugin: "jax_plugins/xla_cuda13/xla_cuda_plugin.so", downloads: all}})

	_, err := Install(t.Context(), "cuda", InstallOptions{})
	oneLineThat(t, err, "no NVIDIA GPU", "--force")
	if w.downloads() != 0 {
		t.Error("CUDA was downloaded on a machine without a GPU")
	}
	swap(t, &hasGPU, func() bool { return true })
	c, err := Install(t.Context(), "cuda13", InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(filepath.Dir(c.Path), "..", "..")
	for file, want := range map[string]string{
		"go-xla/nvidia/bin/ptxas": "ptx", "libcublas.so.13": "blas", "libcublasLt.so.13": "lt",
		"go-xla/nvidia/cu13/lib/libcublas.so.13": "blas",
	} {
		if got, err := os.ReadFile(filepath.Join(root, file)); string(got) != want {
			t.Errorf("%s holds %q, %v, want %q", file, got, err, want)
		}
	}
	if got, _ := os.ReadFile(c.Path); !bytes.Equal(got, plugin) || filepath.Base(c.Path) != "pjrt_c_api_cuda_plugin.so" {
		t.Errorf("%s is not the wheel's plugin", c.Path)
	}

	// Up to the driver: the plugin loads, refuses a client, and auto goes on.
	_, err = Open(t.Context(), "xla:cuda")
	oneLineThat(t, err, c.Path, "no driver here")
	b, err := Open(t.Context(), "auto")
	if err != nil || b.Kind != "go" || !strings.Contains(b.Note, "no driver here") {
		t.Errorf("auto without a driver: %v, %v", b, err)
	}
}

func TestBadDownloads(t *testing.T) {
	plugin := goodPlugin(t)
	for _, test := range []struct {
		name  string
		spoil func(w *warehouse, p *product)
		words []string
	}{
		{"digest mismatch", func(w *warehouse, p *product) { p.downloads[0].sha256 = strings.Repeat("5", 64) },
			[]string{strings.Repeat("5", 64), "SHA-256", "nothing was kept"}},
		{"one bit changed on the way", func(w *warehouse, p *product) { w.files[p.downloads[0].file][30] ^= 1 },
			[]string{"SHA-256", "nothing was kept"}},
		{"truncated", func(w *warehouse, p *product) { w.behave("cut") },
			[]string{"cut short after", "try again"}},
		{"404 for the file", func(w *warehouse, p *product) { w.behave("404") },
			[]string{"404"}},
		{"404 for the package", func(w *warehouse, p *product) { w.index = nil },
			[]string{"fake-cpu 1.0", "not found"}},
		{"404 for the version", func(w *warehouse, p *product) { w.index[0].version = "2.0" },
			[]string{"fake-cpu 1.0", "not found"}},
		{"no such file in the release", func(w *warehouse, p *product) { w.index[0].file = "other.whl" },
			[]string{"fake_cpu-1.0-py3-none-any.whl"}},
		{"silent server", func(w *warehouse, p *product) { w.behave("stall") },
			[]string{"sent nothing for"}},
		{"wheel without the plugin", func(w *warehouse, p *product) { p.plugin = "fake/other.so" },
			[]string{"does not hold the files"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := isolate(t)
			swap(t, &patience, 500*time.Millisecond)
			w := newWarehouse(t)
			p := w.stock(t, "fake-cpu", plugin)
			test.spoil(w, &p)
			swap(t, &products, []product{p})
			start := time.Now()
			_, err := Install(t.Context(), "cpu", InstallOptions{})
			oneLineThat(t, err, test.words...)
			if took := time.Since(start); took > 10*patience {
				t.Errorf("it took %v, with patience for %v", took, patience)
			}
			if left := leftovers(t, dir); left != nil {
				t.Errorf("it left %v", left)
			}
			if b, err := Open(t.Context(), "auto"); err != nil || b.Kind != "go" {
				t.Errorf("after the failure auto gives %v, %v, want the pure-Go backend", b, err)
			}
		})
	}
}

// A slow line is no silent server.
func TestSlowDownload(t *testing.T) {
	isolate(t)
	swap(t, &patience, 500*time.Millisecond)
	w := newWarehouse(t)
	w.behave("trickle")
	swap(t, &products, []product{w.stock(t, "fake-cpu", goodPlugin(t))})
	if _, err := Install(t.Context(), "cpu", InstallOptions{}); err != nil {
		t.Error(err)
	}
}

// A wheel whose plugin does not load here never gets a place.
func TestInstallOfAPluginThatDoesNotLoad(t *testing.T) {
	dir := isolate(t)
	w := newWarehouse(t)
	swap(t, &products, []product{w.stock(t, "fake-cpu", []byte("this is text"))})
	_, err := Install(t.Context(), "cpu", InstallOptions{})
	oneLineThat(t, err, "does not load on this machine", "file too short")
	if left := leftovers(t, dir); left != nil {
		t.Errorf("it left %v", left)
	}
}

func TestNetworkUnreachable(t *testing.T) {
	dir := isolate(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	l.Close() // nobody listens there now: the connection is refused
	http.DefaultTransport = redirect(closed)
	swap(t, &platform, "linux/amd64")
	for _, what := range []string{"cpu", "xla-cpu-pjrt", "lammps-jax-pjrt-cpu", "fastatomstruct-xla-cpu"} {
		_, err = Install(t.Context(), what, InstallOptions{})
		oneLineThat(t, err, "cannot be reached", "check the network")
	}
	_, err = Install(t.Context(), "go-xla-release", InstallOptions{SHA256: strings.Repeat("a", 64)})
	oneLineThat(t, err, "cannot be reached", "check the network")
	if left := leftovers(t, dir); left != nil {
		t.Errorf("it left %v", left)
	}
}

func TestUnwritableFolder(t *testing.T) {
	isolate(t)
	w := newWarehouse(t)
	swap(t, &products, []product{w.stock(t, "fake-cpu", []byte("never read"))})
	// Below a file no folder can be made, by root neither.
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	_, err := Install(t.Context(), "cpu", InstallOptions{Dir: filepath.Join(file, "xla")})
	oneLineThat(t, err, "cannot write to "+file, "CNNBOOK_HOME")
	if os.Geteuid() != 0 { // root may write everywhere
		readOnly := t.TempDir()
		os.Chmod(readOnly, 0o555)
		_, err := Install(t.Context(), "cpu", InstallOptions{Dir: readOnly})
		oneLineThat(t, err, "cannot write to "+readOnly, "CNNBOOK_HOME")
	}
	if w.downloads() != 0 {
		t.Error("something was downloaded for a folder that cannot be written")
	}
}

func TestDiskFull(t *testing.T) {
	t.Run("seen before the download", func(t *testing.T) {
		dir := isolate(t)
		w := newWarehouse(t)
		p := w.stock(t, "fake-cpu", goodPlugin(t))
		p.downloads[0].unpacked = 1 << 60 // no disk has an exabyte
		swap(t, &products, []product{p})
		_, err := Install(t.Context(), "cpu", InstallOptions{})
		// 2^60 bytes in MB of 10^6, rounded up, and some kB of wheel.
		oneLineThat(t, err, "the disk of "+dir+" is full", "MB are free", fmt.Sprint((int64(1<<60)+p.downloads[0].size+999999)/1000000)+" MB are needed")
		if w.downloads() != 0 {
			t.Error("it downloaded all the same")
		}
	})
	t.Run("while writing", func(t *testing.T) {
		dir := isolate(t)
		w := newWarehouse(t)
		p := w.stock(t, "fake-cpu", noise(1<<16))
		in := installation{dir: dir, progress: io.Discard}
		err := in.fetch(t.Context(), w.URL+"/files/"+p.downloads[0].file, "/dev/full", "", p.downloads[0])
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("writing to /dev/full: %v", err)
		}
		oneLineThat(t, in.explain(err, 0), "is full", "CNNBOOK_HOME")
	})
	t.Run("a small tmpfs", func(t *testing.T) {
		isolate(t)
		dir := t.TempDir()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
			t.Logf("no right to mount (%v): the two tests above stand for this one", err)
			return
		}
		t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
		w := newWarehouse(t)
		for _, test := range []struct {
			what string
			size int // of the plugin; the wheel is as large, for noise cannot be compressed
		}{
			{"download", 2 << 20},    // the wheel alone is too much for 1 MB
			{"unpacking", 600 << 10}, // the wheel fits, the plugin beside it does not
		} {
			p := w.stock(t, "fake-"+test.what, noise(test.size))
			p.downloads[0].size = 0 // unknown, so that it is tried
			swap(t, &products, []product{p})
			_, err := Install(t.Context(), "cpu", InstallOptions{Dir: dir})
			oneLineThat(t, err, "the disk of "+dir+" is full", "CNNBOOK_HOME")
			if left := leftovers(t, dir); left != nil {
				t.Errorf("%s: it left %v", test.what, left)
			}
		}
		if w.downloads() != 2 {
			t.Errorf("%d downloads, want 2", w.downloads())
		}
	})
}

func TestTwoInstallsAtOnce(t *testing.T) {
	isolate(t)
	dir := t.TempDir()
	w := newWarehouse(t)
	w.behave("slow")
	p := w.stock(t, "fake-cpu", goodPlugin(t))
	var outs [3]bytes.Buffer
	var all [3]*exec.Cmd
	for i := range all {
		all[i] = installChild(dir, w, p)
		all[i].Stdout, all[i].Stderr = &outs[i], &outs[i]
		if err := all[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	want := filepath.Join(dir, "fake-cpu-1.0", cpuPlugin)
	for i, cmd := range all {
		if err := cmd.Wait(); err != nil || strings.TrimSpace(outs[i].String()) != want {
			t.Errorf("process %d: %v: %s, want %s", i, err, &outs[i], want)
		}
	}
	if n := w.downloads(); n != 1 {
		t.Errorf("%d downloads by 3 processes, want 1", n)
	}
}

func installChild(dir string, w *warehouse, p product) *exec.Cmd {
	d := p.downloads[0]
	return child(fmt.Sprintf("install %s %s %s %d", dir, w.URL, d.sha256, d.size))
}

func TestKilledInstallIsCompleted(t *testing.T) {
	isolate(t)
	dir := t.TempDir()
	w := newWarehouse(t)
	w.behave("stall")
	p := w.stock(t, "fake-cpu", goodPlugin(t))
	cmd := installChild(dir, w, p)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-w.stalled // half of the file has been sent
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if left := leftovers(t, dir); len(left) != 1 || !strings.HasPrefix(left[0], stagingPrefix) {
		t.Fatalf("after kill -9 the folder holds %v: the test did not hit the middle of an install", left)
	}
	w.behave("")
	swap(t, &products, []product{p})
	if _, err := Install(t.Context(), "cpu", InstallOptions{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	if left := leftovers(t, dir); len(left) != 1 || left[0] != "fake-cpu-1.0" {
		t.Errorf("the next install left %v", left)
	}
}

func TestCancelledInstall(t *testing.T) {
	t.Run("in the download", func(t *testing.T) {
		dir := isolate(t)
		w := newWarehouse(t)
		w.behave("stall")
		swap(t, &products, []product{w.stock(t, "fake-cpu", noise(1000))})
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-w.stalled; cancel() }()
		_, err := Install(ctx, "cpu", InstallOptions{})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want that of the context", err)
		}
		oneLineThat(t, err)
		if left := leftovers(t, dir); left != nil {
			t.Errorf("it left %v", left)
		}
	})
	t.Run("while it waits for another", func(t *testing.T) {
		dir := isolate(t)
		w := newWarehouse(t)
		swap(t, &products, []product{w.stock(t, "fake-cpu", noise(1000))})
		write(t, filepath.Join(dir, lock.Name), nil)
		other := flock.New(filepath.Join(dir, lock.Name))
		if err := other.Lock(); err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		var progress bytes.Buffer
		_, err := Install(ctx, "cpu", InstallOptions{Progress: &progress})
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(progress.String(), "waiting for another installation") {
			t.Errorf("error %v, progress %q", err, progress.String())
		}
	})
}

func TestInstallRefuses(t *testing.T) {
	isolate(t)
	for _, test := range []struct {
		what, on, sha string
		words         []string
	}{
		{"nonsense", "linux/amd64", "", []string{`"nonsense"`, "cpu, cuda"}},
		{"tpu", "linux/amd64", "", []string{"TPU", "TPUInstall"}},
		{"xla:tpu", "linux/amd64", "", []string{"TPU"}},
		{"cpu", "darwin/arm64", "", []string{"darwin/arm64", "pure-Go backend"}},
		{"cpu", "windows/amd64", "", []string{"windows/amd64", "pure-Go backend"}},
		{"cuda", "linux/arm64", "", []string{"linux/arm64", "pure-Go backend"}},
		{"lammps-jax-pjrt-cpu", "linux/arm64", "", []string{"linux/arm64"}},
		{"go-xla-release", "linux/amd64", "abc", []string{"64 hexadecimal"}},
		{"xla-cpu-pjrt", "linux/amd64", strings.Repeat("a", 64), []string{"pinned", "go-xla-release"}},
	} {
		t.Run(test.what+" on "+test.on, func(t *testing.T) {
			swap(t, &platform, test.on)
			_, err := Install(t.Context(), test.what, InstallOptions{SHA256: test.sha})
			oneLineThat(t, err, test.words...)
		})
	}
}

// The table itself: a typing error in it would only be seen after the download.
func TestProducts(t *testing.T) {
	seen := make(map[string]string)
	for _, p := range products {
		for i, d := range p.downloads {
			if other, ok := seen[d.sha256]; ok && d.sha256 != "" {
				t.Errorf("%s and %s have one digest", other, d.file)
			}
			seen[d.sha256] = d.file
			if p.release {
				continue
			}
			if !sha256Form.MatchString(d.sha256) || d.size <= 0 || d.unpacked < d.size {
				t.Errorf("%s: digest %q, %d bytes, %d unpacked", d.file, d.sha256, d.size, d.unpacked)
			}
			if !strings.HasPrefix(d.file, strings.ReplaceAll(d.pkg, "-", "_")+"-"+d.version+"-") {
				t.Errorf("%s is not a wheel of %s %s", d.file, d.pkg, d.version)
			}
			if i == 0 && p.plugin == "" {
				t.Errorf("%s does not say where its plugin is", p.name)
			}
		}
	}
	for _, on := range []string{"linux/amd64", "linux/arm64"} {
		swap(t, &platform, on)
		tries, err := choose("cpu", "")
		if err != nil || len(tries) != 2 || !tries[0].release || tries[1].name != "xla-cpu-pjrt" {
			t.Errorf("%s: cpu is %v, %v, want the release and then xla-cpu-pjrt", on, tries, err)
		}
	}
}
