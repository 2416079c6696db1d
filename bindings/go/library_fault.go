//go:build !graph_invalidate_static

package graphinvalidate

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// fault tells what is wrong with a library of Linux, as far as its beginning says: one that ends before the table of
// its sections does, which stands at its end, could end the program by SIGBUS, and of one for another processor the
// system would say that there is no such file.
func fault(path string) error {
	head, size, err := beginning(path)
	if err != nil || string(head[:5]) != "\x7fELF\x02" {
		// The loader says why it cannot be read.
		return nil
	}
	number := binary.LittleEndian
	table, entry, count := number.Uint64(head[40:]), number.Uint16(head[58:]), number.Uint16(head[60:])
	if table+uint64(entry)*uint64(count) > uint64(size) {
		return errors.New("it is cut short: install it again")
	}
	program, _, err := beginning("/proc/self/exe")
	if err == nil && string(program[:4]) == string(head[:4]) && string(program[18:20]) != string(head[18:20]) {
		return errors.New("it is for another processor than this program: install the one for this")
	}
	return nil
}

// beginning gives the first 64 bytes of a file, and how many it has.
func beginning(path string) ([]byte, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = file.Close() }()
	told, err := file.Stat()
	if err != nil {
		return nil, 0, err
	}
	head := make([]byte, 64)
	_, err = io.ReadFull(file, head)
	return head, told.Size(), err
}
