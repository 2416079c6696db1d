using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>What holds in a process of its own, under .NET and under mono.</summary>
public sealed class DriverTests(Emulator emulator) : IClassFixture<Driver>
{
    public static TheoryData<string> Runtimes => Driver.Runtimes;

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task Calls_cancelling_providers_credentials_threads_and_disposal_work(string runtime)
    {
        await emulator.ResetAsync();

        string said = await Driver.RunAsync(runtime, ["exercise", Project.Library, emulator.Address], await emulator.TokenAsync());

        string[] lines = said.Split('\n');
        Assert.Equal(10, lines.Length);
        Assert.All(lines, line => Assert.EndsWith(": ok", line.TrimEnd(), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task What_is_forgotten_is_given_back_by_the_collector(string runtime)
    {
        await emulator.ResetAsync();
        // Under the name that the linker finds in it.
        string real = Path.Combine(Project.Artifacts, "libgraph_invalidate.so.1");
        File.Copy(Project.Library, real, overwrite: true);
        string source = await File.ReadAllTextAsync(Path.Combine(Project.Root, "bindings/csharp/tests/Driver/counting.c"));
        string counting = await CompileAsync("counting", source, "-Wl,--no-as-needed", real, "-Wl,-rpath,$ORIGIN", "-ldl");

        string said = await Driver.RunAsync(runtime, ["abandon", counting, emulator.Address], await emulator.TokenAsync());

        Dictionary<string, long[]> counts = said.Split('\n').Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words.Skip(1).Select(long.Parse).ToArray());
        Assert.Equal([100, 200, 400], new[] { counts["clients"][0], counts["cancellations"][0], counts["outcomes"][0] });
        // The collector of mono takes what looks like a pointer on the stack for one.
        long kept = runtime == "mono" ? 2 : 0;
        Assert.InRange(counts["clients"][1], 100 - kept, 100);
        Assert.Equal(200, counts["cancellations"][1]);
        Assert.Equal(400, counts["outcomes"][1]);
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task No_secret_is_left_in_native_memory_that_is_freed(string runtime)
    {
        await emulator.ResetAsync();
        string watching = await CompileAsync("freed", await File.ReadAllTextAsync(Path.Combine(Project.Root, "bindings/csharp/tests/Driver/freed.c")));
        string certificate = Path.Combine(Project.Certificates, "client.pfx");

        string said = await Driver.RunAsync(
            runtime, ["secrets", Project.Library, emulator.Address, certificate], environment: new() { ["LD_PRELOAD"] = watching });

        Assert.Equal(["emulated-control", "signed_in", "signed_in", "signed_in"], said.Split('\n'));
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task The_library_is_found_in_the_folder_of_its_platform_and_beside_the_assembly(string runtime)
    {
        string folder = Driver.FolderOf(runtime);
        string beside = Path.Combine(folder, Path.GetFileName(Project.Library)), platform = Path.Combine(folder, "runtimes", Rid, "native", Path.GetFileName(Project.Library));
        string other = Path.Combine(folder, "runtimes", "sunos-sparc", "native", Path.GetFileName(Project.Library));
        Directory.CreateDirectory(Path.GetDirectoryName(platform)!);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(other)!);
            await File.WriteAllTextAsync(other, "of another platform");
            string missing = await Driver.RunAsync(runtime, "load", "");
            Assert.EndsWith(
                "This package has libraries for sunos-sparc: install one that has yours, or name a file with GraphInvalidateLibrary.UseFile.",
                missing,
                StringComparison.Ordinal);
            Assert.StartsWith($"GraphInvalidateLibraryException: There is no native library for {Rid} at {platform}, nor at ", missing, StringComparison.Ordinal);
            Assert.Contains($", nor at {beside}", missing, StringComparison.Ordinal);

            File.Copy(Project.Library, beside);
            Assert.StartsWith(beside + " ", await Driver.RunAsync(runtime, "load", ""), StringComparison.Ordinal);

            File.Copy(Project.Library, platform);
            Assert.StartsWith(platform + " ", await Driver.RunAsync(runtime, "load", ""), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(beside);
            File.Delete(platform);
            File.Delete(other);
        }
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task The_first_file_that_loads_is_taken_and_where_none_does_each_has_its_reason(string runtime)
    {
        string folder = Driver.FolderOf(runtime), name = Path.GetFileName(Project.Library);
        string beside = Path.Combine(folder, name), platform = Path.Combine(folder, "runtimes", Rid, "native", name);
        string package = Path.GetFullPath(Path.Combine(folder, "..", "..", "runtimes", Rid, "native", name));
        Directory.CreateDirectory(Path.GetDirectoryName(platform)!);
        Directory.CreateDirectory(Path.GetDirectoryName(package)!);
        try
        {
            // As NuGet lays a package out: the assembly in lib/net10.0, two folders above the platforms.
            File.Copy(Project.Library, package);
            Assert.StartsWith(package + " ", await Driver.RunAsync(runtime, "load", ""), StringComparison.Ordinal);

            await File.WriteAllTextAsync(platform, "of another platform");
            Assert.StartsWith(package + " ", await Driver.RunAsync(runtime, "load", ""), StringComparison.Ordinal);

            File.Delete(package);
            File.Copy(await CompileAsync("another", "int nothing;"), beside);
            string refused = await Driver.RunAsync(runtime, "load", "");
            Assert.StartsWith($"GraphInvalidateLibraryException: {platform} cannot be loaded as a native library: ", refused, StringComparison.Ordinal);
            Assert.Contains($"\n{beside} is another library: it has no graph_abi_version.", refused, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(beside);
            File.Delete(platform);
            File.Delete(package);
        }
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task A_missing_library_is_named(string runtime) =>
        Assert.Equal($"GraphInvalidateLibraryException: There is no native library for {Rid} at /nowhere/library.so.", await Driver.RunAsync(runtime, "load", "/nowhere/library.so"));

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task A_path_that_depends_on_the_current_folder_is_refused(string runtime) =>
        Assert.StartsWith("ArgumentException: library.so is not a full path.", await Driver.RunAsync(runtime, "load", "library.so"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task A_file_that_is_no_library_is_named_with_the_reason(string runtime)
    {
        string file = Path.Combine(Project.Artifacts, "no-library.so");
        await File.WriteAllTextAsync(file, "This is text.");

        string said = await Driver.RunAsync(runtime, "load", file);

        Assert.StartsWith($"GraphInvalidateLibraryException: {file} cannot be loaded as a native library: ", said, StringComparison.Ordinal);
        Assert.Contains("file too short", said, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task A_library_that_is_cut_short_is_refused_and_ends_no_process(string runtime)
    {
        byte[] whole = await File.ReadAllBytesAsync(Project.Library);
        foreach (int length in new[] { 64, 5000, whole.Length / 2, whole.Length * 9 / 10, whole.Length - 1 })
        {
            string file = Path.Combine(Project.Artifacts, "cut-short.so");
            await File.WriteAllBytesAsync(file, whole[..length]);

            Assert.Equal($"GraphInvalidateLibraryException: {file} is cut short: install the package again.", await Driver.RunAsync(runtime, "load", file));
        }
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task A_library_of_another_processor_is_named(string runtime)
    {
        byte[] content = await File.ReadAllBytesAsync(Project.Library);
        content[18] = 21; // That of PowerPC.
        string file = Path.Combine(Project.Artifacts, "other-processor.so");
        await File.WriteAllBytesAsync(file, content);

        Assert.Equal(
            $"GraphInvalidateLibraryException: {file} is for another processor than this program: install the package for this one.",
            await Driver.RunAsync(runtime, "load", file));
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task Another_library_is_known_by_what_it_lacks(string runtime)
    {
        string file = await CompileAsync("another", "int another(void) { return 1; }");

        Assert.Equal($"GraphInvalidateLibraryException: {file} is another library: it has no graph_abi_version.", await Driver.RunAsync(runtime, "load", file));
    }

    [Theory]
    [InlineData("dotnet", 0, "older")]
    [InlineData("dotnet", 2, "newer")]
    [InlineData("mono", 0, "older")]
    [InlineData("mono", 2, "newer")]
    public async Task A_library_of_another_abi_is_named_with_both_numbers(string runtime, int abi, string which)
    {
        string file = await CompileAsync($"abi-{abi}", $"unsigned graph_abi_version(void) {{ return {abi}; }}");

        Assert.Equal(
            $"GraphInvalidateLibraryException: {file} has ABI {abi}: it is {which} than this assembly, which is for ABI 1. Install both from one version.",
            await Driver.RunAsync(runtime, "load", file));
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task An_older_library_of_the_same_abi_is_known_by_what_it_lacks(string runtime)
    {
        string file = await CompileAsync("older", "unsigned graph_abi_version(void) { return 1; }");

        Assert.Equal(
            $"GraphInvalidateLibraryException: {file} has ABI 1 and no graph_access_free: it is older than this assembly, which is for ABI 1. Install both from one version.",
            await Driver.RunAsync(runtime, "load", file));
    }

    private static string Rid => "linux-" + System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static async Task<string> CompileAsync(string name, string source, params string[] libraries)
    {
        string file = Path.Combine(Project.Artifacts, name + ".so"), code = Path.Combine(Project.Artifacts, name + ".c");
        await File.WriteAllTextAsync(code, source);
        await Programs.RunAsync("gcc", ["-shared", "-fPIC", "-Wall", "-Werror", $"-I{Project.Root}include", "-o", file, code, .. libraries]);
        return file;
    }
}
