using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>Other programs: run to their success, with what they say.</summary>
internal static class Programs
{
    public static string Dotnet { get; } = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet"
        ? path
        : Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    public static Task<string> RunAsync(string program, params string[] arguments) => RunAsync(new Request(program, arguments));

    public static async Task<string> RunAsync(Request request)
    {
        ProcessStartInfo start = new(request.Program, request.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = request.Folder ?? Project.Artifacts,
        };
        foreach ((string name, string? value) in request.Environment ?? [])
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(request.Input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{request.Program} {string.Join(' ', request.Arguments)} ended with {process.ExitCode}:\n{await output}\n{await errors}");
        return (await output).TrimEnd('\n');
    }

    internal sealed record Request(
        string Program, IEnumerable<string> Arguments, string Input = "", string? Folder = null, Dictionary<string, string?>? Environment = null);
}
