using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;

namespace GraphInvalidate;

/// <summary>Headers of an answer, which can be read as text: tables and logs print them so.</summary>
internal sealed class ResponseHeaders(IList<KeyValuePair<string, string>> headers) : ReadOnlyCollection<KeyValuePair<string, string>>(headers)
{
    internal static readonly ResponseHeaders None = new([]);

    internal static unsafe ResponseHeaders Read(graph_header* headers, nuint count)
    {
        KeyValuePair<string, string>[] read = new KeyValuePair<string, string>[(int)count];
        for (int index = 0; index < read.Length; index++)
        {
            read[index] = new(NativeStrings.Read(headers[index].name) ?? string.Empty, NativeStrings.Read(headers[index].value) ?? string.Empty);
        }

        return new(read);
    }

    public override string ToString() => string.Join("\n", this.Select(header => $"{header.Key}: {header.Value}"));
}
