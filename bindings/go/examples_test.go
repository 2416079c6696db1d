package graphinvalidate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

// example builds a program of examples/, and makes the command that starts it.
func example(t *testing.T, emulator *emulator, name string, arguments ...string) *exec.Cmd {
	t.Helper()
	program := filepath.Join(t.TempDir(), name)
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if output, err := exec.Command("go", "build", "-o", program, "./examples/"+name).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	command := exec.Command(program, arguments...)
	command.Env = append(os.Environ(), "GRAPH_INVALIDATE_ENDPOINT="+emulator.url, "GRAPH_INVALIDATE_TOKEN="+emulator.token(""))
	return command
}

func csvFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "users.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTheExampleSignsOutTheUsersOfACSV(t *testing.T) {
	emulator := startEmulator(t, "--users", "300")
	file := csvFile(t, "\ufeffName,UserPrincipalName\r\n\"Doe, John\","+strings.Join(generated(300), "\r\nX,")+"\r\nNo,nobody@contoso.example\r\n")
	journal := filepath.Join(t.TempDir(), "incident.jsonl")
	command := example(t, emulator, "signoutcsv", "-verify", "-journal", journal, file)
	var shown bytes.Buffer
	command.Stderr = &shown
	said, err := command.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Fatal(err, shown.String())
	}
	if !strings.HasPrefix(string(said), `"nobody@contoso.example": user_not_found`) || strings.Count(string(said), "\n") != 1 {
		t.Fatal(string(said))
	}
	if !strings.HasPrefix(shown.String(), "["+strings.Repeat("#", 40)+"] 301 of 301, 1 failed") || emulator.users() != 300 {
		t.Fatal(shown.String(), emulator.users())
	}
}

func TestTheExampleBeginsNothingWithATableThatItCannotRead(t *testing.T) {
	emulator := startEmulator(t)
	for text, says := range map[string]string{
		"": "names of its columns", "Name,Mail\nA,b@c\n": `no column "userPrincipalName"`, "userPrincipalName\n": "names no user",
		"userPrincipalName,x\n" + adele + ",1\n\"broken\n": `extraneous or missing`,
	} {
		said, err := example(t, emulator, "signoutcsv", csvFile(t, text)).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(said), says) {
			t.Errorf("%q: %v %s", text, err, said)
		}
	}
	if emulator.users() != 0 {
		t.Fatal("somebody was signed out")
	}
}

func TestTheExampleIsInterruptedAndGoesOn(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no interrupt can be sent there")
	}
	emulator := startEmulator(t, "--users", "400")
	emulator.ask("quota", map[string]any{"capacity": 60, "per_second": 20})
	file := csvFile(t, "userPrincipalName\n"+strings.Join(generated(400), "\n"))
	journal := filepath.Join(t.TempDir(), "incident.jsonl")
	first := example(t, emulator, "signoutcsv", "-journal", journal, file)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	for emulator.users() == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	if err := first.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := first.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatal(err)
	}
	before := emulator.users()
	if before == 400 {
		t.Fatal("it was not interrupted")
	}
	emulator.ask("quota", map[string]any{"capacity": 10000, "per_second": 10000})
	if said, err := example(t, emulator, "signoutcsv", "-resume", "-journal", journal, file).CombinedOutput(); err != nil {
		t.Fatal(err, string(said))
	}
	if emulator.users() != 400 {
		t.Fatal(before, emulator.users())
	}
}

func TestTheExampleServesWithTheTokenOfItsCaller(t *testing.T) {
	emulator := startEmulator(t)
	command := example(t, emulator, "signoutserver", "-listen", "127.0.0.1:0")
	address := startListening(t, command)
	post := func(method, user, token string) (int, graphinvalidate.Outcome) {
		request, err := http.NewRequest(method, address+"/users/"+user+"/sign-out", nil)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		text, _ := io.ReadAll(answer.Body)
		var outcome graphinvalidate.Outcome
		if answer.StatusCode == http.StatusOK {
			if err := json.Unmarshal(text, &outcome); err != nil {
				t.Fatal(err, string(text))
			}
		}
		return answer.StatusCode, outcome
	}
	administrator, user := emulator.token(""), emulator.token(adele)
	for _, wanted := range []struct {
		method, user, token string
		status              int
	}{
		{"POST", adele, "", http.StatusUnauthorized},
		{"POST", adele, "nonsense", http.StatusUnauthorized},
		{"GET", adele, administrator, http.StatusMethodNotAllowed},
		{"POST", "break.glass@contoso.example", user, http.StatusForbidden},
		{"POST", "nobody@contoso.example", administrator, http.StatusNotFound},
		{"POST", "a%2Fb%00", administrator, http.StatusBadRequest},
		{"POST", "me", user, http.StatusOK},
	} {
		status, outcome := post(wanted.method, wanted.user, wanted.token)
		if status != wanted.status {
			t.Errorf("%v: %d %v", wanted, status, outcome)
		}
	}
	if emulator.accepted(adele) != 1 || emulator.users() != 1 {
		t.Fatal(emulator.users())
	}
}
