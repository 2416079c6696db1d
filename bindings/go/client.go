package graphinvalidate

import (
	"context"
	"errors"
	"runtime"
	"time"
)

// ErrClosed is what the methods of a closed client and of a closed run give.
var ErrClosed = errors.New("graphinvalidate: it was closed")

// Client is a connection to Microsoft Graph. Any number of goroutines may share it; their calls run at the same time.
// It opens connections when first used, keeps a few, and is closed by [Client.Close].
type Client struct {
	provider func(ctx context.Context) (string, error)
	timeout  time.Duration
	handle   *handle
}

// NewClient makes a client. Nothing is sent yet. It fails where an option cannot be used ([ErrInput], [ErrToken],
// [ErrNetwork]) or the native library cannot be loaded ([*LibraryError]).
//
// Options.Environment that is nil stands for the program's own environment, as it is now.
func NewClient(options Options) (*Client, error) {
	if err := load(); err != nil {
		return nil, err
	}
	var memory memory
	defer memory.release()
	if options.Environment == nil {
		options.Environment = environment()
	}
	native_ := options.native(&memory)
	if options.TokenProvider != nil && (options.Token != "" || options.Credential != nil) {
		memory.refuse(StatusInvalidOption, "Of Token, TokenProvider and Credential one may be given.")
	}
	if memory.err != nil {
		return nil, memory.err
	}
	var address uintptr
	var failure *nativeOutcome
	if status := native.clientNew(native_, &address, &failure); status != statusOk {
		return nil, failedWith(status, failure)
	}
	client := &Client{
		provider: options.TokenProvider,
		timeout:  options.Timeout,
		handle:   &handle{address: address, free: native.clientFree},
	}
	// A net for clients that are forgotten; Close is the rule.
	runtime.AddCleanup(client, (*handle).close, client.handle)
	return client, nil
}

// Close ends the client: its connections are closed and its token is wiped. Calls in progress end as they would; runs
// go on. Closing it again does nothing. The error is always nil.
func (client *Client) Close() error {
	client.object().close()
	return nil
}

// SetToken replaces the access token for the calls and runs that begin from now on. For clients that act for one
// identity: a client for several has Options.TokenProvider.
func (client *Client) SetToken(token string) error {
	address, err := client.object().use()
	if err != nil {
		return err
	}
	defer client.handle.release()
	var memory memory
	defer memory.release()
	var failure *nativeOutcome
	if status := native.clientSetToken(address, memory.text(token), &failure); status != statusOk {
		return failedWith(status, failure)
	}
	return nil
}

// Scope is the scope to ask a sign-in library for, to get a token for this client, such as
// "https://graph.microsoft.com/.default". Empty once the client is closed.
func (client *Client) Scope() string {
	address, err := client.object().use()
	if err != nil {
		return ""
	}
	defer client.handle.release()
	return readText(native.clientScope(address))
}

// Invalidate invalidates all refresh tokens and session cookies of a user, an object id or a user principal name; "me"
// is the signed-in user. It waits until the service has accepted or refused; what is worth repeating is repeated
// meanwhile, within the timeout. The outcome's status is [StatusAccepted]. Calling again is safe. Access tokens already
// issued stay valid for up to an hour; guests sign in at their home tenant and are not affected.
func (client *Client) Invalidate(ctx context.Context, user string) (Outcome, error) {
	return client.call(ctx, call{kind: callInvalidate, user: user})
}

// Verify reads a user's cut-off back until it lies at or after a time, the ServerDate of the outcome that accepted:
// that proves that Invalidate took effect. The outcome's status is [StatusVerified]. A time that no outcome can have,
// the zero time among them, is refused: [StatusInvalidTime].
func (client *Client) Verify(ctx context.Context, user string, notBefore time.Time) (Outcome, error) {
	return client.call(ctx, call{kind: callVerify, user: user, notBefore: &notBefore})
}

// ShowCutOff reads a user's cut-off once and shows it in the outcome's message, whenever it was: that is no proof of
// anything. The outcome's status is [StatusShown].
func (client *Client) ShowCutOff(ctx context.Context, user string) (Outcome, error) {
	return client.call(ctx, call{kind: callVerify, user: user})
}

