package graphinvalidate_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

const adele = "adele.vance@contoso.example"

// emulator is the tenant of every test: a process of its own, and its control interface.
type emulator struct {
	t   *testing.T
	url string
}

// startEmulator starts one, which ends with the test.
func startEmulator(t *testing.T, arguments ...string) *emulator {
	t.Helper()
	program := os.Getenv("GRAPH_INVALIDATE_TEST_COMMAND")
	if program == "" {
		t.Fatal("GRAPH_INVALIDATE_TEST_COMMAND is not set: run cargo xtask test go")
	}
	command := exec.Command(program, append([]string{"emulator"}, arguments...)...)
	return &emulator{t, startListening(t, command)}
}

// startListening starts a program that says where it listens, gives the address, and ends it with the test.
func startListening(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
}

// ask sends a request to the control interface; a body makes it a POST.
func (emulator *emulator) ask(what string, body any) map[string]any {
	emulator.t.Helper()
	method, content := http.MethodGet, io.Reader(nil)
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			emulator.t.Fatal(err)
		}
		method, content = http.MethodPost, bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, emulator.url+"/__emulator/"+what, content)
	if err != nil {
		emulator.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		emulator.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer map[string]any
	if text, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK {
		emulator.t.Fatalf("%s: %s %s", what, response.Status, text)
	} else if err := json.Unmarshal(text, &answer); err != nil {
		answer = nil
	}
	return answer
}

// token mints an access token of a user; of the tenant's administrator where none is named.
func (emulator *emulator) token(user string) string {
	wanted := map[string]any{}
	if user != "" {
		wanted["user"] = user
	}
	token, _ := emulator.ask("tokens", wanted)["access_token"].(string)
	return token
}

// accepted is how often the service has accepted a user.
func (emulator *emulator) accepted(user string) int {
	count, _ := emulator.ask("accepted?user="+user, nil)["count"].(float64)
	return int(count)
}

// users is how many different users the service has accepted.
func (emulator *emulator) users() int {
	count, _ := emulator.ask("requests", nil)["users"].(float64)
	return int(count)
}

// client makes a client of the emulator's administrator, which is closed with the test.
func (emulator *emulator) client(options graphinvalidate.Options) *graphinvalidate.Client {
	emulator.t.Helper()
	options.Endpoint = emulator.url
	if options.Token == "" && options.TokenProvider == nil {
		options.Token = emulator.token("")
	}
	client, err := graphinvalidate.NewClient(options)
	if err != nil {
		emulator.t.Fatal(err)
	}
	emulator.t.Cleanup(func() { _ = client.Close() })
	return client
}
