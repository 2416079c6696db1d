using System;
using System.Runtime.InteropServices;
#if NET
using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
#else
using System.ComponentModel;
using System.Text;
#endif

namespace GraphInvalidate;

/// <summary>Opens a library by its full path, and finds functions in it.</summary>
internal static class NativeLoader
{
#if NET
    internal static nint Open(string path) =>
        NativeLibrary.Load(path, typeof(NativeLoader).Assembly, DllImportSearchPath.UseDllDirectoryForDependencies | DllImportSearchPath.System32);

    internal static nint Find(nint library, string name) =>
        NativeLibrary.TryGetExport(library, name, out nint function) ? function : 0;

    /// <summary>
    /// Asks the load context of this assembly for a native library, where it is not the application's own; 0: it has
    /// none. Nothing else is looked through but the assembly's own folder.
    /// </summary>
    internal static nint AskContext(string name)
    {
        Assembly assembly = typeof(NativeLoader).Assembly;
        return AssemblyLoadContext.GetLoadContext(assembly) is { } context && context != AssemblyLoadContext.Default
            && NativeLibrary.TryLoad(name, assembly, DllImportSearchPath.AssemblyDirectory, out nint library) ? library : 0;
    }

    /// <summary>The file of the loaded library that holds an address.</summary>
    internal static string? PathOf(nint address)
    {
        using Process self = Process.GetCurrentProcess();
        foreach (ProcessModule module in self.Modules)
        {
            if (address >= module.BaseAddress && address < module.BaseAddress + module.ModuleMemorySize)
            {
                return module.FileName;
            }
        }

        return null;
    }
#else
    private const uint LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR = 0x100;
    private const uint LOAD_LIBRARY_SEARCH_SYSTEM32 = 0x800;
    private const int RTLD_NOW = 2;

    private static readonly bool IsWindows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    internal static nint Open(string path)
    {
        _ = IsWindows ? null : LastError(); // Forgets what went wrong before, and finds the function while nothing has.
        nint library = IsWindows
            ? LoadLibraryExW(path, 0, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32)
            : Unix(() => Libdl.dlopen(ForC(path), RTLD_NOW), () => Libc.dlopen(ForC(path), RTLD_NOW));
        return library != 0 ? library : throw new DllNotFoundException(LastError());
    }

    internal static nint Find(nint library, string name) => IsWindows
        ? GetProcAddress(library, name)
        : Unix(() => Libdl.dlsym(library, ForC(name)), () => Libc.dlsym(library, ForC(name)));

    private static byte[] ForC(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private static string LastError() => IsWindows
        ? new Win32Exception(Marshal.GetLastWin32Error()).Message
        : Marshal.PtrToStringAnsi(Unix(Libdl.dlerror, Libc.dlerror)) ?? "no reason given";

    /// <summary>
    /// The functions are in libdl with older C libraries and in libc with newer ones, musl and macOS.
    /// </summary>
    private static nint Unix(Func<nint> older, Func<nint> newer)
    {
        try
        {
            return older();
        }
        catch (DllNotFoundException)
        {
            return newer();
        }
    }

    [DllImport("kernel32", SetLastError = true, CharSet = CharSet.Unicode), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint LoadLibraryExW(string path, nint reserved, uint flags);

    [DllImport("kernel32", BestFitMapping = false), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint GetProcAddress(nint library, [MarshalAs(UnmanagedType.LPStr)] string name);

    private static class Libdl
    {
        private const string Name = "libdl.so.2";

        [DllImport(Name), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern nint dlopen(byte[] path, int flags);

        [DllImport(Name), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern nint dlsym(nint library, byte[] name);

        [DllImport(Name), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern nint dlerror();
    }

    private static class Libc
    {
        private const string Name = "libc";

        [DllImport(Name), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern nint dlopen(byte[] path, int flags);

        [DllImport(Name), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern nint dlsym(nint library, byte[] name);

        [DllImport(Name), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern nint dlerror();
    }
#endif
}
