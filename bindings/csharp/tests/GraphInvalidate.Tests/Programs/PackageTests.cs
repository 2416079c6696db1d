using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using System.Xml.Linq;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>The package as it would be published, and a new project that knows nothing but it.</summary>
public sealed class PackageTests(Emulator emulator) : IClassFixture<Driver>
{
    private static string Folder => Path.Combine(Project.Root, "target", "package", "csharp");

    private static string Version => Regex.Match(File.ReadAllText(Path.Combine(Project.Root, "Cargo.toml")), "(?m)^version = \"(.+)\"").Groups[1].Value;

    private static string Package => Path.Combine(Folder, $"GraphInvalidate.Client.{Version}.nupkg");

    [Fact]
    public void The_package_holds_both_builds_the_library_the_readme_and_the_licences()
    {
        using ZipArchive package = ZipFile.OpenRead(Package);
        string[] names = [.. package.Entries.Select(entry => entry.FullName)];

        Assert.Superset(
            new HashSet<string>(
            [
                "lib/netstandard2.0/GraphInvalidate.dll", "lib/netstandard2.0/GraphInvalidate.xml", "lib/net10.0/GraphInvalidate.dll",
                "lib/net10.0/GraphInvalidate.xml", "runtimes/linux-x64/native/libgraph_invalidate.so", "README.md", "LICENSE-MIT",
                "LICENSE-APACHE", "buildTransitive/net461/GraphInvalidate.Client.targets",
            ]),
            names.ToHashSet());
        Assert.DoesNotContain(names, name => name.StartsWith("lib/", StringComparison.Ordinal) && Path.GetFileNameWithoutExtension(name) != "GraphInvalidate");
    }

    [Fact]
    public void The_package_depends_on_nothing()
    {
        XElement metadata = Metadata();

        Assert.DoesNotContain(metadata.Descendants(), element => element.Name.LocalName == "dependency");
        Assert.Equal("MIT OR Apache-2.0", metadata.Elements().Single(element => element.Name.LocalName == "license").Value);
        Assert.Equal("README.md", metadata.Elements().Single(element => element.Name.LocalName == "readme").Value);
    }

