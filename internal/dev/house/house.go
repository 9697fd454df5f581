// Package house holds the tests that keep the house in order: which package may import which, and
// who may use the libraries that are meant to be replaceable. It has no code.
package house
