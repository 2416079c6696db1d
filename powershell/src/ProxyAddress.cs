using System;
using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>What -Proxy and -ProxyCredential say together.</summary>
internal static class ProxyAddress
{
    /// <summary>The proxy with its credentials; an address that is none is the library's to refuse.</summary>
    internal static string? Of(Uri? proxy, PSCredential? credential)
    {
        if (proxy is null || credential is null || !proxy.IsAbsoluteUri)
        {
            return proxy?.OriginalString;
        }

        return new UriBuilder(proxy)
        {
            UserName = Uri.EscapeDataString(credential.UserName),
            Password = Uri.EscapeDataString(credential.GetNetworkCredential().Password),
        }.Uri.AbsoluteUri;
    }
}
