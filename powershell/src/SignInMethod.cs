using System;
using System.Security;

namespace GraphInvalidate.PowerShell;

/// <summary>
/// How a connection signs in. What is secret stays closed, and is opened only while a client is made of it.
/// </summary>
internal sealed class SignInMethod : IDisposable
{
    private readonly GraphInvalidateCredential _credential;
    private readonly SecureString? _clientSecret;
    private readonly SecureString? _certificatePassword;
    private readonly Func<string, byte[]>? _certificate;

    /// <summary>
    /// Sets it up: the credential holds no secret, the secrets are copied, and a certificate is taken out when it is
    /// needed, under a password.
    /// </summary>
    internal SignInMethod(
        TokenCredentialType type,
        GraphInvalidateCredential credential,
        SecureString? clientSecret = null,
        SecureString? certificatePassword = null,
        Func<string, byte[]>? certificate = null)
    {
        Type = type;
        _credential = credential;
        _clientSecret = clientSecret?.Copy();
        _certificatePassword = certificatePassword?.Copy();
        _certificate = certificate;
    }

    internal TokenCredentialType Type { get; }

    /// <summary>The tenant and the application as they were given, where they were.</summary>
    internal string? Tenant => _credential.Tenant;

    internal string? ClientId => _credential.ClientId;

    /// <summary>Makes a client that signs in this way.</summary>
    internal GraphInvalidateClient Make(GraphInvalidateClientOptions options)
    {
        using PlainText clientSecret = new(_clientSecret);
        using PlainText certificatePassword = new(_certificatePassword);
        // Without any password the systems write files of two kinds; with one there is no doubt.
        string? exported = _certificate is null ? null : Guid.NewGuid().ToString();
        byte[]? certificate = _certificate?.Invoke(exported!);
        try
        {
            GraphInvalidateCredential credential = _credential with { CertificatePassword = exported ?? certificatePassword.Text, Certificate = certificate };
            if (clientSecret.Text is { } secret)
            {
                credential.ClientSecret = secret;
            }

            return new(options with { Credential = credential });
        }
        finally
        {
            Array.Clear(certificate ?? [], 0, certificate?.Length ?? 0);
        }
    }

    public void Dispose()
    {
        _clientSecret?.Dispose();
        _certificatePassword?.Dispose();
    }
}
