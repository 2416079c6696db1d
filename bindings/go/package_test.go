package graphinvalidate_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// stranger is a program in an empty folder, which takes the packed module by the commands of the README.
type stranger struct {
	t      *testing.T
	folder string
}

// newStranger begins a module and installs the packed one.
func newStranger(t *testing.T) *stranger {
	t.Helper()
	module := os.Getenv("GRAPH_INVALIDATE_TEST_MODULE")
	if module == "" {
		t.Fatal("GRAPH_INVALIDATE_TEST_MODULE is not set: run cargo xtask test go")
	}
	stranger := &stranger{t, t.TempDir()}
	stranger.run(nil, "go", "mod", "init", "example.test/stranger")
	commands := regexp.MustCompile(`(?m)^\$ (go .*)$`).FindAllStringSubmatch(text(t, "README.md"), -1)
	if len(commands) != 2 {
		t.Fatal(commands)
	}
	for _, command := range commands {
		words := strings.Fields(strings.ReplaceAll(command[1], "/path/to/clone/target/package/go", module))
		stranger.run(nil, words[0], words[1:]...)
	}
	return stranger
}

// run runs a command in the folder, without a C compiler and with nothing that the tests themselves were told.
func (stranger *stranger) run(environment []string, name string, arguments ...string) string {
	stranger.t.Helper()
	command := exec.Command(name, arguments...)
	command.Dir = stranger.folder
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "GRAPH_INVALIDATE_") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, "CGO_ENABLED=0", "CC=no-compiler-here")
	command.Env = append(command.Env, environment...)
	output, err := command.CombinedOutput()
	if err != nil {
		stranger.t.Fatalf("%s %s: %v\n%s", name, strings.Join(arguments, " "), err, output)
	}
	return string(output)
}

// program writes a program whose body is this code, and runs it against the emulator.
func (stranger *stranger) program(emulator *emulator, body string) string {
	stranger.t.Helper()
	imports := `"context"; "fmt"; "log"; "os"`
	return stranger.whole(emulator, fmt.Sprintf("package main\n\nimport (%s; %q)\n\nfunc main() {\n\tif err := run(context.Background(), os.Getenv(\"GRAPH_INVALIDATE_TOKEN\")); err != nil {\n"+
		"\t\tlog.Fatal(err)\n\t}\n}\n\nfunc run(ctx context.Context, token string) error {\n%s\treturn nil\n}\n\nvar _ = fmt.Sprint\n",
		imports, "github.com/graph-invalidate/graph-invalidate/bindings/go", body))
}

// whole writes a program, and runs it against the emulator.
func (stranger *stranger) whole(emulator *emulator, text string) string {
	stranger.t.Helper()
	if err := os.WriteFile(filepath.Join(stranger.folder, "main.go"), []byte(text), 0o600); err != nil {
		stranger.t.Fatal(err)
	}
	environment := []string{"GRAPH_INVALIDATE_ENDPOINT=" + emulator.url, "GRAPH_INVALIDATE_TOKEN=" + emulator.token("")}
	return stranger.run(environment, "go", "run", ".")
}

func text(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestAnEmptyFolderTakesThePackedModuleAndRunsTheFirstScreen(t *testing.T) {
	emulator := startEmulator(t)
	first := regexp.MustCompile("(?s)```go\n(.*?)```").FindStringSubmatch(text(t, "README.md"))
	said := newStranger(t).whole(emulator, first[1])
	if said != adele+" accepted\n" || emulator.accepted(adele) != 1 {
		t.Fatal(said)
	}
}

func TestEveryLineOfTheMigrationGuideRuns(t *testing.T) {
	emulator := startEmulator(t)
	guide := text(t, "../../docs/migrate.md")
	_, part, _ := strings.Cut(guide, "\n## Go\n")
	part, _, _ = strings.Cut(part, "\n## ")
	rows := regexp.MustCompile("(?m)^\\| `.*?` \\| `((\\w+), err := .*?)` \\|").FindAllStringSubmatch(part, -1)
	if len(rows) != 6 || strings.Count(part, "\n| `") != len(rows) {
		t.Fatal(len(rows))
	}
	body := "\ttenantID, clientID, clientSecret := \"contoso.example\", \"aaaaaaaa-0000-4000-8000-000000000003\", \"emulated-secret\"\n"
	for _, row := range rows {
		body += "\t" + strings.ReplaceAll(row[1], "{user-id}", adele) + "\n\tif err != nil {\n\t\treturn err\n\t}\n"
		if strings.Contains(row[1], "NewClient(") {
			body += "\tdefer func() { _ = " + row[2] + ".Close() }()\n"
		} else {
			body += "\tfmt.Println(" + row[2] + ".User, " + row[2] + ".Status)\n"
		}
	}
	said := newStranger(t).program(emulator, body)
	if said != fmt.Sprintf("me accepted\n%s accepted\n%s verified\n", adele, adele) {
		t.Fatal(said)
	}
	if emulator.accepted(adele) != 1 || emulator.accepted("admin@contoso.example") != 1 {
		t.Fatal(emulator.users())
	}
}
