//go:build acceptance

package process

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// owner is set in the copy of this test program that starts a server and is
// then killed.
const owner = "CREDGUIDE_LAB_OWNER"

func TestMain(m *testing.M) {
	if os.Getenv(owner) != "" {
		p, err := Start(exec.Command("sleep", "60"))
		if err != nil {
			panic(err)
		}
		fmt.Println(p.PID())
		<-p.Done()
		return
	}
	os.Exit(m.Run())
}

func TestServerDiesWithAKilledTestProcess(t *testing.T) {
	test := exec.Command(os.Args[0])
	test.Env = append(os.Environ(), owner+"=yes")
	output, err := test.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := test.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	server, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	if !alive(server) {
		t.Fatal("the server never ran")
	}
	if err := test.Process.Kill(); err != nil { // SIGKILL: no clean-up of its own
		t.Fatal(err)
	}
	_ = test.Wait()
	for range 200 {
		if !alive(server) {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Errorf("process %d still runs five seconds after its owner was killed", server)
}

func TestStopEndsAStubbornServer(t *testing.T) {
	p, err := Start(exec.Command("sh", "-c", `trap "" TERM; while :; do sleep 1; done`))
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // let the shell set its trap
	p.Stop(200 * time.Millisecond)
	if alive(p.PID()) {
		t.Error("still running after Stop")
	}
}

// alive: a zombie counts as dead, since nobody but init is left to reap it.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	return !strings.Contains(string(stat), ") Z ")
}
