//go:build unix && !graph_invalidate_static

package graphinvalidate

import "github.com/ebitengine/purego"

func openFile(path string) (uintptr, error) {
	return purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

func find(library uintptr, name string) (uintptr, error) {
	return purego.Dlsym(library, name)
}
