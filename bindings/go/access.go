package graphinvalidate

import (
	"context"
	"time"
)

// Access tells what the access token may do, before anything is done: whose it is, until when, and what will be
// refused. Nothing is sent: it goes by the token's own claims, and says what they do not tell. A token that is missing
// or cannot work is no error: see Status.
func (client *Client) Access(ctx context.Context) (Access, error) {
	return client.access(ctx, callAccess, "")
}

// AccessOnline tells the same, and by harmless reads: the signed-in user's directory roles as they are now and, where a
// user is named, whether that one can be found and signed out. It signs in first where that is needed.
func (client *Client) AccessOnline(ctx context.Context, user string) (Access, error) {
	return client.access(ctx, callAccessOnline, user)
}

func (client *Client) access(ctx context.Context, kind uint32, user string) (Access, error) {
	if err := begins(ctx, user); err != nil {
		return Access{}, err
	}
	address, err := client.object().use()
	if err != nil {
		return Access{}, err
	}
	defer client.handle.release()
	var memory memory
	defer memory.release()
	options := &nativeCallOptions{structSize: sizeOf[nativeCallOptions](), kind: kind, user: memory.optional(user)}
	if client.provider != nil {
		timeout := client.timeout
		if timeout == 0 {
			timeout = defaultTimeout
		}
		token, err := ask(ctx, client.provider, time.Now().Add(timeout))
		if err != nil {
			return Access{}, err
		}
		options.token = memory.text(token)
	}
	signal, err := cancellationOf(ctx)
	if err != nil {
		return Access{}, err
	}
	defer signal.free()
	var access *nativeAccess
	var failure *nativeOutcome
	if status := native.clientAccessWith(address, options, signal.handle, &access, &failure); status != statusOk {
		return Access{}, failedWith(status, failure).withContext(ctx)
	}
	defer native.accessFree(access)
	return readAccess(access), nil
}
