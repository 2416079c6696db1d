// The driver of the scenarios: reads situations as JSON lines, and answers each with what the public interface showed.
// The judge is tests/conformance.rs; tests/scenarios/README.md describes the protocol.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

type situation struct {
	Client           map[string]any
	Calls            []map[string]string
	Run              map[string]any
	Users            []string
	TokensWhenNeeded []string `json:"tokens_when_needed"`
	CancelAfter      int      `json:"cancel_after"`
	Identities       []identity
	By               string
	InRuns           bool `json:"in_runs"`
}

// identity is one of those who share a client.
type identity struct {
	Token, User string
	Calls       int
}

type answer struct {
	Outcome      *graphinvalidate.Outcome `json:"outcome,omitempty"`
	Outcomes     [][2]string              `json:"outcomes,omitempty"`
	Failure      *graphinvalidate.Outcome `json:"failure"`
	Notice       string                   `json:"notice,omitempty"`
	TokensNeeded int                      `json:"tokens_needed"`
	Progress     map[string]int64         `json:"progress,omitempty"`
	Shown        string                   `json:"shown"`
	Identities   [][]string               `json:"identities,omitempty"`

	// Inexpressible says why this language cannot say such a thing.
	Inexpressible string `json:"inexpressible,omitempty"`
}

// inexpressible is what this language has no way to say.
type inexpressible string

func main() {
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked situation
		if err := json.Unmarshal(line, &asked); err != nil {
			panic(err)
		}
		if err := answers.Encode(answerTo(asked)); err != nil {
			panic(err)
		}
	}
}

func answerTo(asked situation) (given answer) {
	defer func() {
		switch panicked := recover().(type) {
		case nil:
		case inexpressible:
			given = answer{Inexpressible: string(panicked)}
		default:
			panic(panicked)
		}
	}()
	if asked.Identities != nil {
		return identities(asked)
	}
	if asked.Run != nil {
		return run(asked)
	}
	return calls(asked)
}

// bind sets each option by its name: this language's letter case, and times that are times.
func bind(options any, given map[string]any) {
	target := reflect.ValueOf(options).Elem()
	for name, value := range given {
		plain := strings.ReplaceAll(strings.TrimSuffix(name, "_ms"), "_", "")
		field := target.FieldByNameFunc(func(field string) bool { return strings.EqualFold(field, plain) })
		if !field.IsValid() {
			panic("there is no option " + name)
		}
		set(field, value)
	}
}

func set(field reflect.Value, value any) {
	switch field.Interface().(type) {
	case time.Duration:
		if value == "infinite" {
			panic(inexpressible("a time.Duration has an end"))
		}
		field.SetInt(int64(value.(float64) * float64(time.Millisecond)))
	case int:
		field.SetInt(int64(value.(float64)))
	case float64:
		if value == "unlimited" {
			value = math.Inf(1)
		}
		field.SetFloat(value.(float64))
	case []string:
		for _, text := range value.([]any) {
			field.Set(reflect.Append(field, reflect.ValueOf(text)))
		}
	case []byte:
		decoded, err := base64.StdEncoding.DecodeString(value.(string))
		if err != nil {
			panic(err)
		}
		field.SetBytes(decoded)
	case map[string]string:
		pairs := map[string]string{}
		for name, text := range value.(map[string]any) {
			pairs[name] = text.(string)
		}
		field.Set(reflect.ValueOf(pairs))
	case *graphinvalidate.Credential:
		var credential graphinvalidate.Credential
		bind(&credential, value.(map[string]any))
		field.Set(reflect.ValueOf(&credential))
	default:
		if value == "" {
			panic(inexpressible("an empty string is one that was not given"))
		}
		field.Set(reflect.ValueOf(value))
	}
}

type tokenKey struct{}

// act signs a user out by a call, or by a run over that one.
func act(ctx context.Context, client *graphinvalidate.Client, user string, inRuns bool) (graphinvalidate.Outcome, error) {
	if !inRuns {
		return client.Invalidate(ctx, user)
	}
	for outcome, err := range client.Run(ctx, slices.Values([]string{user}), graphinvalidate.RunOptions{}) {
		return outcome, err
	}
	panic("a run without an outcome")
}

// identities has all of them on one client, at once: each by a goroutine, whose context knows whose token it has.
func identities(asked situation) answer {
	if asked.By == "tasks" {
		panic(inexpressible("goroutines are both"))
	}
	var options graphinvalidate.Options
	bind(&options, asked.Client)
	options.TokenProvider = func(ctx context.Context) (string, error) {
		time.Sleep(2 * time.Millisecond)
		return ctx.Value(tokenKey{}).(string), nil
	}
	client, err := graphinvalidate.NewClient(options)
	if err != nil {
		panic(err)
	}
	defer func() { _ = client.Close() }()
	given := answer{Identities: make([][]string, len(asked.Identities))}
	var all sync.WaitGroup
	for index, one := range asked.Identities {
		all.Add(1)
		go func() {
			defer all.Done()
			ctx := context.WithValue(context.Background(), tokenKey{}, one.Token)
			for range one.Calls {
				outcome, err := act(ctx, client, one.User, asked.InRuns)
				given.Identities[index] = append(given.Identities[index], string(outcomeOf(outcome, err).Status))
			}
		}()
	}
	all.Wait()
	return given
}

