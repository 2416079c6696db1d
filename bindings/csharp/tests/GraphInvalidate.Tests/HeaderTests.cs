using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>The declarations of this binding, held against include/graph_invalidate.h.</summary>
public sealed partial class HeaderTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Project.Root, "include", "graph_invalidate.h"));

    private static readonly string Header = Comment().Replace(Text, string.Empty);

    private static readonly Type[] Structures = [typeof(graph_header), typeof(graph_outcome), typeof(graph_client_options), typeof(graph_credential_options), typeof(graph_variable), typeof(graph_access), typeof(graph_access_finding),
        typeof(graph_run_options), typeof(graph_progress)];

    [Fact]
    public void Every_function_is_declared_as_in_the_header()
    {
        Dictionary<string, string> declared = Prototype().Matches(Header).ToDictionary(
            match => match.Groups["name"].Value,
            match => Signature(match.Groups["result"].Value, match.Groups["parameters"].Value));
        Dictionary<string, string> ours = Natives().SelectMany(Functions).ToDictionary(pair => pair.Key, pair => pair.Value);

        Assert.True(ours.Count >= 10);
        Assert.All(ours, function => Assert.Equal(declared.GetValueOrDefault(function.Key), function.Value));
    }

    [Fact]
    public void Every_function_that_is_called_is_looked_for_when_the_library_is_loaded()
    {
        FieldInfo list = typeof(GraphInvalidateLibrary).GetField("Functions", BindingFlags.Static | BindingFlags.NonPublic)!;
        string[] declared = [.. Natives().SelectMany(Functions).Select(function => function.Key), "graph_abi_version", "graph_version"];

        Assert.Equal(declared.Order(StringComparer.Ordinal), (string[])list.GetValue(null)!);
    }

    [Fact]
    public void Every_structure_has_the_fields_of_the_header_at_their_places()
    {
        foreach (Type structure in Structures)
        {
            Match match = Regex.Match(Header, $$"""typedef struct \{(?<fields>[^}]*)\} {{structure.Name}};""");
            Assert.True(match.Success, structure.Name);
            (string Type, string Name)[] expected = [.. Field().Matches(match.Groups["fields"].Value).Select(field => (Type(field.Groups["type"].Value), field.Groups["name"].Value))];
            FieldInfo[] fields = structure.GetFields(BindingFlags.Instance | BindingFlags.NonPublic);
            // What goes in may be of an older header, and shorter; what comes out is shown whole.
            int known = structure.Name.EndsWith("_options", StringComparison.Ordinal) ? fields.Length : expected.Length;
            Assert.Equal(expected.Take(known), fields.Select(field => (Spelled(field.FieldType), field.Name)));

            int place = 0;
            foreach (FieldInfo field in fields)
            {
                int size = field.FieldType == typeof(int) || field.FieldType == typeof(uint) ? 4 : 8;
                place = (place + size - 1) / size * size;
                Assert.Equal(place, (int)Marshal.OffsetOf(structure, field.Name));
                place += size;
            }

            Assert.Equal(place, Marshal.SizeOf(structure));
        }
    }

    [Fact]
    public void Every_constant_has_the_value_of_the_header()
    {
        FieldInfo[] constants = [.. Natives().SelectMany(native => native.GetFields(BindingFlags.Static | BindingFlags.NonPublic))
            .Where(field => field.IsLiteral && field.Name.StartsWith("GRAPH_", StringComparison.Ordinal))];

        Assert.True(constants.Length >= 3);
        Assert.All(constants, constant => Assert.Matches($@"\b{constant.Name} (= )?{constant.GetRawConstantValue()}\b", Text));
    }

    private static IEnumerable<Type> Natives() =>
        typeof(GraphInvalidateClient).Assembly.GetTypes().Where(type => type.Name == "Native");

    /// <summary>Imported methods in the one target, function pointers in the other.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Functions(Type native)
    {
        const BindingFlags All = BindingFlags.Static | BindingFlags.NonPublic;
        foreach (MethodInfo method in native.GetMethods(All).Where(method => method.Name.StartsWith("graph_", StringComparison.Ordinal)))
        {
            yield return new(method.Name, Signature(method.ReturnType, method.GetParameters().Select(parameter => parameter.ParameterType)));
        }

        foreach (FieldInfo field in native.GetFields(All).Where(field => field.FieldType.IsFunctionPointer))
        {
            Assert.Contains(typeof(System.Runtime.CompilerServices.CallConvCdecl), field.GetModifiedFieldType().GetFunctionPointerCallingConventions());
            yield return new(field.Name, Signature(field.FieldType.GetFunctionPointerReturnType(), field.FieldType.GetFunctionPointerParameterTypes()));
        }
    }

    private static string Signature(Type result, IEnumerable<Type> parameters) =>
        $"{Spelled(result)} ({string.Join(", ", parameters.Select(Spelled))})";

    private static string Signature(string result, string parameters) =>
        $"{Type(result)} ({(parameters == "void" ? string.Empty : string.Join(", ", parameters.Split(',').Select(parameter => Type(Parameter().Match(parameter.Trim()).Groups["type"].Value))))})";

    /// <summary>What stands in C#, for a type of the header: handles are plain pointers.</summary>
    private static string Type(string type) => Regex.Replace(type.Replace("const ", string.Empty, StringComparison.Ordinal), @"\s+", string.Empty) switch
    {
        "int32_t" => "Int32",
        "uint32_t" => "UInt32",
        "uint64_t" => "UInt64",
        "size_t" => "UIntPtr",
        "double" => "Double",
        "char*" or "uint8_t*" => "Byte*",
        "char**" => "Byte**",
        "graph_client*" or "graph_cancellation*" or "graph_run*" => "IntPtr",
        "graph_client**" or "graph_cancellation**" or "graph_run**" => "IntPtr*",
        string other => other,
    };

    private static string Spelled(Type type) => type == typeof(void) ? "void" : type.Name;

    [GeneratedRegex(@"/\*.*?\*/|//[^\n]*|^#[^\n]*", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?<result>[a-z_0-9]+ (?:\*|[a-z]+ \*)?)(?<name>graph_\w+)\((?<parameters>[^)]*)\);", RegexOptions.Multiline)]
    private static partial Regex Prototype();

    [GeneratedRegex(@"(?<type>[\w *]+[ *])(?<name>\w+);")]
    private static partial Regex Field();

    [GeneratedRegex(@"^(?<type>.*[ *])\w+$")]
    private static partial Regex Parameter();
}
