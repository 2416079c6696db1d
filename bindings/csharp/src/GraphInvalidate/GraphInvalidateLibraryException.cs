using System;

namespace GraphInvalidate;

/// <summary>
/// The native library is missing, cannot be loaded, is another library, or is older or newer than this assembly.
/// </summary>
public sealed class GraphInvalidateLibraryException : DllNotFoundException
{
    internal GraphInvalidateLibraryException(string message, string? filePath = null, Exception? innerException = null)
        : base(message, innerException) => FilePath = filePath;

    /// <summary>The file that was tried; null where none was found.</summary>
    public string? FilePath { get; }
}
