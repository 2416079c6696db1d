using System;
using System.Runtime.InteropServices;
using System.Security;

namespace GraphInvalidate.PowerShell;

/// <summary>The text inside a SecureString, for as long as it takes to hand it over; wiped then.</summary>
internal sealed unsafe class PlainText : IDisposable
{
    internal PlainText(SecureString? secret) => Text = secret is null ? null : Read(secret);

    /// <summary>
    /// The text, whole: a NUL in it is the library's to refuse. Null where there is no secret. Nothing may keep it.
    /// </summary>
    internal string? Text { get; }

    public void Dispose()
    {
        // The text was made here and is nobody else's; an empty one, which is, has nothing to wipe.
        fixed (char* characters = Text)
        {
            for (int index = 0; index < Text?.Length; index++)
            {
                characters[index] = '\0';
            }
        }
    }

    internal static string Read(SecureString secret)
    {
        IntPtr text = Marshal.SecureStringToBSTR(secret);
        try
        {
            return Marshal.PtrToStringBSTR(text);
        }
        finally
        {
            Marshal.ZeroFreeBSTR(text);
        }
    }
}
