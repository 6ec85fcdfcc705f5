package kernel

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestTwentyKills: a kernel that is killed at any moment, with its process group or
// alone, or whose guard or GoNB is killed, leaves no process.
func TestTwentyKills(t *testing.T) {
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("only Linux shows the environment of other processes")
	}
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	const seed = 5
	random := rand.New(rand.NewPCG(seed, seed))
	for n := range 20 {
		mark := fmt.Sprintf("CNNBOOK_KILL_TEST=%d-%s", n, newID())
		temp := t.TempDir()
		k := start(t, kernelName, mark, "TMPDIR="+temp)
		// What the cell is at: compiling, a loop, one that prints, one with children.
		k.executeRequest([]string{
			"fmt.Println(\"begun\")\nfor {\n}",
			"for {\n\tfmt.Println(\"line\")\n}",
			"exec.Command(\"sleep\", \"100\").Start()\nsignal.Ignore(os.Interrupt)\nselect {}",
			"!setsid sleep 100 & sleep 100",
		}[n%4])
		time.Sleep(time.Duration(random.IntN(1200)) * time.Millisecond)
		what := []string{"kernel", "kernel's group", "guard", "GoNB", "kernel, asked"}[n%5]
		pid := k.cmd.Process.Pid
		switch what {
		case "kernel":
			syscall.Kill(pid, syscall.SIGKILL)
		case "kernel's group":
			syscall.Kill(-pid, syscall.SIGKILL)
		case "kernel, asked":
			syscall.Kill(pid, syscall.SIGTERM)
		case "guard":
			syscall.Kill(childNamed(pid, " guard "), syscall.SIGKILL)
		case "GoNB":
			syscall.Kill(childNamed(pid, "gonb --kernel"), syscall.SIGKILL)
		}
		go k.cmd.Wait()
		deadline := time.Now().Add(5 * time.Second)
		for left := marked(mark); len(left) > 0; left = marked(mark) {
			if time.Now().After(deadline) {
				t.Errorf("kill %d, of the %s, leaves %v", n, what, left)
				for pid := range left {
					syscall.Kill(pid, syscall.SIGKILL)
				}
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if left, _ := os.ReadDir(temp); len(left) > 0 && what != "kernel's group" {
			t.Errorf("kill %d, of the %s, leaves the folder %s", n, what, left[0].Name())
		}
	}
}

// TestJupyterThatIsKilled: a kernel ends with the Jupyter that started it.
func TestJupyterThatIsKilled(t *testing.T) {
	mark := "CNNBOOK_KILL_TEST=" + newID()
	jupyter := exec.Command("sh", "-c", `JPY_PARENT_PID=$$ "$@" & wait`, "sh", "sleep", "100")
	k := start(t, kernelName) // for its arguments
	kernel := k.cmd.Args
	id := k.request(control, "shutdown_request", object{"restart": false})
	for m := k.next(5 * time.Second); m.parentID() != id; m = k.next(5 * time.Second) {
	}
	k.cmd.Wait()
	jupyter.Args = append(jupyter.Args[:4], kernel...)
	jupyter.Env = append(k.cmd.Env, mark)
	if err := jupyter.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second)
	if len(marked(mark)) < 4 {
		t.Fatalf("only %v are there", marked(mark))
	}
	jupyter.Process.Kill()
	jupyter.Wait()
	deadline := time.Now().Add(5 * time.Second)
	for left := marked(mark); len(left) > 0; left = marked(mark) {
		if time.Now().After(deadline) {
			t.Fatalf("left: %v", left)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// marked lists the processes with a variable in their environment.
func marked(mark string) map[int]string {
	list := map[int]string{}
	for pid := range parents() {
		env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if err == nil && strings.Contains(string(env), mark) {
			line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			list[pid] = strings.ReplaceAll(string(line), "\x00", " ")
		}
	}
	return list
}

// childNamed is the process below another whose command line has some words; that
// other one itself if there is none.
func childNamed(pid int, words string) int {
	for _, p := range below(pid) {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p))
		if text := strings.ReplaceAll(string(line), "\x00", " "); strings.Contains(text, words) && (words != "gonb --kernel" || !strings.Contains(text, " guard ")) {
			return p
		}
	}
	return pid
}
