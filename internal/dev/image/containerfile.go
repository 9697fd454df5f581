package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// described is what a Containerfile says about an image: its settings, and what is copied from
// where to where.
type described struct {
	config v1.Config
	copies [][2]string
}

// describe reads the part of the Containerfile language that an image without a shell needs. It
// refuses the rest, so that an engine and this program make the same image of the same text.
func describe(text string, values map[string]string) (d described, err error) {
	d.config.Labels = map[string]string{}
	known := map[string]string{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := d.instruction(line, known, values); err != nil {
			return described{}, fmt.Errorf("line %d, %q: %w", i+1, line, err)
		}
	}
	if len(d.copies) == 0 || len(d.config.Entrypoint) == 0 || d.config.User == "" {
		return described{}, errors.New("an image needs COPY, USER and ENTRYPOINT")
	}
	return d, nil
}

func (d *described) instruction(line string, known, values map[string]string) (err error) {
	word, rest, _ := strings.Cut(line, " ")
	rest = os.Expand(strings.TrimSpace(rest), func(name string) string {
		value, ok := known[name]
		if !ok {
			err = errors.Join(err, fmt.Errorf("no ARG %s stands above", name))
		}
		return value
	})
	if err != nil {
		return err
	}
	name, value, isPair := strings.Cut(rest, "=")
	switch word {
	case "FROM":
		if rest != "scratch" {
			return errors.New("only FROM scratch can be built here")
		}
	case "ARG":
		given, ok := values[rest]
		if !ok {
			return fmt.Errorf("no value was given for %s", rest)
		}
		known[rest] = given
	case "COPY":
		from, to, ok := strings.Cut(rest, " ")
		if !ok || strings.Contains(to, " ") || strings.HasPrefix(from, "-") {
			return errors.New("only COPY FROM TO can be built here")
		}
		d.copies = append(d.copies, [2]string{from, to})
	case "ENV", "LABEL":
		if !isPair || strings.ContainsAny(value, `"\ `) {
			return fmt.Errorf("only %s NAME=VALUE can be built here, without spaces and quotes", word)
		}
		if word == "ENV" {
			d.config.Env = append(d.config.Env, rest)
		} else {
			d.config.Labels[name] = value
		}
	case "USER":
		d.config.User = rest
	case "WORKDIR":
		d.config.WorkingDir = rest
	case "ENTRYPOINT":
		return json.Unmarshal([]byte(rest), &d.config.Entrypoint)
	default:
		return errors.New("this instruction cannot be built here")
	}
	return nil
}
