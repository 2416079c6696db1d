package graphinvalidate_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

func TestNilIsAnErrorAndNoPanic(t *testing.T) {
	emulator := startEmulator(t)
	client := emulator.client(graphinvalidate.Options{})
	var none context.Context
	_, invalidating := client.Invalidate(none, adele)
	_, signingIn := client.SignIn(none)
	_, asking := client.Access(none)
	_, running := client.NewRun(none, graphinvalidate.RunOptions{})
	var ranging error
	for _, err := range client.Run(t.Context(), nil, graphinvalidate.RunOptions{}) {
		ranging = err
	}
	for name, err := range map[string]error{
		"Invalidate": invalidating, "SignIn": signingIn, "Access": asking, "NewRun": running, "Run": ranging,
	} {
		var failure *graphinvalidate.Error
		if !errors.As(err, &failure) || failure.Outcome.Status != graphinvalidate.StatusNullArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, client := range []*graphinvalidate.Client{nil, {}} {
		_, invalidating := client.Invalidate(t.Context(), adele)
		_, running := client.NewRun(t.Context(), graphinvalidate.RunOptions{})
		for _, err := range []error{invalidating, running, client.SetToken("x")} {
			if !errors.Is(err, graphinvalidate.ErrClosed) {
				t.Error(err)
			}
		}
		if err := client.Close(); err != nil || client.Scope() != "" {
			t.Error(err)
		}
	}
	run := &graphinvalidate.Run{}
	run.Cancel()
	if err := run.Add(adele); !errors.Is(err, graphinvalidate.ErrClosed) || run.Close() != nil {
		t.Error(err)
	}
	t.Setenv("GRAPH_INVALIDATE_ENDPOINT", emulator.url)
	token := graphinvalidate.WithToken(emulator.token(""))
	if _, err := graphinvalidate.InvalidateAllRefreshTokens(t.Context(), "", token, nil); !errors.Is(err, graphinvalidate.ErrInput) {
		t.Error(err)
	}
	if emulator.users() != 0 {
		t.Fatal("somebody was signed out")
	}
}

func TestATokenThatCCannotHoldIsRefused(t *testing.T) {
	emulator := startEmulator(t)
	token := emulator.token("")
	_, err := graphinvalidate.NewClient(graphinvalidate.Options{Endpoint: emulator.url, Token: token + "\x00x"})
	if !errors.Is(err, graphinvalidate.ErrToken) && !errors.Is(err, graphinvalidate.ErrInput) {
		t.Fatal(err)
	}
	client := emulator.client(graphinvalidate.Options{TokenProvider: func(context.Context) (string, error) {
		return token + "\x00x", nil
	}})
	if _, err := client.Invalidate(t.Context(), adele); err == nil || strings.Contains(err.Error(), token) {
		t.Fatal(err)
	}
	if emulator.users() != 0 {
		t.Fatal("somebody was signed out")
	}
}

func TestAThousandCallsThatStallHoldNobodyElseUp(t *testing.T) {
	emulator := startEmulator(t)
	client := emulator.client(graphinvalidate.Options{})
	emulator.ask("faults", []any{map[string]any{"kind": "stall", "times": 2000}})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var calls sync.WaitGroup
	for range 1000 {
		calls.Add(1)
		go func() {
			defer calls.Done()
			if _, err := client.Invalidate(ctx, adele); err == nil {
				t.Error("a call that stalls was accepted")
			}
		}()
	}
	ticks := 0
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); ticks++ {
		time.Sleep(10 * time.Millisecond)
	}
	// Of 200; a machine under load loses some.
	if ticks < 50 {
		t.Error("ticks:", ticks)
	}
	cancel()
	ended := make(chan struct{})
	go func() {
		calls.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		t.Fatal("calls go on after their context was over")
	}
}

func TestOneProcessorIsEnough(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	emulator := startEmulator(t, "--users", "200")
	client := emulator.client(graphinvalidate.Options{})
	var calls sync.WaitGroup
	for _, user := range generated(20) {
		calls.Add(1)
		go func() {
			defer calls.Done()
			if _, err := client.Invalidate(t.Context(), user); err != nil {
				t.Error(err)
			}
		}()
	}
	calls.Wait()
	seen := 0
	users := make(chan string)
	go func() {
		defer close(users)
		for _, user := range generated(200) {
			users <- user
		}
	}()
	for _, err := range client.Run(t.Context(), graphinvalidate.FromChannel(users), graphinvalidate.RunOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		seen++
	}
	if seen != 200 {
		t.Fatal(seen)
	}
}

func TestSignalsDisturbNoCallAndReachTheProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no signals there")
	}
	emulator := startEmulator(t)
	client := emulator.client(graphinvalidate.Options{})
	received := make(chan os.Signal, 1000)
	sent := []syscall.Signal{syscall.SIGURG, syscall.SIGPIPE, syscall.SIGHUP}
	for _, each := range sent {
		signal.Notify(received, each)
	}
	defer signal.Stop(received)
	var over atomic.Bool
	var sender sync.WaitGroup
	sender.Add(1)
	go func() {
		defer sender.Done()
		for !over.Load() {
			for _, each := range sent {
				_ = syscall.Kill(os.Getpid(), each)
			}
			time.Sleep(time.Millisecond)
		}
	}()
	emulator.ask("faults", []any{map[string]any{"kind": "delay", "milliseconds": 5, "times": 100}})
	for range 100 {
		if _, err := client.Invalidate(t.Context(), adele); err != nil {
			t.Error(err)
		}
	}
	over.Store(true)
	sender.Wait()
	got := map[os.Signal]bool{}
	for len(got) < len(sent) {
		select {
		case each := <-received:
			got[each] = true
		case <-time.After(10 * time.Second):
			t.Fatal("signals were lost", got)
		}
	}
}

func TestALibraryThatCannotBeUsedIsNamed(t *testing.T) {
	emulator := startEmulator(t)
	nonsense := filepath.Join(t.TempDir(), "nonsense.so")
	if err := os.WriteFile(nonsense, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string][]string{
		nonsense:      {nonsense, "cannot be used"},
		"relative.so": {"must be a full path"},
		"/nowhere.so": {"/nowhere.so"},
	}
	if runtime.GOOS == "linux" {
		cases["/proc/self/exe"] = []string{"/proc/self/exe"}
		if other, err := filepath.Glob("/usr/lib/*/libc.so.6"); err == nil && len(other) > 0 {
			cases[other[0]] = []string{"has no graph_abi_version", "take both from one version"}
		}
		for _, length := range []int64{5, 64, 100, 5_000} {
			cases[cutShort(t, otherLibrary(t, "1", nil), length)] = []string{"cannot be used"}
		}
		cases[cutShort(t, os.Getenv(graphinvalidate.LibraryVariable), 1<<20)] = []string{"it is cut short: install it again"}
		cases[otherPlatform(t)] = []string{"cannot be used: it is for another processor than this program"}
		cases[otherLibrary(t, "2", nil)] = []string{"it has ABI 2, and this module is for ABI 1", "take both from one version"}
		exported := strings.Fields(text(t, "../../tests/c/exported_functions.txt"))
		cases[otherLibrary(t, "1", exported[2:])] = []string{"it has no " + exported[1], "it is older than this module"}
		// The module as it lies in the repository has no library inside.
		cases[""] = []string{"no native library for linux/", "cargo xtask package go"}
	}
	for library, says := range cases {
		command := example(t, emulator, "signoutcsv", csvFile(t, "userPrincipalName\n"+adele+"\n"))
		command.Env = append(command.Env, graphinvalidate.LibraryVariable+"="+library)
		said, err := command.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 {
			t.Errorf("%q: %v %s", library, err, said)
		}
		for _, part := range says {
			if !strings.Contains(string(said), part) {
				t.Errorf("%q: %s", library, said)
			}
		}
	}
}

// cutShort copies a library, as far as a download came that broke off.
func cutShort(t *testing.T, library string, length int64) string {
	t.Helper()
	content, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "libgraph_invalidate.so")
	if err := os.WriteFile(path, content[:min(length, int64(len(content)))], 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// otherPlatform is the library as one for another processor: the number of its machine is that of PowerPC.
func otherPlatform(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(os.Getenv(graphinvalidate.LibraryVariable))
	if err != nil {
		t.Fatal(err)
	}
	content[18], content[19] = 21, 0
	path := filepath.Join(t.TempDir(), "libgraph_invalidate.so")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// otherLibrary makes a library that has an ABI of this number, and these functions.
func otherLibrary(t *testing.T, abi string, functions []string) string {
	t.Helper()
	code := "unsigned graph_abi_version(void) { return " + abi + "; }\n"
	for _, function := range functions {
		code += "void " + function + "(void) {}\n"
	}
	library := filepath.Join(t.TempDir(), "libgraph_invalidate.so")
	compiler := exec.Command("cc", "-shared", "-fPIC", "-x", "c", "-o", library, "-")
	compiler.Stdin = strings.NewReader(code)
	if said, err := compiler.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return library
}
