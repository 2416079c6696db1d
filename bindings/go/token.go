package graphinvalidate

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ask asks a provider for a token. A provider may be deaf to its context, or panic: neither holds the call up.
func ask(ctx context.Context, provider func(context.Context) (string, error), deadline time.Time) (string, error) {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	type answer struct {
		token string
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		var given answer
		defer func() {
			if panicked := recover(); panicked != nil {
				given.err = fmt.Errorf("it panicked: %v", panicked)
			}
			answers <- given
		}()
		given.token, given.err = provider(ctx)
	}()
	select {
	case given := <-answers:
		if given.err == nil && given.token == "" {
			given.err = errors.New("it gave no token")
		}
		if given.err != nil && ctx.Err() == nil {
			return "", providerFailed(given.err)
		}
		// An answer that comes as the time runs out is too late.
		if given.err == nil && ctx.Err() == nil {
			return given.token, nil
		}
	case <-ctx.Done():
	}
	failure := failed(Outcome{
		Time: time.Now(), Status: StatusTokenProviderFailed,
		Message: "The token provider did not answer in time; nothing was sent.",
	})
	failure.cause = contextError{ctx.Err(), context.Cause(ctx)}
	return "", failure
}

func providerFailed(cause error) *Error {
	failure := failed(Outcome{
		Time: time.Now(), Status: StatusTokenProviderFailed,
		Message: "The token provider failed; nothing was sent",
	})
	failure.cause = cause
	if errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) {
		failure.cause = ofItsOwn{cause}
	}
	return failure
}

// ofItsOwn is the end of a context that is none of the caller's: errors.Is must not take it for that.
type ofItsOwn struct{ cause error }

func (own ofItsOwn) Error() string { return own.cause.Error() }

func (own ofItsOwn) As(target any) bool { return errors.As(own.cause, target) }
