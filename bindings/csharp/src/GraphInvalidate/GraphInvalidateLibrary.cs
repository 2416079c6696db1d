using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;

namespace GraphInvalidate;

/// <summary>The native library behind the package: which file it is, and how to name another one.</summary>
/// <remarks>
/// An assembly that a plug-in host has loaded into a context of its own asks that context first. Otherwise the library
/// is looked for in <c>runtimes/&lt;rid&gt;/native</c> and beside the assembly, in the package that the assembly lies
/// in, and in the folders that the .NET host names for the application's packages, and nowhere else: no environment
/// variable and no search path of the system has a say. The first one that loads is taken.
/// </remarks>
public static unsafe class GraphInvalidateLibrary
{
#if NET
    /// <summary>The name by which a load context is asked for the library.</summary>
    private const string Name = "graph_invalidate";
#endif

    private static readonly object Loading = new();
    private static string? s_named;
    private static string? s_filePath;
    private static nint s_library;

    /// <summary>The full path of the native library. Loads it where that has not happened yet.</summary>
    /// <exception cref="GraphInvalidateLibraryException">The native library is missing, or is not the one that
    /// fits.</exception>
    public static string FilePath => Load();

    /// <summary>The version of the native library. Loads it where that has not happened yet.</summary>
    /// <exception cref="GraphInvalidateLibraryException">The native library is missing, or is not the one that
    /// fits.</exception>
    public static string Version => NativeStrings.Read(((delegate* unmanaged[Cdecl]<byte*>)Function("graph_version"))())!;

    /// <summary>
    /// Names the file of the native library, instead of the one in the package. To be called before anything else.
    /// </summary>
    /// <param name="filePath">A full path.</param>
    /// <exception cref="ArgumentException">The path is not a full path.</exception>
    /// <exception cref="InvalidOperationException">Another file has been loaded already; it stays loaded as long as the
    /// process.</exception>
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
            return s_filePath ??= s_named is null ? FromContext() ?? FromPlaces() : FromFile(s_named);
        }
    }

    /// <summary>
    /// The address of an exported function of the library, which is loaded where that has not happened yet.
    /// </summary>
    internal static nint Function(string name)
    {
        Load();
        return NativeLoader.Find(s_library, name);
    }

    private static string FromFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new GraphInvalidateLibraryException($"There is no native library for {Rids()[0]} at {path}.", path);
        }

        s_library = Check(Open(path), path);
        return path;
    }

#if NET
    /// <summary>What the context gives that has loaded this assembly, where it is one of a host's own.</summary>
    private static string? FromContext()
    {
        nint library = NativeLoader.AskContext(Name);
        if (library == 0)
        {
            return null;
        }

        Check(library, "What the assembly's load context gives");
        s_library = library;
        return NativeLoader.PathOf(NativeLoader.Find(library, "graph_version")) ?? Name;
    }
#else
    /// <summary>There are no load contexts in .NET Standard.</summary>
    private static string? FromContext() => null;
#endif

    /// <summary>The first file that loads; where none does, each with its reason.</summary>
    private static string FromPlaces()
    {
        string[] places = [.. Places().Distinct()];
        List<GraphInvalidateLibraryException> refused = [];
        foreach (string place in places.Where(File.Exists))
        {
            try
            {
                return FromFile(place);
            }
            catch (GraphInvalidateLibraryException failure)
            {
                refused.Add(failure);
            }
        }

        throw refused.Count switch
        {
            0 => new GraphInvalidateLibraryException(
                $"There is no native library for {Rids()[0]} at {string.Join(", nor at ", places)}. {WhatThereIs()}"),
            1 => refused[0],
            _ => new GraphInvalidateLibraryException(
                string.Join("\n", refused.Select(failure => failure.Message)), refused[0].FilePath, new AggregateException(refused)),
        };
    }

    /// <summary>For which platforms the package has a library, and what to do.</summary>
    private static string WhatThereIs()
    {
        string folder = AssemblyFolder();
        IEnumerable<string> roots = folder.Length == 0 ? [] : [Path.Combine(folder, "runtimes"), Path.GetFullPath(Path.Combine(folder, "..", "..", "runtimes"))];
        string[] platforms =
        [
            .. roots.Where(Directory.Exists)
                .SelectMany(Directory.GetDirectories)
                .Where(platform => Directory.Exists(Path.Combine(platform, "native"))
                    && Directory.GetFiles(Path.Combine(platform, "native"), "*graph_invalidate*").Length > 0)
                .Select(platform => Path.GetFileName(platform))
                .Distinct()
                .OrderBy(platform => platform, StringComparer.Ordinal),
        ];
        string there = platforms.Length == 0 ? "no library for any platform" : "libraries for " + string.Join(", ", platforms);
        return $"This package has {there}: install one that has yours, or name a file with GraphInvalidateLibrary.UseFile.";
    }

    private static IEnumerable<string> Places()
    {
        foreach (string folder in new[] { AssemblyFolder(), AppContext.BaseDirectory }.Where(folder => folder.Length > 0))
        {
            foreach (string rid in Rids())
            {
                yield return Path.Combine(folder, "runtimes", rid, "native", FileName);
            }

            yield return Path.Combine(folder, FileName);

            // NuGet's own folder, from which F# scripts and notebooks load the assembly in lib/net10.0.
            foreach (string rid in Rids())
            {
                yield return Path.GetFullPath(Path.Combine(folder, "..", "..", "runtimes", rid, "native", FileName));
            }
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
        "SingleFile", "IL3000", Justification = "It is empty in a single file, and the application's folder is looked in.")]
