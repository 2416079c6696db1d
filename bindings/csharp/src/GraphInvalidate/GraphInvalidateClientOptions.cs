using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace GraphInvalidate;

/// <summary>How a <see cref="GraphInvalidateClient"/> is set up. Everything left out has a sensible default.</summary>
public sealed partial record GraphInvalidateClientOptions
{
    /// <summary>
    /// Is asked for an access token for each call, and once more after a call whose token had expired; caching is its
    /// own affair. What it gives goes with that call alone, so that one client serves many identities.
    /// </summary>
    /// <remarks>
    /// It is asked with the execution context of whoever calls (<see cref="AsyncLocal{T}"/>): on the calling thread
    /// where that has a <see cref="SynchronizationContext"/>, otherwise on another one, so that a provider that blocks
    /// holds nobody up. It is given a cancellation token, and should obey it; a call ends in its time all the same.
    /// Where it throws, the call fails with a <see cref="TokenException"/> whose inner exception is what it threw. It
    /// takes the place of <see cref="AccessToken"/> and <see cref="Credential"/>.
    /// </remarks>
#if NET
    [System.Text.Json.Serialization.JsonIgnore]
#endif
    public Func<CancellationToken, Task<string>>? AccessTokenProvider { get; set; }

    /// <summary>
    /// Whether the provider may run on no other thread than the one that calls: script blocks belong to their runspace.
    /// </summary>
    internal bool AsksOnCallingThread { get; set; }

    /// <summary>
    /// The environment as .NET has it: outside Windows the native library does not see what a program has set in it.
    /// </summary>
    private static Dictionary<string, string> Own() => System.Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? string.Empty);
}
