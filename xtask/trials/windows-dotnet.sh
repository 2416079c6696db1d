# The .NET package in a program that was published for Windows.
# needs=win-x64,wine,dotnet,windows-dotnet
mkdir project
cat >project/project.csproj <<'END'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
</Project>
END
cat >project/Program.cs <<'END'
using GraphInvalidate;

using GraphInvalidateClient client = new(new() { AccessToken = System.Environment.GetEnvironmentVariable("GRAPH_INVALIDATE_TOKEN") });
System.Console.WriteLine(client.Invalidate("adele.vance@contoso.example").Status);
System.Console.WriteLine((await client.InvalidateAsync("adele.vance@contoso.example")).Status);
await foreach (var outcome in client.Run(["adele.vance@contoso.example", "megan.bowen@contoso.example"])) System.Console.WriteLine(outcome.Status);
END
dotnet add project package GraphInvalidate.Client --version "$VERSION" --source "$PWD"
dotnet publish project -r win-x64 --self-contained false -o published --verbosity quiet
said=$(DOTNET_ROOT=$(windows-dotnet) wine published/project.exe | tr -d '\r' | sort | uniq -c | xargs)
[ "$said" = "4 Accepted" ] || { echo "$said"; exit 1; }