#endif
    private static string AssemblyFolder() => Path.GetDirectoryName(typeof(GraphInvalidateLibrary).Assembly.Location) ?? string.Empty;

    private static bool Is(OSPlatform platform) => RuntimeInformation.IsOSPlatform(platform);

    /// <summary>
    /// This platform's names for the folders of packages, the likelier one first: a C library of the other kind refuses
    /// to load.
    /// </summary>
    private static string[] Rids()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return Is(OSPlatform.Windows) ? ["win-" + architecture]
            : Is(OSPlatform.OSX) ? ["osx-" + architecture]
            : IsMusl ? ["linux-musl-" + architecture, "linux-" + architecture]
            : ["linux-" + architecture, "linux-musl-" + architecture];
    }

    /// <summary>Whether the runtime itself was made for musl: it says so.</summary>
    private static bool IsMusl => (AppContext.GetData("RUNTIME_IDENTIFIER") as string)?.IndexOf("musl", StringComparison.Ordinal) >= 0;

    private static string FileName =>
        Is(OSPlatform.Windows) ? "graph_invalidate.dll"
        : Is(OSPlatform.OSX) ? "libgraph_invalidate.dylib"
        : "libgraph_invalidate.so";

    private static nint Open(string path)
    {
        try
        {
            return Fault(path) is string fault
                ? throw new GraphInvalidateLibraryException($"{path} {fault}", path)
                : NativeLoader.Open(path);
        }
        catch (Exception refused) when (
            refused is (DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException)
                and not GraphInvalidateLibraryException)
        {
            throw new GraphInvalidateLibraryException($"{path} cannot be loaded as a native library: {refused.Message}", path, refused);
        }
    }

    /// <summary>
    /// What is wrong with a library of Linux, as far as its beginning tells: one that ends before the table of its
    /// sections does, which stands at its end, could end the process by SIGBUS, and of one for another processor the
    /// system would say that there is no such file.
    /// </summary>
    private static string? Fault(string path)
    {
        byte[] head = BeginningOf(path, out long size);
        if (BitConverter.ToUInt32(head, 0) != 0x464C_457F || head[4] != 2)
        {
            return null;
        }

        long end = BitConverter.ToInt64(head, 40) + ((long)BitConverter.ToUInt16(head, 58) * BitConverter.ToUInt16(head, 60));
        return end > size ? "is cut short: install the package again."
            : IsForThisProcessor(head) ? null
            : "is for another processor than this program: install the package for this one.";
    }

    private static bool IsForThisProcessor(byte[] head)
    {
        try
        {
            byte[] program = BeginningOf("/proc/self/exe", out _);
            return BitConverter.ToUInt32(program, 0) != BitConverter.ToUInt32(head, 0) || BitConverter.ToUInt16(program, 18) == BitConverter.ToUInt16(head, 18);
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>The first 64 bytes of a file; zeros where it has no more.</summary>
    private static byte[] BeginningOf(string path, out long size)
    {
        using FileStream file = File.OpenRead(path);
        byte[] head = new byte[64];
        size = file.Length;
        return file.Read(head, 0, head.Length) == head.Length ? head : new byte[head.Length];
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
