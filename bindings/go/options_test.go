package graphinvalidate_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

// described is what include/graph_invalidate.json says of the structures of C.
type described struct {
	Structures []struct {
		Name   string
		Fields []struct{ Name, Public, Kind string }
	}
}

func TestEveryOptionOfTheLibraryIsOneHere(t *testing.T) {
	text, err := os.ReadFile("../../include/graph_invalidate.json")
	if err != nil {
		t.Fatal(err)
	}
	var description described
	if err := json.Unmarshal(text, &description); err != nil {
		t.Fatal(err)
	}
	options := map[string]any{
		"graph_client_options":     graphinvalidate.Options{},
		"graph_run_options":        graphinvalidate.RunOptions{},
		"graph_credential_options": graphinvalidate.Credential{},
	}
	found := 0
	for _, structure := range description.Structures {
		public, has := options[structure.Name]
		if !has {
			continue
		}
		for _, field := range structure.Fields {
			// The token of a run is what the client's provider gives.
			if field.Public == "" || structure.Name == "graph_run_options" && field.Public == "token" {
				continue
			}
			found++
			plain := strings.ReplaceAll(field.Public, "_", "")
			option, has := reflect.TypeOf(public).FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, plain) })
			if !has {
				t.Errorf("%T has no option %s", public, field.Public)
			} else if secret := option.Tag.Get("json") == "-"; field.Kind == "secret" && !secret {
				t.Errorf("%T.%s is a secret, which encoding/json shows", public, option.Name)
			} else if field.Kind == "duration_ms" && option.Type.String() != "time.Duration" {
				t.Errorf("%T.%s is no time.Duration", public, option.Name)
			}
		}
	}
	if found < 45 {
		t.Fatal("options found:", found)
	}
}
