package credentials_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"log"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"text/template"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
)

const (
	canary       = "cAnArY-7f3e9b+%2F:&="
	keycloakMade = "q7Rt2ZpX9LmB4sVw1KcY8nHdF3gJ5aQe"
)

type nest struct {
	Public credentials.Secret
	hidden credentials.Secret
	inner  struct{ deep credentials.Secret }
	ptr    *credentials.Secret
	list   []credentials.Secret
	byName map[string]credentials.Secret
	any    any
}

func nested(s credentials.Secret) nest {
	n := nest{Public: s, hidden: s, ptr: &s, list: []credentials.Secret{s}, byName: map[string]credentials.Secret{"k": s}, any: s}
	n.inner.deep = s
	return n
}

// walk prints like the reflection printers of test libraries: unexported
// fields too, with no method called.
func walk(w *strings.Builder, v reflect.Value, depth int) {
	if depth > 6 || !v.IsValid() {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fmt.Fprintf(w, "%s:", v.Type().Field(i).Name)
			walk(w, v.Field(i), depth+1)
		}
	case reflect.Pointer, reflect.Interface:
		walk(w, v.Elem(), depth+1)
	case reflect.Slice:
		for i := range v.Len() {
			walk(w, v.Index(i), depth+1)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			walk(w, v.MapIndex(key), depth+1)
		}
	case reflect.String:
		w.WriteString(v.String())
	default:
		fmt.Fprintf(w, "%v ", v)
	}
	if v.CanAddr() {
		forced := reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
		fmt.Fprintf(w, "%#v", forced.Interface())
	}
}

func TestSecretLeaksNowhere(t *testing.T) {
	secret := credentials.NewSecret(canary)
	n := nested(secret)
	sinks := map[string]func() string{
		"text template": func() string {
			var out bytes.Buffer
			err := template.Must(template.New("").Parse(`{{.}} {{.Public}} {{printf "%+v" .}} {{js .Public}} {{urlquery .Public}}`)).Execute(&out, n)
			return out.String() + fmt.Sprint(err)
		},
		"html template": func() string {
			var out bytes.Buffer
			err := htmltemplate.Must(htmltemplate.New("").Parse(`<a href="{{.Public}}">{{.}}</a><script>x={{.Public}}</script>`)).Execute(&out, n)
			return out.String() + fmt.Sprint(err)
		},
		"json": func() string {
			out, err := json.Marshal(map[string]any{"a": secret, "b": n, "c": &secret, "d": []any{secret}})
			return string(out) + fmt.Sprint(err)
		},
		"xml": func() string {
			out, err := xml.Marshal(struct{ S credentials.Secret }{secret})
			return string(out) + fmt.Sprint(err)
		},
		"yaml": func() string { out, err := secret.MarshalYAML(); return fmt.Sprint(out, err) },
		"slog text": func() string {
			var out bytes.Buffer
			slog.New(slog.NewTextHandler(&out, nil)).Info("m", "s", secret, "n", n, "p", &secret, slog.Group("g", "s", secret))
			return out.String()
		},
		"slog json": func() string {
			var out bytes.Buffer
			slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "s", secret, "n", n, "p", &secret)
			return out.String()
		},
		"log": func() string {
			var out bytes.Buffer
			log.New(&out, "", 0).Println(secret, n, &n)
			return out.String()
		},
		"error": func() string {
			return errors.Join(fmt.Errorf("x %v %w", n, fmt.Errorf("y %+v", secret))).Error()
		},
		"panic": func() (text string) {
			defer func() { text = fmt.Sprintf("%v %+v", recover(), n) }()
			panic(n)
		},
		"go-cmp": func() string {
			return cmp.Diff(n.Public, credentials.NewSecret("other")) +
				cmp.Diff(n, nested(credentials.NewSecret("other")), cmp.Exporter(func(reflect.Type) bool { return true }))
		},
		"reflection": func() string {
			var out strings.Builder
			walk(&out, reflect.ValueOf(&n).Elem(), 0)
			return out.String()
		},
		"print": func() string { return fmt.Sprint(secret, n, &n) + fmt.Sprintln(n.list, n.byName) },
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "% X", "%d", "%T", "%p", "%!", "%20s", "%-5.2v", "%c", "%U"} {
		sinks["fmt "+verb] = func() string {
			return fmt.Sprintf(verb, secret) + fmt.Sprintf(verb, &secret) + fmt.Sprintf(verb, n) + fmt.Sprintf(verb, &n) +
				fmt.Sprintf(verb, n.list) + fmt.Sprintf(verb, n.byName)
		}
	}
	g := guard.New(secret)
	for name, sink := range sinks {
		out := sink()
		if out == "" {
			t.Errorf("%s printed nothing", name)
		}
		if strings.Contains(out, canary) || g.Find(out) {
			t.Errorf("%s leaks: %s", name, out)
		}
	}
}

func TestSecretShowsThatItIsRedacted(t *testing.T) {
	secret := credentials.NewSecret(canary)
	for _, got := range []string{secret.String(), secret.GoString(), fmt.Sprintf("%d", secret), secret.LogValue().String()} {
		if got != "[redacted]" {
			t.Errorf("got %q", got)
		}
	}
}

func TestSecretKeepsItsText(t *testing.T) {
	for _, text := range []string{"", "a", " a\n", "pä$$wörd", "\uFEFFx"} {
		secret := credentials.NewSecret(text)
		if secret.Reveal() != text || secret.IsZero() != (text == "") || secret.Len() != len([]rune(text)) {
			t.Errorf("%q: %q, zero %v, length %d", text, secret.Reveal(), secret.IsZero(), secret.Len())
		}
		if !secret.Equal(credentials.NewSecret(text)) || secret.Equal(credentials.NewSecret(text+"x")) {
			t.Errorf("%q: Equal is wrong", text)
		}
	}
	var zero credentials.Secret
	if !zero.IsZero() || zero.Len() != 0 || zero.Reveal() != "" || !zero.Equal(credentials.NewSecret("")) {
		t.Error("the zero value is not an empty secret")
	}
	if reflect.TypeFor[credentials.Secret]().Comparable() {
		t.Error("a Secret compares with ==, which takes no constant time")
	}
}
