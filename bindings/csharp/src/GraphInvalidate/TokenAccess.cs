using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace GraphInvalidate;

/// <summary>What a client's access token may do, by its own claims, which are no proof; never the token.</summary>
public sealed partial class TokenAccess
{
    /// <summary>Shows whose token it is, and whether anything will work.</summary>
    /// <returns>The kind of token, the user or application, the tenant and the status.</returns>
    public override string ToString() =>
        $"{Kind ?? "unknown"} token of {User ?? Application ?? ApplicationId ?? Id ?? "nobody known"} in tenant {Tenant ?? "unknown"}: {Status}";

    /// <summary>Reads what the native library knows, and frees it; throws where the call has failed.</summary>
    internal static unsafe TokenAccess Take(int status, graph_access* native, graph_outcome* failure, CancellationToken cancellationToken)
    {
        if (status != 0)
        {
            InvalidateOutcome.Take(status, failure).OrThrow(cancellationToken);
        }

        try
        {
            return new TokenAccess(native);
        }
        finally
        {
            Native.graph_access_free(native);
        }
    }
}

/// <summary>Whether the token may do one job.</summary>
public sealed partial class TokenAccessFinding
{
    /// <summary>Shows the finding in one line.</summary>
    /// <returns>Job, verdict and reason.</returns>
    public override string ToString() => $"{Job}: {Verdict}: {Reason}";

    internal static unsafe IReadOnlyList<TokenAccessFinding> Read(graph_access_finding** native, nuint length)
    {
        TokenAccessFinding[] findings = new TokenAccessFinding[(int)length];
        for (int index = 0; index < findings.Length; index++)
        {
            findings[index] = new TokenAccessFinding(native[index]);
        }

        return Array.AsReadOnly(findings);
    }
}
