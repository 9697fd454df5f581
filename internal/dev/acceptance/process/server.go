//go:build acceptance

package process

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Server is a process that answers at an address, in a folder of its own that
// goes with it.
type Server struct {
	Log     string
	Started time.Duration

	folder  string
	process *Process
}

// Serve starts the command in a new folder, which prepare may fill first, and
// waits until the address answers with 200.
func Serve(command *exec.Cmd, client *http.Client, address string, prepare func(folder string) error) (_ *Server, err error) {
	folder, err := os.MkdirTemp("", "credguide-lab-")
	if err != nil {
		return nil, err
	}
	s := &Server{folder: folder, Log: filepath.Join(folder, "server.log")}
	defer func() {
		if err != nil {
			s.Stop()
		}
	}()
	if prepare != nil {
		if err := prepare(folder); err != nil {
			return nil, err
		}
	}
	log, err := os.Create(s.Log)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own descriptor
	if command.Dir == "" {
		command.Dir = folder
	}
	command.Stdout, command.Stderr = log, log
	began := time.Now()
	if s.process, err = Start(command); err != nil {
		return nil, err
	}
	if err := s.process.Ready(3*time.Minute, s.Log, func() bool { return answers(client, address) }); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(command.Path), err)
	}
	s.Started = time.Since(began)
	return s, nil
}

func answers(client *http.Client, address string) bool {
	response, err := client.Get(address)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// Stop ends the server and removes what it wrote. Nothing that it holds is
// worth a slow shutdown.
func (s *Server) Stop() {
	if s.process != nil {
		s.process.Stop(2 * time.Second)
	}
	os.RemoveAll(s.folder)
}
