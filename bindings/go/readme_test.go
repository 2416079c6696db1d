package graphinvalidate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

// TokenRequestOptions, and what is below, have the shapes that azcore gives a credential.
type TokenRequestOptions struct{ Scopes []string }

type accessToken struct{ Token string }

type tokenCredential struct{ token string }

func (credential tokenCredential) GetToken(context.Context, TokenRequestOptions) (accessToken, error) {
	return accessToken{credential.token}, nil
}

// readme holds the code of the README, word for word, but for its first screen: that is a program of its own.
func readme(ctx context.Context, token, journal string, users []string, credential tokenCredential) error {
	client, err := graphinvalidate.NewClient(graphinvalidate.Options{Token: token, Timeout: 30 * time.Second})
	if err != nil {
		return err
	}
	defer client.Close()
	accepted, err := client.Invalidate(ctx, "adele.vance@contoso.example")
	if err != nil {
		return err
	}
	verified, err := client.Verify(ctx, "adele.vance@contoso.example", accepted.ServerDate)
	if err != nil {
		return err
	}
	fmt.Println(verified.Status)

	_, err = client.Invalidate(ctx, "nobody@contoso.example")
	var failure *graphinvalidate.Error
	switch {
	case errors.Is(err, graphinvalidate.ErrUser):
		fmt.Println("there is no such user")
	case errors.Is(err, graphinvalidate.ErrThrottled) && errors.As(err, &failure):
		fmt.Println("again in", failure.Outcome.RetryAfter)
	}

	options := graphinvalidate.RunOptions{Journal: journal, Verify: true}
	for outcome, err := range client.Run(ctx, slices.Values(users), options) {
		if err != nil {
			return err
		}
		fmt.Println(outcome.User, outcome.Status)
	}

	provided, err := graphinvalidate.NewClient(graphinvalidate.Options{
		TokenProvider: func(ctx context.Context) (string, error) {
			token, err := credential.GetToken(ctx, TokenRequestOptions{Scopes: []string{"https://graph.microsoft.com/.default"}})
			return token.Token, err
		},
	})
	if err != nil {
		return err
	}
	defer provided.Close()
	if _, err := provided.Invalidate(ctx, "me"); err != nil {
		return err
	}

	signing, err := graphinvalidate.NewClient(graphinvalidate.Options{
		Credential: &graphinvalidate.Credential{Kind: "managed-identity"},
	})
	if err != nil {
		return err
	}
	return signing.Close()
}

func TestTheCodeOfTheReadmeRuns(t *testing.T) {
	emulator := startEmulator(t, "--users", "5")
	t.Setenv("GRAPH_INVALIDATE_ENDPOINT", emulator.url)
	t.Setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.url)
	journal := filepath.Join(t.TempDir(), "incident-4711.jsonl")
	token := emulator.token("")
	if err := readme(t.Context(), token, journal, generated(5), tokenCredential{token}); err != nil {
		t.Fatal(err)
	}
	if emulator.users() != 7 {
		t.Fatal(emulator.users())
	}
}

func TestTheReadmeShowsNothingElse(t *testing.T) {
	code, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(text, -1)
	if len(blocks) != 6 {
		t.Fatal(len(blocks))
	}
	for _, block := range blocks[1:] {
		indented := "\t" + strings.ReplaceAll(strings.TrimSuffix(string(block[1]), "\n"), "\n", "\n\t") + "\n"
		if !strings.Contains(string(code), indented) {
			t.Errorf("no test runs this:\n%s", block[1])
		}
	}
}
