// Package credentials holds a client ID and its secret: where they come
// from, what is wrong with them as text, and where they are kept. The
// secret travels only as a Secret, which no printing can open, and a Guard
// searches finished documents for it before they are written. The package
// reads no environment and opens no socket on its own: what it may look at
// comes in with a Query.
package credentials
