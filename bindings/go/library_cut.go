//go:build !graph_invalidate_static

package graphinvalidate

import (
	"encoding/binary"
	"io"
	"os"
)

// isCutShort tells whether a library of Linux ends before the table of its sections does, which stands at its end:
// loading it could end the program by SIGBUS.
func isCutShort(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		// The loader says why it cannot be read.
		return false
	}
	defer func() { _ = file.Close() }()
	head := make([]byte, 64)
	if _, err := io.ReadFull(file, head); err != nil || string(head[:5]) != "\x7fELF\x02" {
		return false
	}
	told, err := file.Stat()
	if err != nil {
		return false
	}
	number := binary.LittleEndian
	table, size, count := number.Uint64(head[40:]), number.Uint16(head[58:]), number.Uint16(head[60:])
	return table+uint64(size)*uint64(count) > uint64(told.Size())
}
