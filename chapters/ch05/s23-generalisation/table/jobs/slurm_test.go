//go:build linux

package jobs_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSlurm: a Slurm of one node runs array.sbatch. One task of the array is told to stop, as
// Slurm does before the end of a job's time, and is queued again by its script; one is
// killed, has failed, and is queued again by hand. All end to the bit as a plain run.
func TestSlurm(t *testing.T) {
	needs(t, "munged", "slurmctld", "slurmd", "sbatch", "srun")
	want := plainly(t, 1) // on all cores: this Slurm binds no task to cores
	c := newCheckout(t)
	startSlurm(t)
	numbers, _, status := c.table(t, "jobs", "--numbers")
	if status != 0 {
		t.Fatal("the numbers cannot be listed")
	}
	job := c.slurm(t, "sbatch", "--parsable", "--array="+strings.Join(strings.Fields(numbers), ","), c.script(t, "array.sbatch"))
	task := func(n int) string { return fmt.Sprintf("%s_%d", job, n) }
	step := func(n int) string { // what srun starts: the program, without the script around it
		return c.slurm(t, "squeue", "--noheader", "--format=%A", "--jobs="+task(n)) + ".0"
	}
	signal := func(name, step string) { // what comes of it shows in the state of the task
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := exec.CommandContext(ctx, "scancel", "--signal="+name, step).Run(); err != nil {
			t.Logf("scancel finds that %s has ended, or that it ends: %v", step, err)
		}
	}
	// requeued shortens the two minutes that Slurm lets such a task wait. A node refuses to start
	// a job again in the second in which it has ended it, so not to nothing.
	requeued := func(n int) {
		c.await(t, task(n), "PENDING")
		time.Sleep(3 * time.Second)
		c.slurm(t, "scontrol", "update", "JobId="+task(n), "StartTime=now")
	}

	c.pid(t, longSeed1)
	signal("TERM", step(longSeed1))
	c.pid(t, longSeed2)
	signal("KILL", step(longSeed2))
	c.await(t, task(longSeed2), "FAILED")
	if !c.keeps(t, longSeed2) {
		t.Error("what was killed has no checkpoint")
	}
	requeued(longSeed1)
	c.slurm(t, "scontrol", "requeue", task(longSeed2))
	requeued(longSeed2)
	for _, n := range strings.Fields(numbers) {
		c.await(t, job+"_"+n, "COMPLETED")
	}
	same(t, c.results(), want)
	log, err := os.ReadFile(filepath.Join(string(c), fmt.Sprintf("table-%d.log", longSeed1)))
	if err != nil || !strings.Contains(string(log), "the same command goes on after epoch") || !strings.Contains(string(log), "plain_long_seed1 (1 of 1): done") {
		t.Errorf("the log of the task that was stopped: %v\n%s", err, log)
	}
	if shown := c.slurm(t, "scontrol", "show", "job", task(longSeed1)); !strings.Contains(shown, "Restarts=1") {
		t.Errorf("the task that was stopped was not queued again:\n%s", shown)
	}
}

// slurm runs one of Slurm's commands in the checkout and returns its output.
func (c checkout) slurm(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := c.command(name, args...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		c.showLogs(t)
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, complaints.String())
	}
	return strings.TrimSpace(string(out))
}

// showLogs shows what tasks, or daemons, have said.
func (c checkout) showLogs(t *testing.T) {
	t.Helper()
	for _, dir := range []string{string(c), filepath.Dir(os.Getenv("SLURM_CONF"))} {
		logs, _ := filepath.Glob(filepath.Join(dir, "*.log")) // the pattern is well formed
		for _, log := range logs {
			if text, err := os.ReadFile(log); err == nil {
				t.Logf("%s:\n%s", filepath.Base(log), text)
			}
		}
	}
}

// await waits until a task of an array has a state of Slurm's.
func (c checkout) await(t *testing.T, task, state string) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		now := c.slurm(t, "squeue", "--noheader", "--states=all", "--format=%T", "--jobs="+task)
		if now == state {
			return
		}
		if time.Now().After(end) {
			c.showLogs(t)
			t.Fatalf("task %s is %q after two minutes, want %s", task, now, state)
		}
	}
}

// startSlurm starts Slurm on this machine as the user of this test: a controller, one
// node, and MUNGE, by which they know each other, in folders and on ports of their own, so
// that it meets no other Slurm. It ends with the test.
func startSlurm(t *testing.T) {
	t.Helper()
	dir, err := os.MkdirTemp("", "slurm") // not t.TempDir: the path of a socket may have 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	file := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, sub := range []string{"state", "spool"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	key := make([]byte, 128)
	rand.Read(key)
	socket := filepath.Join(dir, "munge")
	t.Setenv("SLURM_CONF", file("slurm.conf", strings.NewReplacer("DIR", dir, "HOST", host, "ME", me.Username, "SOCKET", socket,
		"CTLPORT", freePort(t), "NODEPORT", freePort(t), "CORES", fmt.Sprint(runtime.NumCPU())).Replace(slurmConf), 0o644))
	file("cgroup.conf", "CgroupAutomount=no\n", 0o644)
	daemon(t, dir, "munged", "--foreground", "--force", "--key-file="+file("key", string(key), 0o600), "--socket="+socket,
		"--pid-file="+dir+"/munged.pid", "--seed-file="+dir+"/seed", "--log-file="+dir+"/munged.log")
	ready(t, dir, "munge", "--no-input", "--socket="+socket)
	daemon(t, dir, "slurmctld", "-D")
	ready(t, dir, "scontrol", "ping")
	daemon(t, dir, "slurmd", "-D")
	ready(t, dir, "srun", "--immediate=1", "--cpus-per-task=1", "true")
	t.Cleanup(func() { // what a failed test leaves, which the daemons would not end with them
		_ = exec.Command("scancel", "--user="+me.Username).Run() // with no job there is nothing to do
		for range 100 {
			if left, err := exec.Command("squeue", "--noheader").Output(); err != nil || len(left) == 0 {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Error("Slurm still has jobs ten seconds after they were to end")
	})
}

// slurmConf leaves out what one node without a database and without rights to cgroups
// does not have.
const slurmConf = `ClusterName=one
SlurmctldHost=HOST(127.0.0.1)
SlurmctldPort=CTLPORT
SlurmdPort=NODEPORT
SlurmUser=ME
SlurmdUser=ME
AuthType=auth/munge
AuthInfo=socket=SOCKET
StateSaveLocation=DIR/state
SlurmdSpoolDir=DIR/spool
SlurmctldPidFile=DIR/slurmctld.pid
SlurmdPidFile=DIR/slurmd.pid
SlurmctldLogFile=DIR/slurmctld.log
SlurmdLogFile=DIR/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
NodeName=HOST NodeAddr=127.0.0.1 CPUs=CORES State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`

// daemon starts a program that ends with the test.
func daemon(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	log, err := os.Create(filepath.Join(dir, name+".out"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		force := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
		defer force.Stop()
		cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // it was told to end
	})
}

// ready waits until a command succeeds, which the daemon before it answers.
func ready(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	var out []byte
	var err error
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if out, err = exec.Command(name, args...).CombinedOutput(); err == nil {
			return
		}
	}
	checkout(dir).showLogs(t)
	t.Fatalf("%s does not succeed in half a minute: %v: %s", name, err, out)
}

// freePort is a port that nobody has.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
