using System;
using System.ComponentModel;
using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>
/// The user of an action. <c>@{ UserId = '…' }</c> converts to it, and so does anything else that names a user.
/// </summary>
[TypeConverter(typeof(UsersActionsIdentityConverter))]
public sealed class UsersActionsIdentity
{
    /// <summary>An object id or a user principal name.</summary>
    public string? UserId { get; set; }

    /// <summary>
    /// Why there is none, where something was converted that names nobody: the cmdlet says it, in an error of its own.
    /// </summary>
    internal string? Refusal { get; set; }

    /// <summary>Shows the user.</summary>
    /// <returns>The user key.</returns>
    public override string ToString() => UserId ?? string.Empty;
}

/// <summary>Lets PowerShell turn hashtables, rows and user objects into a <see cref="UsersActionsIdentity"/>.</summary>
public sealed class UsersActionsIdentityConverter : PSTypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) => true;

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        new UsersActionsIdentity { UserId = UserKey.Of(sourceValue, out string? sentence), Refusal = sentence };

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new PSInvalidCastException("A user identity is not turned into anything else.");
}
