using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;
using Xunit;

namespace GraphInvalidate.Tests;

public sealed class SampleTests(Emulator emulator)
{
    [Fact]
    public async Task A_credential_of_azure_identity_is_asked_for_the_scope_of_the_cloud()
    {
        await emulator.ResetAsync();
        Credential credential = new(await emulator.TokenAsync());
        using GraphInvalidateClient client = credential.ToClient(new() { Endpoint = emulator.Address });
        using GraphInvalidateClient elsewhere = credential.ToClient(new() { Cloud = "usgov" });

        Assert.Equal("accepted", (await client.InvalidateAsync(Emulator.Adele)).Status);
        Assert.Equal("accepted", client.Invalidate(Emulator.Adele).Status);
        Assert.Equal("token_wrong_cloud", Assert.ThrowsAny<TokenException>(() => elsewhere.Invalidate(Emulator.Adele)).Status);

        Assert.Equal(["https://graph.microsoft.com/.default", "https://graph.microsoft.com/.default", "https://graph.microsoft.us/.default"], credential.Asked);
    }

    [Fact]
    public void The_readme_shows_what_the_sample_for_azure_identity_does() => Assert.Single(
        Regex.Matches(File.ReadAllText(Path.Combine(Project.Root, "bindings/csharp/README.md")), "(?s)```csharp\n(.*?)```"),
        block => IsSample(block.Groups[1].Value));

    /// <summary>Whether the lines are those of the sample that is run here.</summary>
    internal static bool IsSample(string block) => Plain(File.ReadAllText(Path.Combine(Project.Root, "bindings/csharp/samples/AzureIdentity/TokenCredentials.cs")))
        .Contains(Plain(block), StringComparison.Ordinal);

    private static string Plain(string text) => Regex.Replace(text, @"\s+", " ");

    [Fact]
    public async Task The_sample_for_one_user_signs_out_and_proves_it()
    {
        await emulator.ResetAsync();
        string program = Path.Combine(Project.Artifacts, "bin", "OneUser", Project.Configuration, "OneUser.dll");
        string beside = Path.Combine(Path.GetDirectoryName(program)!, Path.GetFileName(Project.Library));
        File.Copy(Project.Library, beside, overwrite: true);
        Dictionary<string, string?> environment = new()
        {
            ["GRAPH_INVALIDATE_TOKEN"] = await emulator.TokenAsync(),
            ["GRAPH_INVALIDATE_ENDPOINT"] = emulator.Address,
        };

        string said = await Programs.RunAsync(new Programs.Request(Programs.Dotnet, ["exec", program, Emulator.Adele], Environment: environment));

        Assert.StartsWith($"{Emulator.Adele}: accepted\n{Emulator.Adele}: verified: ", said, StringComparison.Ordinal);
    }

    private sealed class Credential(string token) : TokenCredential
    {
        public List<string> Asked { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Asked.AddRange(requestContext.Scopes);
            return new AccessToken(token, DateTimeOffset.UtcNow.AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
