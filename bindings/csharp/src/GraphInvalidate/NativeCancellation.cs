using System;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace GraphInvalidate;

/// <summary>One call's signal for the native library, given when the caller's token is cancelled.</summary>
internal sealed unsafe class NativeCancellation : IDisposable
{
    private readonly Handle? _handle;
    private readonly CancellationTokenRegistration _registration;

    internal NativeCancellation(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            _handle = Handle.Make();
            _registration = token.Register(static handle => Native.graph_cancellation_cancel(((Handle)handle!).Pointer), _handle);
        }
    }

    /// <summary>
    /// What the native library takes; NULL where the call cannot be cancelled. Lives as long as this object.
    /// </summary>
    internal nint Pointer => _handle is null ? 0 : _handle.Pointer;

    public void Dispose()
    {
        // Waits for a signal that is just being given: the handle outlives it.
        _registration.Dispose();
        _handle?.Dispose();
    }

    private sealed class Handle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        internal nint Pointer => handle;

        internal static Handle Make()
        {
            Handle made = new();
            nint cancellation;
            int status = Native.graph_cancellation_new(&cancellation);
            if (status != 0)
            {
                InvalidateOutcome.Take(status, null).OrThrow(CancellationToken.None);
            }

            made.SetHandle(cancellation);
            return made;
        }

        protected override bool ReleaseHandle()
        {
            Native.graph_cancellation_free(handle);
            return true;
        }
    }
}
