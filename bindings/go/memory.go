package graphinvalidate

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"time"
	"unsafe"
)

// memory keeps what a call hands over where it is until the call is over, and what was found wrong with it.
type memory struct {
	pinner runtime.Pinner
	wiped  [][]byte
	err    error
}

// release lets go of everything, and wipes what was copied for the library.
func (memory *memory) release() {
	for _, bytes := range memory.wiped {
		clear(bytes)
	}
	memory.pinner.Unpin()
}

// text hands a string over. A NUL would end it early: it goes over in the two bytes by which the library refuses it
// by name.
func (memory *memory) text(text string) *byte {
	bytes := append([]byte(strings.ReplaceAll(text, "\x00", "\xc0\x80")), 0)
	memory.wiped = append(memory.wiped, bytes)
	memory.pinner.Pin(&bytes[0])
	return &bytes[0]
}

// optional hands a string over; an empty one is not given.
func (memory *memory) optional(text string) *byte {
	if text == "" {
		return nil
	}
	return memory.text(text)
}

// texts hands a list over. A list that is there and empty is refused: it was meant to hold something.
func (memory *memory) texts(name string, texts []string) (**byte, uintptr) {
	if texts == nil {
		return nil, 0
	}
	if len(texts) == 0 {
		memory.refuse(StatusEmptyArgument, "%s is an empty list: leave it out, or see why nothing is in it.", name)
		return nil, 0
	}
	pointers := make([]*byte, len(texts))
	for index, text := range texts {
		pointers[index] = memory.text(text)
	}
	memory.pinner.Pin(&pointers[0])
	return &pointers[0], uintptr(len(pointers))
}

func (memory *memory) bytes(bytes []byte) (*byte, uintptr) {
	if bytes == nil {
		return nil, 0
	}
	// None at all, of an empty file, is another thing than what was left out: it is handed over, and refused.
	copied := append(append([]byte(nil), bytes...), 0)
	memory.wiped = append(memory.wiped, copied)
	memory.pinner.Pin(&copied[0])
	return &copied[0], uintptr(len(bytes))
}

// pairs hands names with their values over.
func pairs[T nativeHeader | nativeVariable](memory *memory, values map[string]string) (*T, uintptr) {
	if values == nil {
		return nil, 0
	}
	// No variable at all is another thing than the client's own: a list of none, which is there.
	natives := make([]nativeHeader, 0, len(values)+1)
	for name, value := range values {
		natives = append(natives, nativeHeader{memory.text(name), memory.text(value)})
	}
	list := unsafe.SliceData(natives)
	memory.pinner.Pin(list)
	// Both structures are two strings.
	return (*T)(unsafe.Pointer(list)), uintptr(len(natives))
}

// milliseconds hands a duration over, rounded up; 0 is the library's default.
func milliseconds[T uint32 | uint64](memory *memory, name string, duration time.Duration) T {
	whole := duration / time.Millisecond
	if duration%time.Millisecond > 0 {
		whole++
	}
	longest := time.Duration(math.MaxInt64)
	if sizeOf[T]() == sizeOf[uint32]() {
		longest = math.MaxUint32
	}
	if duration < 0 || whole > longest {
		memory.refuse(StatusInvalidOption, "%s is %s: give a time above 0 and below 49 days.", name, duration)
		return 0
	}
	return T(whole)
}

// refuse remembers the first thing that was wrong.
func (memory *memory) refuse(status Status, format string, values ...any) {
	if memory.err == nil {
		memory.err = failed(Outcome{Status: status, Message: fmt.Sprintf(format, values...), Time: time.Now()})
	}
}

// count hands a number over. What is out of range, negative numbers included, is the library's to refuse.
func count(number int) uint32 {
	if number < 0 || number > math.MaxUint32 {
		return math.MaxUint32
	}
	return uint32(number)
}

func flag(set bool) uint32 {
	if set {
		return 1
	}
	return 0
}

func sizeOf[T any]() uintptr {
	var value T
	return unsafe.Sizeof(value)
}

// environment is the program's own: Go guards it with a lock, so the library must not read it past that.
func environment() map[string]string {
	variables := make(map[string]string)
	for _, variable := range os.Environ() {
		// Windows has variables of its own whose names begin with the sign: nobody reads those.
		if name, value, found := strings.Cut(variable, "="); found && name != "" {
			variables[name] = value
		}
	}
	return variables
}

func readText(text *byte) string {
	if text == nil {
		return ""
	}
	return string(unsafe.Slice(text, textLength(text)))
}

func textLength(text *byte) int {
	length := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(text), length)) != 0 {
		length++
	}
	return length
}

func readTexts(texts **byte, length uintptr) []string {
	read := make([]string, 0, length)
	for _, text := range unsafe.Slice(texts, length) {
		read = append(read, readText(text))
	}
	return read
}

func readHeaders(headers *nativeHeader, length uintptr) []Header {
	read := make([]Header, 0, length)
	for index := range unsafe.Slice(headers, length) {
		read = append(read, readHeader(&unsafe.Slice(headers, length)[index]))
	}
	return read
}

func readFindings(findings **nativeAccessFinding, length uintptr) []Finding {
	read := make([]Finding, 0, length)
	for _, finding := range unsafe.Slice(findings, length) {
		read = append(read, readFinding(finding))
	}
	return read
}

// readTime reads RFC 3339; the zero time where there is none.
func readTime(text *byte) time.Time {
	parsed, _ := time.Parse(time.RFC3339Nano, readText(text))
	return parsed
}

func readSeconds(seconds float64) time.Duration {
	if seconds >= math.MaxInt64/float64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(seconds * float64(time.Second))
}

func readMilliseconds(milliseconds uint64) time.Duration {
	if milliseconds > math.MaxInt64/uint64(time.Millisecond) {
		return math.MaxInt64
	}
	return time.Duration(milliseconds) * time.Millisecond
}
