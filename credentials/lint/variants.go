package lint

import "github.com/credguide/credguide/credentials"

// The variants are for trying again after a refusal with the user's own
// secret, less what is likely not part of it. Each reports whether it
// differs from the original.

// Trimmed is the secret without white space at its ends.
func Trimmed(secret credentials.Secret) (credentials.Secret, bool) {
	_, body, _ := cutSpace(secret.Reveal())
	return changed(secret, body)
}

// WithoutInvisible is the secret without invisible characters.
func WithoutInvisible(secret credentials.Secret) (credentials.Secret, bool) {
	lead, body, trail := cutSpace(secret.Reveal())
	return changed(secret, lead+withoutInvisible(body)+trail)
}

// Cleaned is the secret without all of them at once.
func Cleaned(secret credentials.Secret) (credentials.Secret, bool) {
	body := Bare(secret.Reveal())
	if inner, ok := unstray(body); ok {
		body = inner
	}
	return changed(secret, body)
}

// CleanedClientID is the client ID without white space, invisible characters
// and quotes around it.
func CleanedClientID(id string) (string, bool) {
	body := Bare(id)
	return body, body != id && body != ""
}

func changed(secret credentials.Secret, text string) (credentials.Secret, bool) {
	if text == "" || text == secret.Reveal() {
		return secret, false
	}
	return credentials.NewSecret(text), true
}
