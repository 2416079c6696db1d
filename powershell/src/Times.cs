using System;
using System.ComponentModel;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace GraphInvalidate.PowerShell;

/// <summary>
/// The times of what the cmdlets give, for the engine: as text they are ISO 8601 whatever the culture, so that what
/// Export-Csv writes on one machine is the same time on another. For the module's own types file.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Times
{
    private static readonly MethodInfo Text = typeof(Times).GetMethod(nameof(ToString), [typeof(PSObject), typeof(object[])])!;

    /// <summary>When an outcome became known.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The time.</returns>
    public static object? Time(PSObject outcome) => Shown((outcome?.BaseObject as InvalidateOutcome)?.Time);

    /// <summary>An outcome's time by the service's clock.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The time.</returns>
    public static object? ServerDate(PSObject outcome) => Shown((outcome?.BaseObject as InvalidateOutcome)?.ServerDate);

    /// <summary>The cut-off of an outcome's user.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The time.</returns>
    public static object? SessionsValidFrom(PSObject outcome) => Shown((outcome?.BaseObject as InvalidateOutcome)?.SessionsValidFrom);

    /// <summary>The end of a token's lifetime.</summary>
    /// <param name="token">What is known of the token, or of its connection.</param>
    /// <returns>The time.</returns>
    public static object? Expires(PSObject token) => Shown(token?.BaseObject switch
    {
        TokenAccess access => access.Expires,
        GraphInvalidateContext context => context.Expires,
        _ => null,
    });

    /// <summary>A time as text.</summary>
    /// <param name="time">The time.</param>
    /// <param name="arguments">A format and a provider of formats, where the caller wants others.</param>
    /// <returns>ISO 8601, where no format is given.</returns>
    public static string ToString(PSObject time, params object?[] arguments)
    {
        DateTimeOffset known = (DateTimeOffset)time.BaseObject;
        object? first = arguments?.Length > 0 ? arguments[0] : null;
        object? second = arguments?.Length > 1 ? arguments[1] : null;
        return arguments is null || arguments.Length == 0
            ? known.ToString("o", CultureInfo.InvariantCulture)
            : known.ToString(first as string, first as IFormatProvider ?? second as IFormatProvider);
    }

    private static PSObject? Shown(DateTimeOffset? time)
    {
        if (time is not { } known)
        {
            return null;
        }
        PSObject shown = new(known);
        shown.Methods.Add(new PSCodeMethod(nameof(ToString), Text));
        return shown;
    }
}