// calls makes the calls one after another, until one fails; and answers with the last outcome.
func calls(asked situation) answer {
	ctx := context.Background()
	var options graphinvalidate.Options
	bind(&options, asked.Client)
	outcome, err := graphinvalidate.Outcome{}, error(nil)
	client, err := graphinvalidate.NewClient(options)
	if err == nil {
		defer func() { _ = client.Close() }()
		for _, call := range asked.Calls {
			switch call["call"] {
			case "sign_in":
				outcome, err = client.SignIn(ctx)
			case "invalidate":
				outcome, err = client.Invalidate(ctx, call["user"])
			case "show":
				outcome, err = client.ShowCutOff(ctx, call["user"])
			default:
				outcome, err = verify(ctx, client, call, outcome)
			}
			if err != nil {
				break
			}
		}
	}
	outcome = outcomeOf(outcome, err)
	return answer{Outcome: &outcome, Shown: shown(err, options, outcome)}
}

func verify(ctx context.Context, client *graphinvalidate.Client, call map[string]string, before graphinvalidate.Outcome) (graphinvalidate.Outcome, error) {
	notBefore := before.ServerDate
	if text, has := call["not_before"]; has {
		var err error
		if notBefore, err = time.Parse(time.RFC3339, text); err != nil {
			panic(inexpressible("a time.Time is a time"))
		}
	}
	return client.Verify(ctx, call["user"], notBefore)
}

// run runs to the end, and answers with all that was seen.
func run(asked situation) answer {
	var given answer
	var options graphinvalidate.Options
	bind(&options, asked.Client)
	tokens := asked.TokensWhenNeeded
	first := options.Token
	usedUp := len(tokens) == 0
	if len(tokens) > 0 {
		if first != "" {
			tokens = append([]string{first}, tokens...)
			given.TokensNeeded--
		}
		options.Token = ""
		last := ""
		options.TokenProvider = func(context.Context) (string, error) {
			given.TokensNeeded++
			if usedUp = len(tokens) == 0; !usedUp {
				last, tokens = tokens[0], tokens[1:]
			}
			return last, nil
		}
	}
	client, err := graphinvalidate.NewClient(options)
	if err == nil {
		err = read(asked, client, &given)
		_ = client.Close()
	}
	var failure *graphinvalidate.Error
	if errors.As(err, &failure) {
		given.Failure = &failure.Outcome
		if failure.Is(graphinvalidate.ErrToken) && usedUp && given.Progress != nil {
			// Nobody had another token to give: that is needed, and no failure.
			given.Failure = nil
			if len(asked.TokensWhenNeeded) == 0 {
				given.TokensNeeded++
			}
		}
	} else if err != nil {
		panic(err)
	}
	given.Shown = shown(err, options)
	return given
}

func read(asked situation, client *graphinvalidate.Client, given *answer) error {
	var options graphinvalidate.RunOptions
	bind(&options, asked.Run)
	if slices.Equal(options.Exclude, []string{}) {
		options.Exclude = nil
	}
	running, err := client.NewRun(context.Background(), options)
	if err != nil {
		return err
	}
	defer func() { _ = running.Close() }()
	given.Notice = running.Notice
	if err := errors.Join(running.Add(asked.Users...), running.FinishInput()); err != nil {
		return err
	}
	var failure error
	for outcome, err := range running.Outcomes() {
		if err != nil {
			failure = err
			continue
		}
		given.Outcomes = append(given.Outcomes, [2]string{outcome.User, string(outcome.Status)})
		if len(given.Outcomes) == asked.CancelAfter {
			running.Cancel()
		}
	}
	progress, err := running.Progress()
	given.Progress = counts(progress)
	return errors.Join(failure, err)
}

// counts gives the numbers of a progress by their names in C.
func counts(progress graphinvalidate.Progress) map[string]int64 {
	named := map[string]int64{}
	value := reflect.ValueOf(progress)
	for index := range value.NumField() {
		if value.Field(index).Kind() == reflect.Int {
			name := ""
			for at, letter := range value.Type().Field(index).Name {
				if at > 0 && letter >= 'A' && letter <= 'Z' {
					name += "_"
				}
				name += strings.ToLower(string(letter))
			}
			named[name] = value.Field(index).Int()
		}
	}
	return named
}

func outcomeOf(outcome graphinvalidate.Outcome, err error) graphinvalidate.Outcome {
	var failure *graphinvalidate.Error
	if errors.As(err, &failure) {
		return failure.Outcome
	}
	if err != nil {
		panic(err)
	}
	return outcome
}

// shown is all that a person may be shown.
func shown(err error, values ...any) string {
	text := fmt.Sprintf("%v %+v %#v", err, err, err)
	for _, value := range values {
		text += fmt.Sprintf(" %v %+v %#v", value, value, value)
		if encoded, err := json.Marshal(value); err == nil {
			text += string(encoded)
		}
	}
	return text
}
