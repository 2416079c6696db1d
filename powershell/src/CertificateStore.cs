using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GraphInvalidate.PowerShell;

/// <summary>
/// Finds certificates where Connect-MgGraph does, and takes them out with their private key, in memory alone.
/// </summary>
internal static class CertificateStore
{
    private const string Instead = "give its file with -CertificateFile";

    internal static byte[] ExportByThumbprint(string thumbprint, string password)
    {
        // Copied from a dialogue of Windows it has spaces, and in front a mark that nobody sees.
        string digits = new([.. thumbprint.Where(Uri.IsHexDigit)]);
        using X509Certificate2 found = Find(certificate => Same(certificate.Thumbprint, digits), $"the thumbprint {thumbprint}");
        return Export(found, password);
    }

    internal static byte[] ExportBySubjectName(string subject, string password)
    {
        using X509Certificate2 found = Find(
            certificate => Same(certificate.Subject, subject)
                || Same(certificate.Subject.Replace(", ", ","), subject.Replace(", ", ","))
                || Same(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), subject),
            $"the subject name {subject}");
        return Export(found, password);
    }

    /// <summary>The certificate with its key as the bytes of a PFX file, for the caller to wipe.</summary>
    internal static byte[] Export(X509Certificate2 certificate, string password)
    {
        string name = "The certificate";
        try
        {
            name = $"The certificate {certificate.Subject} ({certificate.Thumbprint})";
            return certificate.HasPrivateKey
                ? certificate.Export(X509ContentType.Pfx, password)
                : throw Refusal("CertificateWithoutKey", ErrorCategory.InvalidArgument, $"{name} has no private key here: import it with its key, or {Instead}.");
        }
        catch (Exception reason) when (reason.GetBaseException() is CryptographicException or NotSupportedException)
        {
            throw Refusal(
                "CertificateNotExportable",
                ErrorCategory.PermissionDenied,
                $"{name} cannot be taken out with its private key, which the native library signs with ({reason.GetBaseException().Message.TrimEnd('.')}): import it with an exportable key, or {Instead}.",
                reason);
        }
    }

    /// <summary>
    /// Of several the newest one that is valid and has its key; the current user's goes before the machine's.
    /// </summary>
    private static X509Certificate2 Find(Func<X509Certificate2, bool> isMeant, string what)
    {
        List<X509Certificate2> found = [.. In(StoreLocation.CurrentUser).Concat(In(StoreLocation.LocalMachine)).Where(certificate =>
        {
            if (isMeant(certificate))
            {
                return true;
            }

            certificate.Dispose();
            return false;
        })];
        X509Certificate2? best = found
            .OrderByDescending(certificate => certificate.HasPrivateKey)
            .ThenByDescending(certificate => certificate.NotBefore <= DateTime.Now && DateTime.Now <= certificate.NotAfter)
            .ThenByDescending(certificate => certificate.NotBefore)
            .FirstOrDefault();
        found.Where(certificate => certificate != best).ToList().ForEach(certificate => certificate.Dispose());
        return best ?? throw Refusal(
            "CertificateNotFound",
            ErrorCategory.ObjectNotFound,
            $"No certificate with {what} is in the stores CurrentUser\\My and LocalMachine\\My: import it, or {Instead}.");
    }

    private static List<X509Certificate2> In(StoreLocation location)
    {
        using X509Store store = new(StoreName.My, location);
        try
        {
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            return [.. store.Certificates.Cast<X509Certificate2>()];
        }
        catch (Exception absent) when (absent is CryptographicException or PlatformNotSupportedException)
        {
            // Nobody has put anything there yet; or, outside Windows, there is no such store for the machine.
            return [];
        }
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static RuntimeException Refusal(string id, ErrorCategory category, string sentence, Exception? reason = null) =>
        new(sentence, reason, new ErrorRecord(new PSArgumentException(sentence), id, category, targetObject: null));
}
