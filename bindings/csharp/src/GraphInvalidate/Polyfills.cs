#if !NET
#pragma warning disable IDE0130 // The compiler looks for it there.
namespace System.Runtime.CompilerServices;

/// <summary>What the compiler wants for init accessors, which .NET Standard does not have.</summary>
internal static class IsExternalInit
{
}
#endif
