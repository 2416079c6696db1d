// Made by `cargo xtask abi` from the library's source: do not edit.
using System;

namespace GraphInvalidate;

/// <content>The kinds of failure.</content>
public partial class GraphInvalidateException
{
    private static GraphInvalidateException Of(int group, InvalidateOutcome outcome, Exception? cause) => group switch
    {
        1 => new InvalidInputException(outcome, cause),
        2 => new TokenException(outcome, cause),
        3 => new PermissionDeniedException(outcome, cause),
        4 => new UserException(outcome, cause),
        5 => new ThrottledException(outcome, cause),
        6 => new NetworkException(outcome, cause),
        7 => new ServiceException(outcome, cause),
        8 => new RunException(outcome, cause),
        9 => new InternalException(outcome, cause),
        _ => new GraphInvalidateException(outcome, cause),
    };
}

/// <summary>
/// An argument or an option cannot be used; nothing was sent.
/// </summary>
public sealed class InvalidInputException : GraphInvalidateException
{
    internal InvalidInputException(InvalidateOutcome outcome, Exception? cause)
        : base(outcome, cause)
    {
    }
}

/// <summary>
/// The access token is missing, invalid, expired or was refused: get another one.
/// </summary>
public sealed class TokenException : GraphInvalidateException
{
    internal TokenException(InvalidateOutcome outcome, Exception? cause)
        : base(outcome, cause)
    {
    }
}

/// <summary>
/// The token lacks the scope, or its owner the role, for this action on this user; the hint names both.
/// </summary>
public sealed class PermissionDeniedException : GraphInvalidateException
{
    internal PermissionDeniedException(InvalidateOutcome outcome, Exception? cause)
        : base(outcome, cause)
    {
    }
}

/// <summary>
/// The tenant has no such user, or the service rejects the user key.
/// </summary>
public sealed class UserException : GraphInvalidateException
{
    internal UserException(InvalidateOutcome outcome, Exception? cause)
        : base(outcome, cause)
    {
    }
}

/// <summary>
/// The service asked to wait longer than the timeout allows; the outcome says how long.
/// </summary>
public sealed class ThrottledException : GraphInvalidateException
{
    internal ThrottledException(InvalidateOutcome outcome, Exception? cause)
        : base(outcome, cause)
    {
    }
}

/// <summary>
/// The network, TLS or a proxy failed, or the token would have gone to a host that must not get it.
/// </summary>
public sealed class NetworkException : GraphInvalidateException
{
    internal NetworkException(InvalidateOutcome outcome, Exception? cause)
        : base(outcome, cause)
    {
    }
}

/// <summary>
/// The service failed, refused the request, did not confirm it, or did not show the change in time.
/// </summary>
public sealed class ServiceException : GraphInvalidateException
{
    internal ServiceException(InvalidateOutcome outcome, Exception? cause)
        : base(outcome, cause)
    {
    }
}

/// <summary>
/// The call or the run ended early: it was cancelled, its time was over, or its journal cannot be used.
/// </summary>
public sealed class RunException : GraphInvalidateException
{
    internal RunException(InvalidateOutcome outcome, Exception? cause)
        : base(outcome, cause)
    {
    }
}

/// <summary>
/// An internal error in graph-invalidate: please report it.
/// </summary>
public sealed class InternalException : GraphInvalidateException
{
    internal InternalException(InvalidateOutcome outcome, Exception? cause)
        : base(outcome, cause)
    {
    }
}