// SignIn signs in with the client's credential, so that what could fail does so before anything is done. Where a person
// is asked, the first call gives [StatusSignInPending] with the text to show in Message; each further call
// waits for the person. The status is [StatusSignedIn] in the end.
func (client *Client) SignIn(ctx context.Context) (Outcome, error) {
	if err := begins(ctx, ""); err != nil {
		return Outcome{}, err
	}
	address, err := client.object().use()
	if err != nil {
		return Outcome{}, err
	}
	defer client.handle.release()
	signal, err := cancellationOf(ctx)
	if err != nil {
		return Outcome{}, err
	}
	defer signal.free()
	var outcome *nativeOutcome
	status := native.clientSignIn(address, signal.handle, &outcome)
	return finished(ctx, status, outcome)
}

// call is one call of a client.
type call struct {
	kind      uint32
	user      string
	notBefore *time.Time
}

// object is the native client; nil in a client that was not made by [NewClient].
func (client *Client) object() *handle {
	if client == nil {
		return nil
	}
	return client.handle
}

// begins tells whether something can begin with a context.
func begins(ctx context.Context, user string) error {
	if ctx == nil {
		return failed(Outcome{
			Time: time.Now(), User: user, Status: StatusNullArgument,
			Message: "The context is nil: give context.Background(), or the caller's.",
		})
	}
	if ctx.Err() != nil {
		return ended(ctx, user)
	}
	return nil
}

// call makes a call with the token that its provider gives for it, and once more where that had expired.
func (client *Client) call(ctx context.Context, call call) (Outcome, error) {
	if err := begins(ctx, call.user); err != nil {
		return Outcome{}, err
	}
	address, err := client.object().use()
	if err != nil {
		return Outcome{}, err
	}
	defer client.handle.release()
	deadline := time.Now().Add(client.patience())
	token := ""
	for try := 0; ; try++ {
		if ctx.Err() != nil {
			return Outcome{}, ended(ctx, call.user)
		}
		if client.provider != nil {
			if token, err = ask(ctx, client.provider, deadline); err != nil {
				return Outcome{}, err
			}
		}
		outcome, err := call.once(ctx, address, token, deadline)
		var failure *Error
		again := try == 0 && client.provider != nil && errors.As(err, &failure) && failure.Outcome.Status == StatusTokenExpired
		if !again {
			return outcome, err
		}
	}
}

// defaultTimeout is the library's own, as its documentation says.
const defaultTimeout = 100 * time.Second

// patience is how long a call may take.
func (client *Client) patience() time.Duration {
	if client.timeout == 0 {
		return defaultTimeout
	}
	return client.timeout
}

func (call call) once(ctx context.Context, client uintptr, token string, deadline time.Time) (Outcome, error) {
	var memory memory
	defer memory.release()
	options := &nativeCallOptions{structSize: sizeOf[nativeCallOptions](), kind: call.kind}
	options.user = memory.text(call.user)
	if token != "" {
		options.token = memory.text(token)
	}
	if call.notBefore != nil {
		options.notBefore = memory.text(call.notBefore.UTC().Format(time.RFC3339Nano))
	}
	if ends, has := ctx.Deadline(); has && ends.Before(deadline) {
		// The context ends the call at its deadline; a little later the library would do so by itself.
		deadline = ends.Add(time.Second)
	}
	options.timeoutMs = milliseconds[uint32](&memory, "timeout", max(time.Until(deadline), time.Millisecond))
	if memory.err != nil {
		return Outcome{}, memory.err
	}
	signal, err := cancellationOf(ctx)
	if err != nil {
		return Outcome{}, err
	}
	defer signal.free()
	status, outcome := perform(client, options, signal.handle)
	return finished(ctx, status, outcome)
}

// finished gives what a call came to: its outcome, or an error with it.
func finished(ctx context.Context, status int32, outcome *nativeOutcome) (Outcome, error) {
	if status >= firstFailure {
		return Outcome{}, failedWith(status, outcome).withContext(ctx)
	}
	return takeOutcome(status, outcome), nil
}

const firstFailure = 100

// InvalidateAllRefreshTokens does the whole job in one call: it makes a client, invalidates the user, and closes the
// client. For more than one user a [Client] is better: it keeps its connections.
func InvalidateAllRefreshTokens(ctx context.Context, user string, options ...Option) (Outcome, error) {
	var given Options
	for _, option := range options {
		if option != nil {
			option(&given)
		}
	}
	client, err := NewClient(given)
	if err != nil {
		return Outcome{}, err
	}
	defer func() { _ = client.Close() }()
	return client.Invalidate(ctx, user)
}

// Option is an option of [InvalidateAllRefreshTokens].
type Option func(*Options)

// WithToken brings the access token for Microsoft Graph.
func WithToken(token string) Option {
	return func(options *Options) { options.Token = token }
}

// WithOptions brings all options of a client at once.
func WithOptions(options Options) Option {
	return func(given *Options) { *given = options }
}
