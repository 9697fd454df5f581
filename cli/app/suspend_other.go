//go:build !unix

package app

// suspend does nothing: the consoles of Windows know no such key.
func suspend() {}
