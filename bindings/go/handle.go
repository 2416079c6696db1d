package graphinvalidate

import "sync"

// handle is a native object that is freed once, when nobody uses it any more.
type handle struct {
	lock    sync.Mutex
	address uintptr
	users   int
	closed  bool
	free    func(uintptr)
}

// use takes hold of the object; it is freed after release, at the earliest. There is none in what nobody made.
func (handle *handle) use() (uintptr, error) {
	if handle == nil {
		return 0, ErrClosed
	}
	handle.lock.Lock()
	defer handle.lock.Unlock()
	if handle.closed {
		return 0, ErrClosed
	}
	handle.users++
	return handle.address, nil
}

func (handle *handle) release() {
	handle.lock.Lock()
	defer handle.lock.Unlock()
	handle.users--
	if handle.closed && handle.users == 0 {
		handle.free(handle.address)
	}
}

// close lets go of the object: at once, or when its last user is done.
func (handle *handle) close() {
	if handle == nil {
		return
	}
	handle.lock.Lock()
	defer handle.lock.Unlock()
	if handle.closed {
		return
	}
	handle.closed = true
	if handle.users == 0 {
		handle.free(handle.address)
	}
}
