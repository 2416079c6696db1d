using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>Hosts that load assemblies themselves, and answer for native libraries themselves.</summary>
public sealed class LoadContextTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_assembly_of_a_context_asks_that_context(bool fromStream)
    {
        Plugins plugins = new();
        Assembly assembly = plugins.Load(fromStream);

        Assert.Equal(GraphInvalidateLibrary.Version, Library(assembly, "Version"));
        Assert.Equal(Path.GetFileName(Project.Library), Path.GetFileName(Library(assembly, "FilePath")));
        Assert.Contains(plugins.Asked, name => name.Contains("graph_invalidate", StringComparison.Ordinal));
        Assert.NotSame(typeof(GraphInvalidateClient).Assembly, assembly);
    }

    [Fact]
    public void A_resolver_that_was_set_before_is_no_error()
    {
        Assembly assembly = new Plugins().Load(fromStream: true);
        NativeLibrary.SetDllImportResolver(assembly, static (_, _, _) => 0);

        Assert.Equal(GraphInvalidateLibrary.Version, Library(assembly, "Version"));
    }

    private static string Library(Assembly assembly, string property) =>
        (string)assembly.GetType("GraphInvalidate.GraphInvalidateLibrary")!.GetProperty(property)!.GetValue(null)!;

    private sealed class Plugins() : AssemblyLoadContext(isCollectible: true)
    {
        internal List<string> Asked { get; } = [];

        internal Assembly Load(bool fromStream)
        {
            string file = typeof(GraphInvalidateClient).Assembly.Location;
            using MemoryStream content = new(File.ReadAllBytes(file));
            return fromStream ? LoadFromStream(content) : LoadFromAssemblyPath(file);
        }

        protected override nint LoadUnmanagedDll(string unmanagedDllName)
        {
            Asked.Add(unmanagedDllName);
            return unmanagedDllName.Contains("graph_invalidate", StringComparison.Ordinal) ? LoadUnmanagedDllFromPath(Project.Library) : 0;
        }
    }
}
