//go:build linux

package graphinvalidate_test

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestTheTagLinksTheLibraryIntoAStaticProgram(t *testing.T) {
	archives := os.Getenv("GRAPH_INVALIDATE_TEST_ARCHIVES")
	if archives == "" {
		t.Fatal("GRAPH_INVALIDATE_TEST_ARCHIVES is not set: run cargo xtask test go")
	}
	// The command of the README.
	_, block, _ := strings.Cut(text(t, "README.md"), "$ CGO_ENABLED=1 CGO_LDFLAGS=-L/path/to/clone/target/libraries/release ")
	line, _, _ := strings.Cut(block, "\n")
	words := strings.Split(line, "'")
	if len(words) != 3 {
		t.Fatal(line)
	}
	arguments := append(strings.Fields(words[0]), words[1])
	program := filepath.Join(t.TempDir(), "static")
	build := exec.Command(arguments[0], append(arguments[1:], "-o", program, "./examples/signoutcsv")...)
	build.Env = append(os.Environ(), "CGO_ENABLED=1", "CGO_LDFLAGS=-L"+archives)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for _, part := range file.Progs {
		if part.Type == elf.PT_INTERP {
			t.Fatal("it wants an interpreter")
		}
	}
	emulator := startEmulator(t)
	command := exec.Command(program, "-verify", csvFile(t, "userPrincipalName\n"+adele+"\n"))
	// What the variable names has no say here.
	command.Env = []string{
		"GRAPH_INVALIDATE_ENDPOINT=" + emulator.url, "GRAPH_INVALIDATE_TOKEN=" + emulator.token(""),
		"GRAPH_INVALIDATE_LIBRARY=/nowhere",
	}
	if output, err := command.CombinedOutput(); err != nil || emulator.accepted(adele) != 1 {
		t.Fatal(err, string(output))
	}

	// A root folder with nothing in it but the program and its list: less than an image from scratch gives it.
	if os.Getuid() != 0 {
		t.Skip("root alone makes a root folder")
	}
	scratch := t.TempDir()
	for name, from := range map[string]string{"program": program, "users.csv": csvFile(t, "userPrincipalName\n"+adele+"\n")} {
		content, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(scratch, name), content, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	alone := exec.Command("/program", "-verify", "/users.csv")
	alone.Env, alone.Dir = command.Env, "/"
	alone.SysProcAttr = &syscall.SysProcAttr{Chroot: scratch}
	if output, err := alone.CombinedOutput(); err != nil || emulator.accepted(adele) != 2 {
		t.Fatal(err, string(output))
	}
}

func TestTheTagSaysWhatItNeeds(t *testing.T) {
	build := exec.Command("go", "build", "-tags", "graph_invalidate_static", ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := build.CombinedOutput()
	if err == nil || !strings.Contains(string(output), "needs_Linux_and_CGO_ENABLED_1") {
		t.Fatal(err, string(output))
	}
}
