//go:build !graph_invalidate_static

package graphinvalidate

import (
	"io"
	"syscall"
)

const libraryFile = "graph_invalidate.dll"

func openEmbedded(content io.ReadSeeker) (string, uintptr, error) {
	return openFromCache(content)
}

func openFile(path string) (uintptr, error) {
	library, err := syscall.LoadLibrary(path)
	return uintptr(library), err
}

func find(library uintptr, name string) (uintptr, error) {
	return syscall.GetProcAddress(syscall.Handle(library), name)
}

func isPrivileged() bool { return false }
