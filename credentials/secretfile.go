package credentials

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/credguide/credguide/internal/files"
)

// maxFile bounds every file that is read. A real one has some hundred
// bytes; auth-config.json grows by about 300 bytes a back-end.
const maxFile = 64 << 10

// readText reads a small text file.
func readText(ctx context.Context, name string, wait time.Duration) (files.Content, error) {
	file, err := files.Read(ctx, name, files.Limits{Bytes: maxFile, Wait: wait})
	if err == nil {
		err = files.Text(file.Data)
	}
	return file, err
}

// secretFileValue reads the file of --secret-file. Its whole content is the
// secret, a final line end included: an editor adds one, the login fails
// by it, and trimming it here would hide that from the user.
func secretFileValue(ctx context.Context, q Query, j *journal) *place {
	found := newPlace(KindSecretFile)
	if !q.SecretFile.Given {
		return found
	}
	source := Source{Kind: KindSecretFile, Name: q.SecretFile.Text, Path: q.SecretFile.Text}
	if q.SecretFile.Text == "-" {
		source = Source{Kind: KindStdin, Path: "standard input"}
	}
	data, err := readNamed(ctx, q, j, source)
	if err != nil {
		found.blocked[ClientSecret] = true
		return found
	}
	found.put(ClientSecret, NewSecret(string(data)), source)
	j.lookAt(ClientSecret, found.values[ClientSecret])
	return found
}

// readNamed reads a file that the user named, or standard input, and records
// how that went.
func readNamed(ctx context.Context, q Query, j *journal, source Source) ([]byte, error) {
	if source.Kind == KindStdin {
		if q.Stdin == nil {
			err := errors.New("there is no standard input")
			j.cannotRead(source, true, err)
			return nil, err
		}
		data, err := files.ReadAll(ctx, io.NopCloser(q.Stdin), maxFile)
		if err == nil {
			err = files.Text(data)
		}
		if err != nil {
			j.cannotRead(source, true, err)
		}
		return data, err
	}
	if source.Path == "" {
		err := errors.New("the file name is empty")
		j.cannotRead(source, true, err)
		return nil, err
	}
	file, err := readText(ctx, source.Path, q.PipeWait)
	if err != nil {
		j.cannotRead(source, true, err)
		return nil, err
	}
	j.checkMode(source, file.Mode, 0o066)
	return file.Data, nil
}