    [Fact]
    public void The_symbols_are_a_package_of_their_own_and_name_no_folder_of_the_build()
    {
        using ZipArchive symbols = ZipFile.OpenRead(Path.ChangeExtension(Package, ".snupkg"));
        foreach (string target in new[] { "netstandard2.0", "net10.0" })
        {
            using MemoryStream content = new();
            using Stream entry = symbols.GetEntry($"lib/{target}/GraphInvalidate.pdb")!.Open();
            entry.CopyTo(content);
            string text = System.Text.Encoding.Latin1.GetString(content.ToArray());
            Assert.StartsWith("BSJB", text, StringComparison.Ordinal);
            Assert.DoesNotContain(Project.Root.TrimEnd('/'), text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_new_project_runs_the_readme_and_the_lines_of_the_migration_guide()
    {
        string folder = Directory.CreateTempSubdirectory("graph-invalidate-consumer-").FullName;
        try
        {
            await DotnetAsync(folder, "new", "console", "--framework", "net10.0");
            string readme = await File.ReadAllTextAsync(Path.Combine(Project.Root, "bindings/csharp/README.md"));
            Match install = Regex.Match(readme, @"\$ dotnet (add package GraphInvalidate.Client --source) ");
            await DotnetAsync(folder, [.. install.Groups[1].Value.Split(' '), Folder]);
            Dictionary<string, string?> environment = await TokenAndEndpointAsync();
            environment["AZURE_TENANT_ID"] = "c0ffee00-1111-4222-8333-444455556666";
            environment["AZURE_CLIENT_ID"] = SignInTests.Application.ClientId;
            environment["AZURE_CLIENT_SECRET"] = SignInTests.Application.ClientSecret;
            environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = emulator.Address;
            environment["SYSTEM_OIDCREQUESTURI"] = $"{emulator.Address}/azure-pipelines/_apis/distributedtask/hubs/build/plans/1/jobs/2/oidctoken";
            environment["SYSTEM_ACCESSTOKEN"] = "emulated-access-token";
            environment["AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"] = "5eed0000-0000-4000-8000-000000000001";
            await File.WriteAllTextAsync(Path.Combine(folder, "token.txt"), environment["GRAPH_INVALIDATE_TOKEN"]);
            File.Copy(Path.Combine(Project.Certificates, "client.pem"), Path.Combine(folder, "client.pem"));
            await File.WriteAllLinesAsync(Path.Combine(folder, "users.txt"), [Emulator.Adele, "o'brien@contoso.example"]);
            string guides = await File.ReadAllTextAsync(Path.Combine(Project.Root, "docs/migrate.md"));
            string guide = Regex.Match(guides, "(?s)\n## C#\n(.*?)\n## ").Groups[1].Value;
            string front = await File.ReadAllTextAsync(Path.Combine(Project.Root, "README.md"));
            await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), ProgramOf(readme, guide, front));

            string said = await DotnetAsync(folder, environment, "run");

            string[] lines = said.Split('\n');
            Assert.StartsWith("adele.vance@contoso.example: verified: Sign-in sessions are valid from ", lines[0], StringComparison.Ordinal);
            Assert.StartsWith("user_not_found: Resource 'nobody@contoso.example' does not exist", lines[1], StringComparison.Ordinal);
            Assert.Equal("me: accepted", lines[^1]);
            Assert.Contains(lines, line => line.StartsWith("o'brien@contoso.example: verified", StringComparison.Ordinal));
            string[] paths = [.. (await emulator.RequestsAsync()).Select(request => request.GetProperty("path").GetString()!)];
            Assert.Contains("/v1.0/me/revokeSignInSessions", paths);
            Assert.Contains("application in c0ffee00-1111-4222-8333-444455556666", lines);
            Assert.Contains(lines, line => line.StartsWith("target: allowed: ", StringComparison.Ordinal));
            string[] acting = ["workload-identity (azure-pipelines)", "managed-identity-federated", "environment"];
            Assert.Equal(acting.Select(credential => $"signed_in {credential}"), lines.Where(line => line.StartsWith("signed_in ", StringComparison.Ordinal)));
            Assert.True(File.Exists(Path.Combine(folder, "bin/Debug/net10.0/runtimes/linux-x64/native/libgraph_invalidate.so")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_project_for_net_framework_gets_the_library_beside_its_program_and_runs()
    {
        string folder = Directory.CreateTempSubdirectory("graph-invalidate-framework-").FullName;
        try
        {
            // The reference assemblies of mono stand in for those of .NET Framework.
            await File.WriteAllTextAsync(Path.Combine(folder, "Framework.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net461</TargetFramework>
                    <OutputType>Exe</OutputType>
                    <AutomaticallyUseReferenceAssemblyPackages>false</AutomaticallyUseReferenceAssemblyPackages>
                    <FrameworkPathOverride>/usr/lib/mono/4.5</FrameworkPathOverride>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageReference Include="GraphInvalidate.Client" Version="{Version}" />
                  </ItemGroup>
                </Project>
                """);
            await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), """
                class Program
                {
                    static void Main()
                    {
                        string token = System.Environment.GetEnvironmentVariable("GRAPH_INVALIDATE_TOKEN");
                        using (var client = new GraphInvalidate.GraphInvalidateClient(new GraphInvalidate.GraphInvalidateClientOptions { AccessToken = token }))
                        {
                            System.Console.WriteLine(client.Invalidate());
                            System.Console.WriteLine(GraphInvalidate.GraphInvalidateLibrary.FilePath);
                        }
                    }
                }
                """);
            await DotnetAsync(folder, "build");
            string output = Path.Combine(folder, "bin/Debug/net461");
            Driver.Forward(output);

            string said = await Programs.RunAsync(new Programs.Request("mono", [Path.Combine(output, "Framework.exe")], Environment: await TokenAndEndpointAsync()));

            Assert.Equal($"me: accepted\n{output}/runtimes/linux-x64/native/libgraph_invalidate.so", said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_same_source_in_two_folders_gives_the_same_assemblies()
    {
        string folder = Directory.CreateTempSubdirectory("graph-invalidate-twice-").FullName;
        try
        {
            string[] copies = [Path.Combine(folder, "first"), Path.Combine(folder, "another", "second")];
            await Task.WhenAll(copies.Select(BuildAsync));

            foreach (string target in new[] { "netstandard2.0", "net10.0" })
            {
                string[] hashes = [.. copies.Select(copy => Convert.ToHexString(SHA256.HashData(
                    File.ReadAllBytes(Path.Combine(copy, "target/csharp/bin/GraphInvalidate", $"release_{target}", "GraphInvalidate.dll")))))];
                Assert.Equal(hashes[0], hashes[1]);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// Builds a copy of the source, without what only judges it, and with the packages that this build has fetched
    /// already.
    /// </summary>
    private static async Task BuildAsync(string copy)
    {
        CopySource(copy);
        await Programs.RunAsync(new Programs.Request(
            Programs.Dotnet,
            ["build", "--configuration", "Release", "-property:RunAnalyzers=false"],
            Folder: Path.Combine(copy, "bindings/csharp/src/GraphInvalidate"),
            Environment: new() { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" }));
    }

    private static void CopySource(string copy)
    {
        string csharp = Path.Combine(Project.Root, "bindings", "csharp");
        string[] files =
        [
            Path.Combine(Project.Root, "Cargo.toml"), Path.Combine(csharp, "Directory.Build.props"), Path.Combine(csharp, ".editorconfig"),
            .. Directory.GetFiles(Path.Combine(csharp, "src"), "*", SearchOption.AllDirectories),
        ];
        foreach (string file in files)
        {
            string place = Path.Combine(copy, Path.GetRelativePath(Project.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy(file, place);
        }
    }

    /// <summary>An emulator as it was started: what the tests before had it do would reach the programs, too.</summary>
    private async Task<Dictionary<string, string?>> TokenAndEndpointAsync()
    {
        await emulator.ResetAsync();
        return new() { ["GRAPH_INVALIDATE_TOKEN"] = await emulator.TokenAsync(), ["GRAPH_INVALIDATE_ENDPOINT"] = emulator.Address };
    }

    private static XElement Metadata()
    {
        using ZipArchive package = ZipFile.OpenRead(Package);
        using Stream entry = package.GetEntry("GraphInvalidate.Client.nuspec")!.Open();
        return XDocument.Load(entry).Root!.Elements().Single();
    }

    /// <summary>
    /// The README's blocks one after another, the migration guide's lines for C#, the front page's block: one program.
    /// </summary>
    private static string ProgramOf(string readme, string guide, string front)
    {
        static IEnumerable<string> Blocks(string text) => Regex.Matches(text, "(?s)```csharp\n(.*?)```").Select(match => match.Groups[1].Value);
        IEnumerable<string> blocks = Blocks(readme).Where(block => !SampleTests.IsSample(block));
        IEnumerable<string> lines = Regex.Matches(guide, @"(?m)^\| `(await|GraphServiceClient) graphClient.*?\| `(?<ours>.*?)` \|").Select(match => match.Groups["ours"].Value);
        Assert.True(blocks.Count() >= 4 && lines.Count() >= 9);
        string onFrontPage = Blocks(front).Single().Replace("using GraphInvalidate;", string.Empty, StringComparison.Ordinal);
        string program = string.Concat(blocks)
            + """string? tenantId = tenant, clientId = certificate.ClientId, clientSecret = Environment.GetEnvironmentVariable("AZURE_CLIENT_SECRET"), customerId = "c0575000-0000-4000-8000-000000000001";"""
            + string.Join('\n', lines)
            + "\nforeach (GraphInvalidateClient one in new[] { inPipeline, partner, whoeverIsThere }) Console.WriteLine($\"{one.SignIn().Status} {one.Access().Credential}\");"
            + $"\nstatic void OnFrontPage(string? token)\n{{{onFrontPage}}}\nOnFrontPage(token);"
            + "\nusing GraphInvalidateClient provided = new(options);\nConsole.WriteLine(provided.Invalidate());\n";
        return program
            .Replace("adele@contoso.com", Emulator.Adele, StringComparison.Ordinal)
            .Replace("{user-id}", Emulator.Adele, StringComparison.Ordinal)
            .Replace("contoso.com", "contoso.example", StringComparison.Ordinal)
            .Replace("11111111-2222-3333-4444-555555555555", SignInTests.Application.ClientId, StringComparison.Ordinal);
    }

    private static Task<string> DotnetAsync(string folder, params string[] arguments) => DotnetAsync(folder, new Dictionary<string, string?>(), arguments);

    private static Task<string> DotnetAsync(string folder, Dictionary<string, string?> environment, params string[] arguments)
    {
        environment["NUGET_PACKAGES"] = Path.Combine(folder, "packages");
        environment["RestoreAdditionalProjectSources"] = Folder;
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        environment["UseSharedCompilation"] = "false";
        return Programs.RunAsync(new Programs.Request(Programs.Dotnet, arguments, Folder: folder, Environment: environment));
    }
}
