package graphinvalidate

import (
	"fmt"
	"sync"

	"github.com/ebitengine/purego"
)

// LibraryVariable names the variable that may name another native library than the one in this module: a full path. It
// is read once, when the library is first needed, and not at all in a set-user-id or set-group-id program.
const LibraryVariable = "GRAPH_INVALIDATE_LIBRARY"

// LibraryError says why the native library could not be loaded.
type LibraryError struct {
	// Path is the file that was tried; empty where there was none.
	Path string
	err  error
}

// Error says what happened, and what to do next.
func (err *LibraryError) Error() string {
	if err.Path == "" {
		return fmt.Sprintf("graphinvalidate: %v", err.err)
	}
	return fmt.Sprintf("graphinvalidate: the native library %s cannot be used: %v", err.Path, err.err)
}

// Unwrap gives the reason alone.
func (err *LibraryError) Unwrap() error { return err.err }

// load loads the library once. What went wrong stays: the same file would fail again.
var load = sync.OnceValue(func() error {
	path, library, err := open()
	if err == nil {
		err = register(library)
	}
	if err != nil {
		return &LibraryError{path, err}
	}
	return nil
})

// register finds every function, and sees that the library is the one for these declarations.
func register(library uintptr) error {
	// A library of another ABI may lack any of the others.
	if err := registerFunction(library, "graph_abi_version", &native.abiVersion); err != nil {
		return err
	}
	if found := native.abiVersion(); found != abiVersion {
		return fmt.Errorf("it has ABI %d, and this module is for ABI %d: take both from one version", found, abiVersion)
	}
	for _, function := range functions {
		if err := registerFunction(library, function.name, function.place); err != nil {
			return err
		}
	}
	return nil
}

func registerFunction(library uintptr, name string, place any) error {
	address, err := find(library, name)
	if err != nil {
		return fmt.Errorf("it has no %s: it is older than this module; take both from one version", name)
	}
	purego.RegisterFunc(place, address)
	return nil
}
