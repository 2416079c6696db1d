using System;
using System.Collections.Generic;

namespace GraphInvalidate;

/// <summary>
/// A call failed. The subclass is the kind of failure; <see cref="Outcome"/> has all that is known about it.
/// </summary>
public partial class GraphInvalidateException : Exception
{
    private protected GraphInvalidateException(InvalidateOutcome outcome, Exception? cause)
        : base(outcome.Message ?? outcome.Status, cause) => Outcome = outcome;

    /// <summary>All that is known about the failed call.</summary>
    public InvalidateOutcome Outcome { get; }

    /// <summary>
    /// The exception with which a call fails that ends in an outcome: for programs that judge the outcomes of a run,
    /// and for tests.
    /// </summary>
    /// <param name="outcome">What became of the call; the hundred of its status is the kind of failure.</param>
    /// <param name="cause">What caused it, if anything.</param>
    /// <returns>The exception, to be thrown.</returns>
    public static GraphInvalidateException For(InvalidateOutcome outcome, Exception? cause = null) => (Checked(outcome).StatusNumber / 100) switch
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

    private static InvalidateOutcome Checked(InvalidateOutcome outcome) => outcome ?? throw new ArgumentNullException(nameof(outcome));
}

/// <summary>Something that was given cannot be used; nothing was sent.</summary>
public sealed class InvalidInputException : GraphInvalidateException { internal InvalidInputException(InvalidateOutcome outcome, Exception? cause) : base(outcome, cause) { } }

/// <summary>The access token is missing, cannot work, has expired or was refused.</summary>
public sealed class TokenException : GraphInvalidateException { internal TokenException(InvalidateOutcome outcome, Exception? cause) : base(outcome, cause) { } }

/// <summary>The scope or the role for this action on this user is missing; the hint names both.</summary>
public sealed class PermissionDeniedException : GraphInvalidateException { internal PermissionDeniedException(InvalidateOutcome outcome, Exception? cause) : base(outcome, cause) { } }

/// <summary>The tenant has no such user, or the service cannot make sense of the key.</summary>
public sealed class UserException : GraphInvalidateException { internal UserException(InvalidateOutcome outcome, Exception? cause) : base(outcome, cause) { } }

/// <summary>
/// The service asked to wait for longer than the timeout allows: see <see cref="GraphInvalidateException.RetryAfter"/>.
/// </summary>
public sealed class ThrottledException : GraphInvalidateException { internal ThrottledException(InvalidateOutcome outcome, Exception? cause) : base(outcome, cause) { } }

/// <summary>The network, TLS or a proxy failed, or the token would have gone to a host that may not have it.</summary>
public sealed class NetworkException : GraphInvalidateException { internal NetworkException(InvalidateOutcome outcome, Exception? cause) : base(outcome, cause) { } }

/// <summary>The service failed, refused the request, did not confirm, or did not show the cut-off in time.</summary>
public sealed class ServiceException : GraphInvalidateException { internal ServiceException(InvalidateOutcome outcome, Exception? cause) : base(outcome, cause) { } }

/// <summary>The call or run ended before its work did: its deadline passed, or it was cancelled.</summary>
public sealed class RunException : GraphInvalidateException { internal RunException(InvalidateOutcome outcome, Exception? cause) : base(outcome, cause) { } }

/// <summary>Something failed inside the library that should not: please report it.</summary>
public sealed class InternalException : GraphInvalidateException { internal InternalException(InvalidateOutcome outcome, Exception? cause) : base(outcome, cause) { } }
