package graphinvalidate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
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

// open finds the library: the one that is named, or the one in this module.
func open() (string, uintptr, error) {
	if named := os.Getenv(LibraryVariable); named != "" && !isPrivileged() {
		if !filepath.IsAbs(named) {
			return named, 0, fmt.Errorf("%s must be a full path", LibraryVariable)
		}
		library, err := openFile(named)
		return named, library, err
	}
	content, err := libraries.ReadFile(path.Join("lib", runtime.GOOS+"_"+runtime.GOARCH, libraryFile))
	if err != nil {
		return "", 0, fmt.Errorf("this build of the module has no native library for %s/%s: build the library with "+
			"cargo xtask package go, or name one in %s", runtime.GOOS, runtime.GOARCH, LibraryVariable)
	}
	return openEmbedded(content)
}

// register finds every function, and sees that the library is the one for these declarations.
func register(library uintptr) error {
	for _, function := range functions {
		address, err := find(library, function.name)
		if err != nil {
			return fmt.Errorf("it has no %s: it is older than this module; take both from one version", function.name)
		}
		purego.RegisterFunc(function.place, address)
	}
	if found := native.abiVersion(); found != abiVersion {
		return fmt.Errorf("it has ABI %d, and this module is for ABI %d: take both from one version", found, abiVersion)
	}
	return nil
}

// openFromCache writes the library into the user's cache folder, readable by the user alone, and opens it there.
func openFromCache(content []byte) (string, uintptr, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", 0, err
	}
	folder := filepath.Join(cache, "graph-invalidate")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return folder, 0, err
	}
	sum := sha256.Sum256(content)
	path := filepath.Join(folder, hex.EncodeToString(sum[:8])+"-"+libraryFile)
	if present, err := os.ReadFile(path); err != nil || string(present) != string(content) {
		if err := writeAtomically(folder, path, content); err != nil {
			return path, 0, err
		}
	}
	library, err := openFile(path)
	return path, library, err
}

// writeAtomically leaves no half of a file where another process may look.
func writeAtomically(folder, path string, content []byte) (err error) {
	file, err := os.CreateTemp(folder, "new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
