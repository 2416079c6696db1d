using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>
/// The driver program under both runtimes: .NET with the binding for it, mono with the one for .NET Standard.
/// </summary>
public sealed class Driver : IAsyncLifetime
{
    private const string ForwarderName = "System.Runtime.InteropServices.RuntimeInformation.dll";

    private const string Forwarder = """
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        [assembly: System.Reflection.AssemblyVersion("4.0.0.0")]
        [assembly: TypeForwardedTo(typeof(RuntimeInformation))]
        [assembly: TypeForwardedTo(typeof(OSPlatform))]
        [assembly: TypeForwardedTo(typeof(Architecture))]
        """;

    /// <summary>Both runtimes, by the names that tests are given.</summary>
    public static TheoryData<string> Runtimes => ["dotnet", "mono"];

    /// <summary>Where the driver for mono lies; .NET Framework would have the two facades in itself.</summary>
    private static string MonoFolder => Path.Combine(Project.Artifacts, "mono");

    private static string Built(string project, string pivot) => Path.Combine(Project.Artifacts, "bin", project, pivot);

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(MonoFolder);
        string binding = Path.Combine(MonoFolder, "GraphInvalidate.dll"), facade = Path.Combine(MonoFolder, "netstandard.dll");
        File.Copy(Path.Combine(Built("GraphInvalidate", $"{Project.Configuration}_netstandard2.0"), "GraphInvalidate.dll"), binding, overwrite: true);
        File.Copy(Path.Combine(Project.Facades, "netstandard.dll"), facade, overwrite: true);
        string forwarder = Path.Combine(MonoFolder, "forwarder.cs");
        await File.WriteAllTextAsync(forwarder, Forwarder);
        await Programs.RunAsync("mcs", "-target:library", $"-out:{Path.Combine(MonoFolder, ForwarderName)}", forwarder);
        string[] sources = Directory.GetFiles(Path.Combine(Project.Root, "bindings/csharp/tests/Driver"), "*.cs");
        string[] references = [binding, facade, "System.Runtime.Serialization.dll", "System.Xml.dll", "System.Xml.Linq.dll"];
        await Programs.RunAsync("mcs", [$"-out:{MonoFolder}/Driver.exe", .. references.Select(reference => $"-r:{reference}"), .. sources]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Puts the facade that mono refuses to take from the SDK into a folder with a program.</summary>
    internal static void Forward(string folder) => File.Copy(Path.Combine(MonoFolder, ForwarderName), Path.Combine(folder, ForwarderName), overwrite: true);

    /// <summary>Runs it, by way of the program whose words are the start where there is one.</summary>
    internal static Task<string> RunAsync(
        string runtime, IEnumerable<string> arguments, string input = "", Dictionary<string, string?>? environment = null, IEnumerable<string>? start = null)
    {
        string[] words = runtime == "mono"
            ? [.. start ?? [], "mono", "--debug", Path.Combine(MonoFolder, "Driver.exe"), .. arguments]
            : [.. start ?? [], Programs.Dotnet, "exec", Path.Combine(Built("Driver", Project.Configuration), "Driver.dll"), .. arguments];
        return Programs.RunAsync(new Programs.Request(words[0], words.Skip(1), input, Environment: environment));
    }

    internal static Task<string> RunAsync(string runtime, params string[] arguments) => RunAsync(runtime, arguments.AsEnumerable());

    /// <summary>The folder of the assembly that the driver runs with.</summary>
    internal static string FolderOf(string runtime) => runtime == "mono" ? MonoFolder : Built("Driver", Project.Configuration);
}
