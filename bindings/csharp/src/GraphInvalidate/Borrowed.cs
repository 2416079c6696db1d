using System.Runtime.InteropServices;

namespace GraphInvalidate;

/// <summary>Keeps a native object alive during a call, whoever disposes of it meanwhile.</summary>
internal readonly ref struct Borrowed
{
    private readonly SafeHandle _handle;

    internal Borrowed(SafeHandle handle)
    {
        bool held = false;
        handle.DangerousAddRef(ref held);
        _handle = handle;
    }

    internal nint Pointer => _handle.DangerousGetHandle();

    public void Dispose() => _handle.DangerousRelease();
}
