package graphinvalidate

import (
	"context"
	"errors"
	"strings"
	"time"
)

// The kinds of failure, for [errors.Is]: the hundred of the status.
var (
	// ErrInput: something that was given cannot be used; nothing was sent.
	ErrInput = errors.New("the input cannot be used")
	// ErrToken: the access token is missing, cannot work, has expired or was refused.
	ErrToken = errors.New("the access token cannot be used")
	// ErrPermission: the scope or the role for this action on this user is missing; the hint names both.
	ErrPermission = errors.New("permission is missing")
	// ErrUser: the tenant has no such user, or the service cannot make sense of the key.
	ErrUser = errors.New("there is no such user")
	// ErrThrottled: the service asked to wait for longer than the timeout allows; see Outcome.RetryAfter.
	ErrThrottled = errors.New("the service asks to wait")
	// ErrNetwork: the network, TLS or a proxy failed, or the token would have gone to a host that may not have it.
	ErrNetwork = errors.New("the network failed")
	// ErrService: the service failed, refused the request, did not confirm, or did not show the cut-off in time.
	ErrService = errors.New("the service failed")
	// ErrRun: the call or run ended before its work did.
	ErrRun = errors.New("ended early")
	// ErrInternal: something failed inside the library that should not: please report it.
	ErrInternal = errors.New("an internal failure")
)

var kinds = map[int32]error{
	100: ErrInput, 200: ErrToken, 300: ErrPermission, 400: ErrUser, 500: ErrThrottled,
	600: ErrNetwork, 700: ErrService, 800: ErrRun, 900: ErrInternal,
}

// Error is a call that failed, or a run that failed as a whole.
type Error struct {
	// Outcome has all that is known about it.
	Outcome Outcome

	group int32
	cause error
}

// Error says what happened, and what to do next.
func (err *Error) Error() string {
	text := err.Outcome.Message
	if text == "" {
		text = string(err.Outcome.Status)
	}
	if err.cause != nil {
		text = strings.TrimSuffix(text, ".") + ": " + err.cause.Error()
	}
	if err.Outcome.Hint != "" {
		text = strings.TrimSuffix(text, ".") + ". " + err.Outcome.Hint
	}
	return text
}

// Is tells the kind: one of the variables of this package whose names begin with Err.
func (err *Error) Is(target error) bool {
	return target != nil && kinds[err.group] == target
}

// Unwrap gives what ended the call from outside: the cause of a cancelled context, the error of a token provider.
func (err *Error) Unwrap() error {
	return err.cause
}

// failed makes an error of an outcome.
func failed(outcome Outcome) *Error {
	return &Error{Outcome: outcome, group: groups[outcome.Status]}
}

// failedWith makes an error of a number and the outcome that came with it, which may be missing; and frees that.
func failedWith(status int32, outcome *nativeOutcome) *Error {
	read := takeOutcome(status, outcome)
	return &Error{Outcome: read, group: status / 100 * 100}
}

// withContext says that a call was ended by its context, where it was.
func (err *Error) withContext(ctx context.Context) *Error {
	ended := err.Outcome.Status == StatusCancelled || err.Outcome.Status == StatusDeadlineExceeded
	if ended && ctx.Err() != nil {
		err.cause = contextError{ctx.Err(), context.Cause(ctx)}
	}
	return err
}

// contextError is what a context ended with and why: both are found by [errors.Is].
type contextError struct{ err, cause error }

func (err contextError) Error() string   { return err.cause.Error() }
func (err contextError) Unwrap() []error { return []error{err.err, err.cause} }

// ended is the failure of what was not begun, since its context was over.
func ended(ctx context.Context, user string) *Error {
	outcome := Outcome{
		Time: time.Now(), User: user, Status: StatusCancelled,
		Message: "The context was over before the request was sent.",
	}
	return failed(outcome).withContext(ctx)
}
