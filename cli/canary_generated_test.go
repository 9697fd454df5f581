package cli

import (
	"bytes"
	"compress/gzip"
	"encoding/ascii85"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
)

// canaries is how many inputs are made. CI makes ten thousand.
var canaries = flag.Int("canaries", 400, "how many generated inputs hide a secret")

// TestAGeneratedCanaryIsNowhere hides a secret in a place where none belongs, lets servers repeat
// it in any form, and looks for eight bytes of it in a row: in each address and header that is sent
// but to the token endpoint, and in each output.
func TestAGeneratedCanaryIsNowhere(t *testing.T) {
	shards := max(2, runtime.GOMAXPROCS(0))
	for shard := range shards {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			g := newGossip(t)
			for i := shard; i < *canaries && !t.Failed(); i += shards {
				newInput(g, uint64(i)).run(t)
			}
		})
	}
}

// FuzzCanary goes on with inputs that nobody numbered.
func FuzzCanary(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { newInput(newGossip(t), seed).run(t) })
}

// disguised is a form in which programs repeat a secret, or a piece of it.
func disguised(r *rand.Rand, secret string) string {
	switch r.IntN(24) {
	case 0:
		return strings.ToLower(secret)
	case 1:
		return strings.ToUpper(secret)
	case 2:
		return url.QueryEscape(secret)
	case 3:
		return base64.StdEncoding.EncodeToString([]byte("id:"[:r.IntN(4)] + secret))
	case 4:
		return base64.RawURLEncoding.EncodeToString([]byte("x" + secret))
	case 5:
		return html.EscapeString(secret)
	case 6:
		return strings.Join(strings.Split(secret, ""), "\u200b")
	case 7:
		return hex.EncodeToString([]byte(secret))
	case 8:
		return fmt.Sprintf("%+q", secret)
	case 9:
		return "'" + strings.ReplaceAll(secret, "'", `'\''`) + "'"
	case 10:
		return "OPENEO_AUTH_CLIENT_SECRET=" + secret
	case 11:
		return "Basic " + base64.StdEncoding.EncodeToString([]byte("nightly:"+url.QueryEscape(secret)))
	case 12:
		return fmt.Sprintf(`{"client_secret":%q}`, secret)
	case 13:
		return base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(secret))))
	case 14:
		return base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString([]byte(secret))))
	case 15:
		return strings.Join(strings.Split(secret, ""), []string{" ", ".", ", ", "\n"}[r.IntN(4)])
	case 16:
		return base32.HexEncoding.EncodeToString([]byte(secret))
	case 17:
		out := make([]byte, ascii85.MaxEncodedLen(len(secret)))
		return string(out[:ascii85.Encode(out, []byte(secret))])
	case 18:
		return url.QueryEscape(url.QueryEscape(html.EscapeString(secret)))
	case 19:
		return strings.TrimSpace(strings.Trim(fmt.Sprint([]byte(secret)), "[]"))
	case 20:
		return strings.Map(rot13, secret)
	case 21:
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		_, _ = w.Write([]byte(secret))
		_ = w.Close()
		return base64.StdEncoding.EncodeToString(out.Bytes())
	}
	return secret
}

func rot13(r rune) rune {
	switch low := r | 0x20; {
	case 'a' <= low && low <= 'm':
		return r + 13
	case 'n' <= low && low <= 'z':
		return r - 13
	}
	return r
}

// input is a command line with what lies around it.
type input struct {
	g      *gossip
	seed   uint64
	r      *rand.Rand
	secret string
	dir    string
	env    map[string]string
	stdin  string
	args   []string
	files  []string // outputs
	sound  bool     // nothing is wrong with the command line, so that there must be a report
}

func newInput(g *gossip, seed uint64) *input {
	r := rand.New(rand.NewPCG(seed, 7))
	in := &input{g: g, seed: seed, r: r, env: map[string]string{}}
	in.secret = in.draw()
	return in
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

// draw makes a secret as registries, generators of UUIDs, people and password managers do.
func (in *input) draw() string {
	pick := func(from string, n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte(from[in.r.IntN(len(from))])
		}
		return b.String()
	}
	switch in.r.IntN(4) {
	case 0:
		return pick(alphabet, 87)
	case 1:
		h := pick("0123456789abcdef", 32)
		return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
	case 2:
		words := []string{"maple", "orbit", "velvet", "canyon", "lumen", "quartz", "walrus", "kettle", "plinth", "amber"}
		in.r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		return strings.Join(words[:4], []string{"-", " ", "_", "."}[in.r.IntN(4)])
	}
	var printable strings.Builder
	for c := byte('!'); c <= '~'; c++ {
		printable.WriteByte(c)
	}
	return "k" + pick(printable.String(), 16+in.r.IntN(24)) + "Z"
}

