#if NET
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GraphInvalidate;

/// <summary>
/// Outcomes as the command and the journal write them: the same names, times in RFC 3339 with milliseconds, seconds as
/// a number, and nothing where nothing is known. The headers of the answer, which those leave out, are a list besides.
/// </summary>
internal sealed partial class OutcomeJson : JsonConverter<InvalidateOutcome>
{
    private const string Rfc3339 = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override InvalidateOutcome Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        try
        {
            return Read(document.RootElement);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or FormatException or OverflowException)
        {
            throw new JsonException("This is no outcome: a field has another type than the command gives it.", wrong);
        }
    }

    public override void Write(Utf8JsonWriter writer, InvalidateOutcome value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        WriteFields(writer, value);
        if (value.Headers.Count > 0)
        {
            writer.WriteStartArray("headers");
            foreach (KeyValuePair<string, string> header in value.Headers)
            {
                writer.WriteStartObject();
                writer.WriteString("name", header.Key);
                writer.WriteString("value", header.Value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, DateTimeOffset? time) =>
        Write(writer, name, time?.UtcDateTime.ToString(Rfc3339, CultureInfo.InvariantCulture));

    private static void Write(Utf8JsonWriter writer, string name, int? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, TimeSpan? time)
    {
        if (time is { } value)
        {
            writer.WriteNumber(name, value.TotalSeconds);
        }
    }

    private static JsonElement? Find(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement json, string name) => Find(json, name)?.GetString();

    private static TimeSpan? Seconds(JsonElement json, string name) => Find(json, name) is { } seconds ? TimeSpan.FromSeconds(seconds.GetDouble()) : null;

    private static DateTimeOffset? Time(JsonElement json, string name) => Text(json, name) is not { } text
        ? null
        : InvalidateOutcome.ReadTime(text) ?? throw new JsonException($"\"{name}\" is no time in RFC 3339.");

    private static ResponseHeaders Headers(JsonElement json)
    {
        if (Find(json, "headers") is not { } headers)
        {
            return ResponseHeaders.None;
        }

        List<KeyValuePair<string, string>> read = [];
        foreach (JsonElement header in headers.EnumerateArray())
        {
            read.Add(new(Text(header, "name") ?? string.Empty, Text(header, "value") ?? string.Empty));
        }

        return new(read);
    }
}
#endif
