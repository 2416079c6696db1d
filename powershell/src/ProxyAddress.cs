using System;
using System.Management.Automation;
using System.Security;

namespace GraphInvalidate.PowerShell;

/// <summary>
/// What -Proxy and -ProxyCredential say together. The password stays closed, and is opened only while a client is made
/// of it.
/// </summary>
internal sealed class ProxyAddress : IDisposable
{
    private readonly Uri _address;
    private readonly PSCredential? _credential;
    private readonly SecureString? _password;

    private ProxyAddress(Uri address, PSCredential? credential)
    {
        _address = address;
        _credential = credential;
        _password = credential?.Password.Copy();
    }

    internal static ProxyAddress? Of(Uri? address, PSCredential? credential) => address is null ? null : new(address, credential);

    /// <summary>Whether this is what these two say.</summary>
    internal bool IsOf(Uri? address, PSCredential? credential) =>
        address?.OriginalString == _address.OriginalString && ReferenceEquals(credential, _credential);

    /// <summary>
    /// The address with its credentials, as the library takes it; one that is none is the library's to refuse.
    /// </summary>
    internal string Open()
    {
        if (_credential is null || !_address.IsAbsoluteUri)
        {
            return _address.OriginalString;
        }

        using PlainText password = new(_password);
        return new UriBuilder(_address)
        {
            UserName = Uri.EscapeDataString(_credential.UserName),
            Password = Uri.EscapeDataString(password.Text!),
        }.Uri.AbsoluteUri;
    }

    public void Dispose() => _password?.Dispose();
}
