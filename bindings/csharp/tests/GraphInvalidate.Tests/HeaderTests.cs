using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>The declarations of this binding, held against include/graph_invalidate.json by the rules of C.</summary>
public sealed class HeaderTests
{
    private static readonly JsonElement Description =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Project.Root, "include", "graph_invalidate.json"))).RootElement;

    private static readonly Assembly Binding = typeof(GraphInvalidateClient).Assembly;

    [Fact]
    public void Every_structure_lies_in_memory_as_C_lays_it_out()
    {
        foreach (JsonElement structure in Described("structures"))
        {
            Type type = Declared(Text(structure, "name"));
            int place = 0, widest = 1;
            foreach (JsonElement field in structure.GetProperty("fields").EnumerateArray())
            {
                int size = Text(field, "type") switch
                {
                    "int32_t" or "uint32_t" => 4,
                    "size_t" => nint.Size,
                    "double" or "uint64_t" => 8,
                    string pointer => pointer.EndsWith('*') ? nint.Size : throw new InvalidOperationException(pointer),
                };
                place = (place + size - 1) / size * size;
                Assert.Equal(place, (int)Marshal.OffsetOf(type, Text(field, "name")));
                place += size;
                widest = Math.Max(widest, size);
            }

            Assert.Equal((place + widest - 1) / widest * widest, Marshal.SizeOf(type));
        }
    }

    [Fact]
    public void Every_function_takes_as_much_as_the_header_says()
    {
        JsonElement[] functions = Described("functions");

        Assert.True(functions.Length >= 25);
        Assert.Equal(functions.Select(function => Text(function, "name")), NativeNames());
        foreach (JsonElement function in functions)
        {
            (Type result, Type[] parameters) = Signature(Text(function, "name"));
            Assert.Equal(Text(function, "result") == "void", result == typeof(void));
            Assert.Equal(
                function.GetProperty("parameters").EnumerateArray().Select(parameter => Size(Text(parameter, "type"))),
                parameters.Select(Size));
        }
    }

    [Theory]
    [InlineData("graph_client_options", typeof(GraphInvalidateClientOptions))]
    [InlineData("graph_run_options", typeof(GraphInvalidateRunOptions))]
    [InlineData("graph_credential_options", typeof(GraphInvalidateCredential))]
    public void Every_option_of_the_library_is_one_here(string structure, Type options)
    {
        // An access token of a run alone is what the client's provider gives.
        IEnumerable<string> wanted = Described("structures").Single(it => Text(it, "name") == structure).GetProperty("fields").EnumerateArray()
            .Where(field => field.TryGetProperty("public", out _))
            .Select(field => Text(field, "public"))
            .Where(name => structure != "graph_run_options" || name != "token")
            .Select(name => name == "token" ? "AccessToken" : string.Concat(name.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..])));

        Assert.Empty(wanted.Except(options.GetProperties().Select(property => property.Name)));
    }

    [Fact]
    public void Every_status_has_the_name_that_the_library_gives_it()
    {
        foreach (JsonElement status in Described("statuses"))
        {
            FieldInfo constant = Declared("Native").GetField(Text(status, "constant"), BindingFlags.Static | BindingFlags.NonPublic)!;
            Assert.Equal(status.GetProperty("number").GetInt32(), constant.GetRawConstantValue());
            Assert.Equal(Text(status, "name"), InvalidateOutcome.StatusName(status.GetProperty("number").GetInt32()));
        }
    }

    private static JsonElement[] Described(string what) => [.. Description.GetProperty(what).EnumerateArray()];

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;

    private static Type Declared(string name) => Binding.GetType($"GraphInvalidate.{name}", throwOnError: true)!;

    private static string[] NativeNames() =>
        (string[])Declared("NativeFunctions").GetField("Names", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;

    private static (Type Result, Type[] Parameters) Signature(string name)
    {
        const BindingFlags All = BindingFlags.Static | BindingFlags.NonPublic;
        FieldInfo field = Declared("Native").GetField(name, All)!;
        Assert.Contains(typeof(System.Runtime.CompilerServices.CallConvCdecl), field.GetModifiedFieldType().GetFunctionPointerCallingConventions());
        return (field.FieldType.GetFunctionPointerReturnType(), field.FieldType.GetFunctionPointerParameterTypes());
    }

    private static int Size(string type) => type switch
    {
        "int32_t" or "uint32_t" => 4,
        "uint64_t" or "double" => 8,
        _ => nint.Size,
    };

    private static int Size(Type type) => type.IsPointer || type == typeof(nint) || type == typeof(nuint) ? nint.Size : Marshal.SizeOf(type);
}
