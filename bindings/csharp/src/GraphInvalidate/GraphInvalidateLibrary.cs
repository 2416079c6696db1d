using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.System32)]

namespace GraphInvalidate;

/// <summary>The native library behind the package: which file it is, and how to name another one.</summary>
/// <remarks>
/// It is looked for in <c>runtimes/&lt;rid&gt;/native</c> and beside the assembly, in the folders that the .NET host names for
/// the application's packages, and nowhere else: no environment variable and no search path of the system has a say.
/// </remarks>
public static unsafe partial class GraphInvalidateLibrary
{
    /// <summary>The name by which the imports know the library.</summary>
    internal const string Name = "graph_invalidate";

    private static readonly object Loading = new();
    private static string? s_named;
    private static string? s_filePath;
    private static nint s_library;

    /// <summary>The full path of the native library. Loads it where that has not happened yet.</summary>
    /// <exception cref="GraphInvalidateLibraryException">The native library is missing, or is not the one that fits.</exception>
    public static string FilePath => Load();

    /// <summary>The version of the native library. Loads it where that has not happened yet.</summary>
    /// <exception cref="GraphInvalidateLibraryException">The native library is missing, or is not the one that fits.</exception>
    public static string Version =>
        Load() is null ? string.Empty : NativeStrings.Read(((delegate* unmanaged[Cdecl]<byte*>)Function("graph_version"))())!;

    /// <summary>Names the file of the native library, instead of the one in the package. To be called before anything else.</summary>
    /// <param name="filePath">A full path.</param>
    /// <exception cref="ArgumentException">The path is not a full path.</exception>
    /// <exception cref="InvalidOperationException">Another file has been loaded already; it stays loaded as long as the process.</exception>
    public static void UseFile(string filePath)
    {
        if (!Path.IsPathRooted(filePath))
        {
            throw new ArgumentException($"{filePath} is not a full path.", nameof(filePath));
        }

        lock (Loading)
        {
            string full = Path.GetFullPath(filePath);
            if (s_filePath is not null && full != s_filePath)
            {
                throw new InvalidOperationException($"The native library has been loaded already, from {s_filePath}.");
            }

            s_named = full;
        }
    }

    /// <summary>Loads the library once, and gives its path; a failure may be tried again.</summary>
    internal static string Load()
    {
        lock (Loading)
        {
            if (s_filePath is null)
            {
                string path = Find();
                s_library = Check(Open(path), path);
                s_filePath = path;
#if NET
                NativeLibrary.SetDllImportResolver(
                    typeof(GraphInvalidateLibrary).Assembly, static (name, _, _) => name == Name ? s_library : 0);
#endif
            }

            return s_filePath;
        }
    }

    /// <summary>The address of an exported function of the loaded library.</summary>
    internal static nint Function(string name) => NativeLoader.Find(s_library, name);

    private static string Find()
    {
        string[] places = s_named is null ? [.. Places().Distinct()] : [s_named];
        return places.FirstOrDefault(File.Exists)
            ?? throw new GraphInvalidateLibraryException($"There is no native library for {Rid} at {string.Join(", nor at ", places)}.", s_named);
    }

    private static IEnumerable<string> Places()
    {
        foreach (string folder in new[] { AssemblyFolder(), AppContext.BaseDirectory })
        {
            yield return Path.Combine(folder, "runtimes", Rid, "native", FileName);
            yield return Path.Combine(folder, FileName);
        }

        // Where the .NET host has found the native files of the application's packages.
        string folders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty;
        foreach (string folder in folders.Split([Path.PathSeparator], StringSplitOptions.RemoveEmptyEntries))
        {
            yield return Path.Combine(folder, FileName);
        }
    }

#if NET
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage(
        "SingleFile", "IL3000", Justification = "It is empty in a single file, and the application's folder is taken.")]
#endif
    private static string AssemblyFolder()
    {
        string location = typeof(GraphInvalidateLibrary).Assembly.Location;
        return location.Length == 0 ? AppContext.BaseDirectory : Path.GetDirectoryName(location)!;
    }

    private static bool Is(OSPlatform platform) => RuntimeInformation.IsOSPlatform(platform);

    private static string Rid =>
        (Is(OSPlatform.Windows) ? "win-" : Is(OSPlatform.OSX) ? "osx-" : "linux-")
        + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static string FileName =>
        Is(OSPlatform.Windows) ? "graph_invalidate.dll"
        : Is(OSPlatform.OSX) ? "libgraph_invalidate.dylib"
        : "libgraph_invalidate.so";

    private static nint Open(string path)
    {
        try
        {
            return NativeLoader.Open(path);
        }
        catch (Exception refused) when (refused is DllNotFoundException or BadImageFormatException)
        {
            throw new GraphInvalidateLibraryException($"{path} cannot be loaded as a native library: {refused.Message}", path, refused);
        }
    }

    private static nint Check(nint library, string path)
    {
        nint function = NativeLoader.Find(library, "graph_abi_version");
        if (function == 0)
        {
            throw new GraphInvalidateLibraryException($"{path} is another library: it has no graph_abi_version.", path);
        }

        const uint Ours = Native.GRAPH_INVALIDATE_ABI_VERSION;
        uint found = ((delegate* unmanaged[Cdecl]<uint>)function)();
        string? missing = found == Ours ? NativeFunctions.Names.FirstOrDefault(name => NativeLoader.Find(library, name) == 0) : null;
        return found == Ours && missing is null
            ? library
            : throw new GraphInvalidateLibraryException(
                $"{path} has ABI {found}{(missing is null ? string.Empty : $" and no {missing}")}: it is {(found > Ours ? "newer" : "older")} "
                + $"than this assembly, which is for ABI {Ours}. Install both from one version.",
                path);
    }
}
