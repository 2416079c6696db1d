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
    public static GraphInvalidateException For(InvalidateOutcome outcome, Exception? cause = null) =>
        Of(Checked(outcome).StatusNumber / 100, outcome, cause);

    private static InvalidateOutcome Checked(InvalidateOutcome outcome) => outcome ?? throw new ArgumentNullException(nameof(outcome));
}
