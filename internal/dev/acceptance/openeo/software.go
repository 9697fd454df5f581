//go:build acceptance

package openeo

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
)

// Software is which program a back-end is made of: each refuses in its own words.
type Software string

// The programs. The empty one is the openeo-python-driver.
const (
	PythonDriver      Software = ""
	FastAPI           Software = "openeo-fastapi"
	EarthEngineDriver Software = "openeo-earthengine-driver"
	Titiler           Software = "titiler-openeo"
)

// Policy is a rule of openeo-fastapi: a claim of userinfo that must hold the value.
type Policy struct{ Claim, Value string }

// answerMe answers at /me as the program does.
func (b *Backend) answerMe(w http.ResponseWriter, r *http.Request) {
	var subject string
	var refused *refusal
	header := r.Header.Get("Authorization")
	switch b.options.Software {
	case FastAPI:
		subject, refused = b.fastAPI(header)
	case EarthEngineDriver:
		subject, refused = b.earthEngine(header)
	case Titiler:
		subject, refused = b.titiler(header)
	default:
		b.me(w, r)
		return
	}
	if refused != nil {
		answer(w, refused.status, map[string]string{"code": refused.code, "message": refused.message})
		return
	}
	answer(w, http.StatusOK, map[string]string{"user_id": subject})
}

// fastAPI checks the signature and the issuer, asks userinfo, and then the policy.
func (b *Backend) fastAPI(header string) (string, *refusal) {
	invalid := func(message string) *refusal { return &refusal{http.StatusUnauthorized, "TokenInvalid", message} }
	if header == "" {
		return "", invalid("No authorization header provided.")
	}
	parts := strings.SplitN(strings.TrimPrefix(header, "Bearer "), "/", 3)
	if len(parts) != 3 || parts[1] == "" || parts[2] == "" {
		return "", invalid("The provided token is not valid.")
	}
	if parts[0] != "oidc" {
		return "", &refusal{http.StatusUnauthorized, "TokenCantBeValidated", "The provided token cannot be validated."}
	}
	issuer := b.options.Providers[0].issuer() // it knows one, and does not look which was meant
	claims, err := b.verify(issuer, parts[2])
	if err != nil || claims["iss"] != issuer {
		return "", invalid("The provided token is not valid.")
	}
	document, refused := b.asker.discover(issuer)
	if refused != nil {
		return "", &refusal{http.StatusInternalServerError, "InvalidIssuerConfig", "The issuer config is not available. Tokens cannot be validated currently. Try again later."}
	}
	info, refused := b.asker.userinfo(document, parts[2])
	if refused != nil {
		return "", &refusal{http.StatusInternalServerError, "InvalidIssuerConfig", "Key: userinfo_endpoint is not available at the oidc config /.well-known/openid-configuration location."}
	}
	if policy := b.options.Policy; policy.Claim != "" {
		values, ok := info[policy.Claim].([]any)
		if !ok {
			return "", &refusal{http.StatusInternalServerError, "Internal", "Server error: An internal server error occurred."}
		}
		if !slices.Contains(values, any(policy.Value)) {
			return "", invalid("No existing access policy applies to user. Contact backend provider.")
		}
	}
	return account{userinfo: info}.subject(), nil
}

// earthEngine calls every refusal the same, also that of a token which arrived.
func (b *Backend) earthEngine(header string) (string, *refusal) {
	parts := strings.SplitN(strings.TrimPrefix(header, "Bearer "), "/", 3)
	provider, known := Provider{}, false
	if len(parts) == 3 && parts[0] == "oidc" {
		provider, known = b.listed(parts[1])
	}
	if !known {
		return "", authenticationRequired
	}
	document, refused := b.asker.discover(provider.issuer())
	if refused != nil {
		return "", &refusal{http.StatusInternalServerError, "Internal", "Can not retrieve OIDC well-known document: Request failed"}
	}
	info, refused := b.asker.userinfo(document, parts[2])
	if refused != nil {
		return "", authenticationRequired
	}
	return provider.ID + "_" + account{userinfo: info}.subject(), nil
}

// titiler asks nobody: it checks the signature, and that the token is for the client that it knows.
func (b *Backend) titiler(header string) (string, *refusal) {
	invalid := func(detail string) *refusal {
		return &refusal{http.StatusUnauthorized, "InvalidRequest", detail}
	}
	if header == "" {
		return "", invalid("Authorization header missing")
	}
	parts := strings.SplitN(strings.TrimPrefix(header, "Bearer "), "/", 3)
	if len(parts) != 3 || parts[0] != "oidc" {
		return "", &refusal{http.StatusForbidden, "InvalidRequest", "Invalid authentication method"}
	}
	if parts[1] != "oidc" {
		return "", &refusal{http.StatusForbidden, "InvalidRequest", "Invalid authentication provider"}
	}
	claims, err := b.verify(b.options.Providers[0].issuer(), parts[2])
	if err != nil {
		return "", invalid("401: " + err.Error())
	}
	audience, _ := claims["aud"].([]any)
	if text, ok := claims["aud"].(string); ok {
		audience = []any{text}
	}
	if claims["azp"] != b.options.Audience && !slices.Contains(audience, any(b.options.Audience)) {
		return "", invalid("401: Invalid audience")
	}
	subject, _ := claims["sub"].(string)
	return subject, nil
}

// verify checks an RS256 signature by the issuer's keys and returns the claims.
func (b *Backend) verify(issuer, token string) (map[string]any, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("not enough values to unpack (expected 3, got %d)", len(parts))
	}
	var header struct{ Kid string }
	var claims map[string]any
	for i, into := range []any{&header, &claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return nil, err
		}
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, err
	}
	key, err := b.asker.key(issuer, header.Kid)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	return claims, rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
}

// key finds an RSA key of the issuer.
func (a *asker) key(issuer, id string) (*rsa.PublicKey, error) {
	read := func(address string, into any) error {
		_, content, refused := a.get(address, "")
		if refused != nil {
			return fmt.Errorf("no answer from %s", address)
		}
		return json.Unmarshal(content, into)
	}
	var document struct {
		Keys string `json:"jwks_uri"`
	}
	if err := read(issuer+"/.well-known/openid-configuration", &document); err != nil {
		return nil, err
	}
	var set struct {
		Keys []struct{ Kid, Kty, N, E string } `json:"keys"`
	}
	if err := read(document.Keys, &set); err != nil {
		return nil, err
	}
	for _, key := range set.Keys {
		if key.Kid != id || key.Kty != "RSA" {
			continue
		}
		n, errN := base64.RawURLEncoding.DecodeString(key.N)
		e, errE := base64.RawURLEncoding.DecodeString(key.E)
		if errN == nil && errE == nil {
			return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, nil
		}
	}
	return nil, fmt.Errorf("unable to find appropriate key")
}
