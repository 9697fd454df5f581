package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/credguide/credguide/internal/sandbox"
)

// loopCommand is the argument by which this program runs itself as the plain loop.
const loopCommand = "plain-login-loop"

// loop is the yardstick for lists: what a person would write in an hour. It makes the requests that
// a check makes for an entry, with four workers and shared connections, and looks at nothing but
// the status.
func (s *setup) loop(box *sandbox.Sandbox, entries int) command {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	env := append(append([]string{}, s.env...), "LOOP_BACKEND="+box.BackendURL(),
		"LOOP_CLIENT_ID="+box.ClientID, "LOOP_SECRET="+box.ClientSecret, "LOOP_CA="+filepath.Join(box.Dir, "ca.pem"))
	return command{name: "plain loop", argv: []string{self, loopCommand, strconv.Itoa(entries)}, env: env}
}

// plainLoop is the loop itself.
func plainLoop(argv []string) int {
	entries, err := strconv.Atoi(strings.Join(argv, ""))
	if err == nil {
		err = logInAll(entries)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	return 0
}

const workers = 4

func logInAll(entries int) error {
	pem, err := os.ReadFile(os.Getenv("LOOP_CA"))
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: workers, ForceAttemptHTTP2: true,
	}}
	places, err := find(client, os.Getenv("LOOP_BACKEND"))
	if err != nil {
		return err
	}
	jobs := make(chan struct{}, entries)
	for range entries {
		jobs <- struct{}{}
	}
	close(jobs)
	var faults [workers]error
	var running sync.WaitGroup
	for i := range workers {
		running.Go(func() {
			for range jobs {
				if faults[i] = logIn(client, places); faults[i] != nil {
					return
				}
			}
		})
	}
	running.Wait()
	for _, err := range faults {
		if err != nil {
			return err
		}
	}
	return nil
}

// places are where an entry logs in, and the scope that it asks for, as openEO clients do.
type places struct{ token, userinfo, me, scope string }

// find asks for the public documents.
func find(client *http.Client, backend string) (p places, err error) {
	var versions struct {
		Versions []struct {
			URL string `json:"url"`
		} `json:"versions"`
	}
	var known struct {
		Providers []struct {
			ID     string   `json:"id"`
			Issuer string   `json:"issuer"`
			Scopes []string `json:"scopes"`
		} `json:"providers"`
	}
	var discovery struct {
		Token    string `json:"token_endpoint"`
		Userinfo string `json:"userinfo_endpoint"`
	}
	if err := answer(client.Get(backend + "/.well-known/openeo"))(&versions); err != nil { //nolint:bodyclose // answer closes it
		return p, err
	}
	for _, v := range versions.Versions {
		p.me = strings.TrimSuffix(v.URL, "/") + "/me"
	}
	if err := answer(client.Get(strings.TrimSuffix(p.me, "/me") + "/credentials/oidc"))(&known); err != nil { //nolint:bodyclose // answer closes it
		return p, err
	}
	for _, provider := range known.Providers {
		if provider.ID == "egi" {
			scopes := append([]string{"openid"}, provider.Scopes...)
			slices.Sort(scopes)
			p.scope = strings.Join(slices.Compact(scopes), " ")
			err = answer(client.Get(strings.TrimSuffix(provider.Issuer, "/") + "/.well-known/openid-configuration"))(&discovery) //nolint:bodyclose // answer closes it
		}
	}
	p.token, p.userinfo = discovery.Token, discovery.Userinfo
	return p, err
}

// logIn is one entry: a token, userinfo, /me.
func logIn(client *http.Client, p places) error {
	var issued struct {
		AccessToken string `json:"access_token"`
	}
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {os.Getenv("LOOP_CLIENT_ID")}, "client_secret": {os.Getenv("LOOP_SECRET")},
		"scope": {p.scope},
	}
	if err := answer(client.PostForm(p.token, form))(&issued); err != nil { //nolint:bodyclose // answer closes it
		return err
	}
	for address, bearer := range map[string]string{p.userinfo: "", p.me: "oidc/egi/"} {
		req, err := http.NewRequest(http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+bearer+issued.AccessToken)
		var ignored map[string]any
		if err := answer(client.Do(req))(&ignored); err != nil { //nolint:bodyclose // answer closes it
			return err
		}
	}
	return nil
}

// answer reads an answer as JSON.
func answer(res *http.Response, err error) func(any) error {
	return func(v any) error {
		if err != nil {
			return err
		}
		defer func() { _ = res.Body.Close() }()
		data, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
		switch {
		case err != nil:
			return err
		case res.StatusCode != http.StatusOK:
			return fmt.Errorf("%s: %s", res.Request.URL.Path, res.Status)
		}
		return json.Unmarshal(data, v)
	}
}
