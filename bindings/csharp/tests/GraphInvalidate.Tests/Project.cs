using System;
using System.IO;
using System.Linq;
using System.Reflection;

namespace GraphInvalidate.Tests;

/// <summary>Where things lie, as the build knew it and as the runner of the suite says.</summary>
internal static class Project
{
    public static string Root => Metadata("ProjectRoot");

    public static string Artifacts => Metadata("Artifacts");

    public static string Configuration => Metadata("Configuration");

    public static string Facades => Metadata("Facades");

    public static string Certificates => Path.Combine(Root, "tests", "certificates");

    public static string Library => Given("GRAPH_INVALIDATE_TEST_LIBRARY");

    public static string Command => Given("GRAPH_INVALIDATE_TEST_COMMAND");

    private static string Metadata(string name) =>
        typeof(Project).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == name).Value!;

    private static string Given(string variable) =>
        Environment.GetEnvironmentVariable(variable)
        ?? throw new InvalidOperationException($"{variable} is not set: run cargo xtask test csharp.");
}
