using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Makes a parameter take one thing that names a user, or a list of them.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UserKeysAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        IEnumerable<object?> users = UserKey.Of(inputData) is null && plain is IEnumerable list and not IDictionary ? list.Cast<object?>() : [inputData];
        return inputData is null ? null : users.Select(Key).ToArray();
    }

    private static string Key(object? user)
    {
        if (UserKey.Of(user) is { } key)
        {
            return key;
        }

        // As UserKeyAttribute says it to the engine.
        string sentence = UserKey.Sentence(user);
        throw new ArgumentTransformationMetadataException(sentence, new PSInvalidCastException(sentence));
    }
}
