using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace GraphInvalidate;

/// <summary>
/// Strings and lists for the native library, in memory of their own: nothing moves it, and it is wiped when the call
/// has ended.
/// </summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private static readonly Encoding Strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<KeyValuePair<nint, int>> _blocks = [];

    /// <summary>
    /// Copies a text as NUL-terminated UTF-8; null stays NULL. What C cannot hold, a NUL or half a surrogate pair, goes
    /// in as the bytes that the library refuses by name: the words are the same in every language, and nothing is cut
    /// off silently.
    /// </summary>
    internal byte* Add(string? text)
    {
        if (text is null)
        {
            return null;
        }

        fixed (char* characters = text)
        {
            if (!IsPlain(text))
            {
                return AddAsItIs(characters, text.Length);
            }

            int size = Strict.GetByteCount(characters, text.Length);
            byte* bytes = (byte*)Allocate(size + 1);
            Strict.GetBytes(characters, text.Length, bytes, size);
            return bytes;
        }
    }

    /// <summary>Copies a list of texts; NULL for an empty one.</summary>
    internal byte** Add(IReadOnlyList<string?> texts)
    {
        byte** list = (byte**)Allocate(texts.Count * sizeof(byte*));
        for (int index = 0; index < texts.Count; index++)
        {
            list[index] = Add(texts[index]);
        }

        return list;
    }

    /// <summary>Copies bytes; null stays NULL, and no bytes are another thing than none.</summary>
    internal byte* Add(byte[]? bytes, out nuint length)
    {
        length = (nuint)(bytes?.Length ?? 0);
        if (bytes is null)
        {
            return null;
        }

        nint memory = Allocate(bytes.Length + 1);
        Marshal.Copy(bytes, 0, memory, bytes.Length);
        return (byte*)memory;
    }

    /// <summary>
    /// Copies pairs as structures of two strings; null stays NULL, and an empty list is another thing than none.
    /// </summary>
    internal byte** Add(IDictionary<string, string>? pairs, out nuint count)
    {
        count = 0;
        if (pairs is null)
        {
            return null;
        }

        List<string?> texts = [];
        foreach (KeyValuePair<string, string> pair in pairs)
        {
            texts.Add(pair.Key);
            texts.Add(pair.Value);
            count++;
        }

        texts.Add(null);
        return Add(texts);
    }

    /// <summary>Gives zeroed memory; NULL for nothing.</summary>
    internal nint Allocate(int size)
    {
        if (size == 0)
        {
            return 0;
        }

        nint memory = Marshal.AllocHGlobal(size);
        _blocks.Add(new(memory, size));
        Wipe(memory, size);
        return memory;
    }

    public void Dispose()
    {
        foreach (KeyValuePair<nint, int> block in _blocks)
        {
            Wipe(block.Key, block.Value);
            Marshal.FreeHGlobal(block.Key);
        }

        _blocks.Clear();
    }

    /// <summary>
    /// Reads a string that the library handed out; NULL is null. What is not UTF-8 is shown as U+FFFD.
    /// </summary>
    internal static string? Read(byte* text)
    {
        if (text is null)
        {
            return null;
        }

        int size = 0;
        while (text[size] != 0)
        {
            size++;
        }

        return Encoding.UTF8.GetString(text, size);
    }

    /// <summary>Reads a list of strings; NULL with length 0 is an empty one.</summary>
    internal static IReadOnlyList<string> Read(byte** texts, nuint count)
    {
        string[] read = new string[(int)count];
        for (int index = 0; index < read.Length; index++)
        {
            read[index] = Read(texts[index]) ?? string.Empty;
        }

        return Array.AsReadOnly(read);
    }

    /// <summary>Whether C and UTF-8 can hold a text as it stands.</summary>
    private static bool IsPlain(string text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            if (char.IsSurrogatePair(text, index))
            {
                index++;
            }
            else if (text[index] == '\0' || char.IsSurrogate(text[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Copies what C cannot hold: a NUL as two bytes, half a surrogate pair as three.</summary>
    private byte* AddAsItIs(char* characters, int count)
    {
        // No UTF-16 unit takes more than three bytes.
        byte* bytes = (byte*)Allocate((3 * count) + 1);
        int size = 0;
        for (int index = 0; index < count; index++)
        {
            char unit = characters[index];
            bool isPair = char.IsHighSurrogate(unit) && index + 1 < count && char.IsLowSurrogate(characters[index + 1]);
            if (unit == '\0')
            {
                bytes[size++] = 0xC0;
                bytes[size++] = 0x80;
            }
            else if (char.IsSurrogate(unit) && !isPair)
            {
                bytes[size++] = (byte)(0xE0 | (unit >> 12));
                bytes[size++] = (byte)(0x80 | ((unit >> 6) & 0x3F));
                bytes[size++] = (byte)(0x80 | (unit & 0x3F));
            }
            else
            {
                int units = isPair ? 2 : 1;
                size += Strict.GetBytes(characters + index, units, bytes + size, 4);
                index += units - 1;
            }
        }

        return bytes;
    }

    private static void Wipe(nint memory, int size)
    {
        for (int index = 0; index < size; index++)
        {
            ((byte*)memory)[index] = 0;
        }
    }
}
