//go:build acceptance

// Package keycloak starts a real Keycloak on loopback. The distribution comes
// by its Maven coordinates; it is unpacked and built once per version, and its
// database with the realms in it is kept as a snapshot, so that a later start
// takes a few seconds. Java runs as a direct child (not under kc.sh, which
// would stay between), so that it ends with the tests.
package keycloak
