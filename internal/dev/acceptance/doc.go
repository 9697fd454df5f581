// Package acceptance is the laboratory in which credguide meets real servers:
// Keycloak in three versions, four other makes of identity provider, an openEO
// back-end that validates tokens as the real driver does (or answers as other
// software does), nginx and haproxy in front, a Prometheus that watches, and the
// Python openEO client, whose judgement is the last. It needs a JDK, Maven,
// Node.js, Python, nginx, haproxy and Prometheus, takes minutes on a clean
// machine, and therefore runs only when asked for:
//
//	go test -tags acceptance ./internal/dev/acceptance/...
//
// CREDGUIDE_KEYCLOAK_VERSIONS=26.3.4 restricts it to one version of Keycloak.
//
// What it downloads and builds is kept in $CREDGUIDE_LAB_DIR, or else in the
// user's cache folder, so that every later run starts within seconds. All
// servers listen on loopback only and die with the test process.
package acceptance
