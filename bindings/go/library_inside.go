//go:build !graph_invalidate_static

package graphinvalidate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
)

// open finds the library: the one that is named, or the one in this module.
func open() (string, uintptr, error) {
	if named := os.Getenv(LibraryVariable); named != "" && !isPrivileged() {
		if !filepath.IsAbs(named) {
			return named, 0, fmt.Errorf("%s must be a full path", LibraryVariable)
		}
		if err := fault(named); err != nil {
			return named, 0, err
		}
		library, err := openFile(named)
		return named, library, err
	}
	content, err := libraries.Open(path.Join("lib", runtime.GOOS+"_"+runtime.GOARCH, libraryFile))
	if err != nil {
		return "", 0, fmt.Errorf("this build of the module has no native library for %s/%s: build the library with "+
			"cargo xtask package go, or name one in %s", runtime.GOOS, runtime.GOARCH, LibraryVariable)
	}
	defer func() { _ = content.Close() }()
	return openEmbedded(content.(io.ReadSeeker))
}

// openFromCache writes the library into the user's cache folder, readable by the user alone, and opens it there.
func openFromCache(inside io.ReadSeeker) (string, uintptr, error) {
	_, err := inside.Seek(0, io.SeekStart)
	if err != nil {
		return "", 0, err
	}
	content, err := io.ReadAll(inside)
	if err != nil {
		return "", 0, err
	}
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
