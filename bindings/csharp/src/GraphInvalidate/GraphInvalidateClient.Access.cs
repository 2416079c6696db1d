using System;
using System.Threading;
using System.Threading.Tasks;

namespace GraphInvalidate;

public sealed partial class GraphInvalidateClient
{
    /// <summary>
    /// Tells what the access token may do, before anything is done: whose it is, until when, and what will be refused.
    /// </summary>
    /// <remarks>Nothing is sent: it goes by the token's own claims, and says what they do not tell.</remarks>
    /// <param name="cancellationToken">For an access token provider; nothing else takes time.</param>
    /// <returns>What is known, also of a token that is missing or cannot work.</returns>
    /// <exception cref="GraphInvalidateException">The access token provider failed, or what it gave is no access
    /// token.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public TokenAccess Access(CancellationToken cancellationToken = default) =>
        ByClaims(_tokens?.Get(new Deadline(_timeout), cancellationToken));

    /// <inheritdoc cref="Access"/>
    /// <remarks>Only an access token provider is awaited.</remarks>
    public async Task<TokenAccess> AccessAsync(CancellationToken cancellationToken = default) =>
        ByClaims(_tokens is null ? null : await _tokens.GetAsync(new Deadline(_timeout), cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Tells what the access token may do as <see cref="Access"/> does, and by harmless reads: the signed-in user's
    /// directory roles as they are now, and whether one user can be found and signed out.
    /// </summary>
    /// <remarks>Signs in first where that is needed. Nothing is changed. Blocks, within the client's timeout.</remarks>
    /// <param name="user">The user to look at (the finding <c>target</c>), an object id or a user principal name; left
    /// out: nobody.</param>
    /// <param name="cancellationToken">As for <see cref="Invalidate"/>.</param>
    /// <returns>
    /// What is known, also of a token that is missing or cannot work. A read that is refused is no failure: the message
    /// says what is not known.
    /// </returns>
    /// <exception cref="InvalidInputException">The user key cannot be the key of a user.</exception>
    /// <exception cref="GraphInvalidateException">The sign-in failed; the subclass is the kind of failure.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public TokenAccess AccessOnline(string? user = null, CancellationToken cancellationToken = default) =>
        Complete((token, timeout, cancellation) => Online(user, token, timeout, cancellation), cancellationToken);

    /// <inheritdoc cref="AccessOnline"/>
    /// <remarks>The native call blocks, so it runs on a thread of its own until it ends.</remarks>
    public Task<TokenAccess> AccessOnlineAsync(string? user = null, CancellationToken cancellationToken = default) => CompleteAsync(
        (token, timeout, cancellation) => OnAThread(() => Online(user, token, timeout, cancellation)), cancellationToken);

    private TokenAccess ByClaims(string? token) => Ask(Native.GRAPH_CALL_ACCESS, user: null, token, timeout: 0, CancellationToken.None);

    private TokenAccess Online(string? user, string? token, uint timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Ask(Native.GRAPH_CALL_ACCESS_ONLINE, user, token, timeout, cancellationToken);
    }

    private unsafe TokenAccess Ask(uint kind, string? user, string? token, uint timeout, CancellationToken cancellationToken)
    {
        using NativeStrings strings = new();
        using Borrowed client = Borrow();
        using NativeCancellation cancellation = new(cancellationToken);
        graph_call_options options = new()
        {
            struct_size = (nuint)sizeof(graph_call_options),
            kind = kind,
            user = strings.Add(user),
            token = strings.Add(token),
            timeout_ms = timeout,
        };
        graph_access* access;
        graph_outcome* failure;
        int status = Native.graph_client_access_with(client.Pointer, &options, cancellation.Pointer, &access, &failure);
        return TokenAccess.Take(status, access, failure, cancellationToken);
    }
}
