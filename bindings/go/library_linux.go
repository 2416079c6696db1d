//go:build !graph_invalidate_static

package graphinvalidate

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// The numbers of memfd_create, which package syscall does not have.
var memfdCreate = map[string]uintptr{"amd64": 319, "arm64": 279}[runtime.GOARCH]

const (
	closeOnExec = 1
	libraryFile = "libgraph_invalidate.so"
)

// openEmbedded opens the library from memory: no file is left, and no folder need allow execution. Where the kernel
// does not let it, from the user's cache folder.
func openEmbedded(content io.ReadSeeker) (string, uintptr, error) {
	name := []byte("graph-invalidate\x00")
	descriptor, _, errno := syscall.Syscall(memfdCreate, uintptr(unsafe.Pointer(&name[0])), closeOnExec, 0)
	if errno != 0 {
		return openFromCache(content)
	}
	file := os.NewFile(descriptor, "graph-invalidate")
	// What is mapped stays mapped.
	defer func() { _ = file.Close() }()
	path := fmt.Sprintf("/proc/self/fd/%d", file.Fd())
	// In parts that stay in the processor's cache: all at once the content would be in memory twice, which took longer
	// than the writing.
	if _, err := io.CopyBuffer(struct{ io.Writer }{file}, content, make([]byte, 64<<10)); err == nil {
		if library, err := openFile(path); err == nil {
			return path, library, nil
		}
	}
	return openFromCache(content)
}

// isPrivileged tells whether the program has more rights than who started it, whose variables then count for nothing.
func isPrivileged() bool {
	return os.Getuid() != os.Geteuid() || os.Getgid() != os.Getegid()
}