func (in *input) file(name, text string) string {
	path := filepath.Join(in.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		panic(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		panic(err)
	}
	return path
}

// run makes the input, runs it and looks for the secret.
func (in *input) run(t *testing.T) {
	var err error
	if in.dir, err = os.MkdirTemp("", "canary"); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(in.dir)
	in.g.mu.Lock()
	in.g.heard.Reset()
	in.g.mood, in.g.r, in.g.knows = in.r.IntN(moods), in.r, ""
	in.g.mu.Unlock()
	for _, id := range []string{"asked", "sister"} {
		text := fmt.Sprintf("id: %s\ntitle: The %s one\nfamily: f\nissuer: %s/realms/%[1]s\n", id, id, in.g.URL)
		in.file("environments/"+id+".yaml", text+fmt.Sprintf("backends:\n  - {id: backend, url: %s/backend, provider_id: egi, default: true}\n", in.g.URL))
	}
	switch in.r.IntN(10) {
	case 0:
		in.pasted()
	case 1:
		in.answers()
	case 2:
		in.list()
	case 3:
		in.wait()
	default:
		in.check()
	}
	m := &machine{}
	m.System = app.System{
		Stdin: strings.NewReader(in.stdin), Stdout: &m.out, Stderr: &m.err, Home: in.dir, GOOS: "linux", Now: time.Now,
		Lookup: func(name string) (string, bool) { v, ok := in.env[name]; return v, ok }, Keyring: keys{}, FirstPause: time.Millisecond,
	}
	code := m.run(t.Context(), in.args...)
	in.g.mu.Lock()
	defer in.g.mu.Unlock()
	texts := map[string]string{"standard output": m.out.String(), "standard error": m.err.String(), "a request": in.g.heard.String()}
	for _, name := range in.files {
		text, err := os.ReadFile(name)
		if err == nil {
			texts[filepath.Base(name)] = string(text)
		}
		if in.sound && (err != nil || !valid(name, text)) {
			t.Errorf("input %d, %q, exit code %d: %s: %v\n%s", in.seed, in.args, code, name, err, text)
		}
	}
	if in.sound && (code == app.ExitUsage || m.out.Len() == 0) {
		t.Errorf("input %d, %q: exit code %d and no report\n%s", in.seed, in.args, code, &m.err)
	}
	for where, text := range texts {
		if part := partIn(text, in.secret); part != "" {
			t.Errorf("input %d, %q, exit code %d: %s holds %q of %q:\n%s", in.seed, in.args, code, where, part, in.secret, text)
		}
	}
}

// valid tells that a report is a document of its format.
func valid(name string, text []byte) bool {
	switch filepath.Ext(name) {
	case ".json", ".sarif":
		return json.Valid(text)
	case ".junit":
		return xml.Unmarshal(text, new(struct{})) == nil
	}
	return len(text) > 0
}

// partIn finds eight bytes in a row of a secret, in any case, and the whole of it in its encodings.
func partIn(text, secret string) string {
	text, low := strings.ToLower(text), strings.ToLower(secret)
	for i := 0; i+8 <= len(low); i++ {
		if strings.Contains(text, low[i:i+8]) {
			return low[i : i+8]
		}
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(secret))
	twice := base64.StdEncoding.EncodeToString([]byte(encoded))
	for _, form := range []string{
		url.QueryEscape(secret), encoded[:len(encoded)-4], hex.EncodeToString([]byte(secret)), html.EscapeString(secret), twice[:len(twice)-8], strings.Map(rot13, secret),
		strings.Join(strings.Split(secret, ""), "."), strings.Join(strings.Split(secret, ""), " "), strings.Trim(fmt.Sprint([]byte(secret)), "[]"),
		strings.TrimRight(base32.HexEncoding.EncodeToString([]byte(secret)), "=")[:8*(len(secret)/5)-1],
	} {
		if strings.Contains(text, strings.ToLower(form)) {
			return form
		}
	}
	return ""
}

// known puts the secret where it belongs, together with an id.
func (in *input) known(id string) {
	switch in.r.IntN(3) {
	case 0:
		in.env[credentials.EnvClientID], in.env[credentials.EnvClientSecret] = id, in.secret
	case 1:
		in.args = append(in.args, "--client-id", id, "--secret-file", in.file("secret", in.secret))
	default:
		path := filepath.Join(in.dir, "c.env")
		if _, err := credentials.SaveDotenv(path, credentials.Entry{ClientID: id, Secret: credentials.NewSecret(in.secret)}); err != nil {
			panic(err)
		}
		in.args = append(in.args, "--credentials", path)
	}
}

// wrongID is a client id with the secret in it.
func (in *input) wrongID() string {
	switch form := disguised(in.r, in.secret); in.r.IntN(7) {
	case 0:
		return "nightly " + form
	case 1:
		return "nightly:" + form
	case 2:
		return `"nightly" "` + form + `"`
	case 3:
		return in.secret
	case 4:
		return in.secret + "\n"
	case 5:
		return "x" + in.secret + "y"
	default:
		return form
	}
}

// outputs asks for a few reports.
func (in *input) outputs() {
	names := report.Names()
	for _, i := range in.r.Perm(len(names))[:in.r.IntN(4)] {
		file := filepath.Join(in.dir, "out."+names[i])
		in.files = append(in.files, file)
		in.args = append(in.args, "--output", names[i]+"="+file)
	}
	if in.r.IntN(2) == 0 {
		in.args = append(in.args, "--output", names[in.r.IntN(len(names))])
	}
	if in.r.IntN(2) == 0 {
		in.args = append(in.args, "--verbose")
	}
}

func (in *input) target() {
	in.args = append(in.args, "--catalog", in.dir, "--environment", "asked")
}

func (in *input) check() {
	in.args = []string{"check"}
	id := "nightly"
	way := in.r.IntN(9)
	in.sound = way < 3 || way > 6 || way == 5
	switch way {
	case 0, 1, 2:
		id = in.wrongID()
		in.target()
	case 3:
		in.args = append(in.args, "--issuer", in.g.URL+"/realms/"+url.PathEscape(disguised(in.r, in.secret)), "--backend", in.g.URL+"/backend")
	case 4:
		in.target()
		in.args = append(in.args, "--backend", in.g.URL+"/backend/"+url.PathEscape(disguised(in.r, in.secret)))
	case 5:
		in.target()
		in.args = append(in.args, "--provider-id", disguised(in.r, in.secret))
	case 6:
		flag := []string{"--environment", "--backend", "--all", "--from", "--ca-file", "--output", "--ignore", "--seen"}[in.r.IntN(8)]
		if flag == "--backend" { // it may be the name of a host, and the environment the usual one
			in.target()
		}
		in.args = append(in.args, flag, disguised(in.r, in.secret))
	case 7:
		in.file("environments/asked.yaml", fmt.Sprintf("id: asked\ntitle: %q\nissuer: %s/realms/asked\nnotes: [%q]\n", "Lab "+in.secret, in.g.URL, in.secret))
		in.target()
	default:
		in.target()
	}
	in.known(id)
	in.outputs()
	if in.r.IntN(8) == 0 {
		in.args, in.sound = append(in.args, "--plan"), false
	}
}

func (in *input) wait() {
	in.args = []string{"wait", "--timeout", "1ms"}
	in.target()
	in.known(in.wrongID())
	in.outputs()
}

func (in *input) pasted() {
	in.env[credentials.EnvClientSecret] = in.secret
	text := "requests.exceptions.HTTPError: 401 invalid_client for " + in.g.URL + "/token with client_secret=" + disguised(in.r, in.secret) +
		"\n" + `{"error":"invalid_client","error_description":"wrong: ` + disguised(in.r, in.secret) + `"}`
	switch in.r.IntN(4) {
	case 0:
		in.args, in.stdin = []string{"explain", "-"}, text
	case 1:
		in.args = []string{"explain", text, "--output", "json"}
	case 2:
		in.args = []string{"explain", in.secret}
	default:
		in.args = []string{"check", "--client-id", "nightly", "--seen", in.file("seen.txt", text)}
		in.target()
		in.outputs()
	}
}

// answers are those of a registration, with the secret in one of them.
func (in *input) answers() {
	in.env[credentials.EnvClientSecret] = in.secret
	fields := map[string]string{"integration_environment": "development", "service_name": "NDVI", "service_description": "Nightly jobs", "client_id": "nightly-ndvi"}
	for name := range fields {
		if in.r.IntN(3) == 0 {
			fields[name] = disguised(in.r, in.secret)
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	file := in.file("answers.yaml", string(text))
	switch in.r.IntN(3) {
	case 0:
		in.args = []string{"register", "--offline", "--answers", file, "--state", filepath.Join(in.dir, "state.yaml"), "--request", filepath.Join(in.dir, "request.yaml")}
	case 1:
		in.args = []string{"request", "validate", "--output", []string{"text", "json"}[in.r.IntN(2)], file}
	default:
		in.args = []string{"request", "show", file}
	}
}

// list is one with the secret in one of its entries, or in what a command of it prints.
func (in *input) list() {
	in.g.mood %= damaging // a server must not tell the second entry of the first one's secret: each report knows its own only
	secret := fmt.Sprintf("secret_file: %q", in.file("secret", in.secret))
	id := "nightly"
	switch in.r.IntN(4) {
	case 0:
		command := []string{`["sh", "-c", "cat secret"]`, `["sh", "-c", "cat secret >&2; exit 3"]`, `["cat", "secret", "none"]`}[in.r.IntN(3)]
		secret = "secret_command: " + command
	case 1:
		id = in.wrongID()
	case 2:
		secret = fmt.Sprintf("secret_variable: %q", in.secret)
		in.env[credentials.EnvClientSecret] = in.secret
	case 3:
		secret += fmt.Sprintf("\n  labels: {team: %q}\n  owner: %q", in.secret, in.secret)
	}
	text, err := json.Marshal(id)
	if err != nil {
		panic(err)
	}
	list := fmt.Sprintf("- name: nightly\n  environment: asked\n  client_id: %s\n  %s\n- {name: other, environment: asked, client_id: other, secret_variable: NONE}\n", text, secret)
	in.args = []string{"check", "--catalog", in.dir, "--all", in.file("list.yaml", list)}
	in.outputs()
}
