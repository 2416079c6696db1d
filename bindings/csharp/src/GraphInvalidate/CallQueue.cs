using System;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace GraphInvalidate;

/// <summary>
/// The awaited calls of the whole program: they are submitted, and one thread takes what has ended. It is there while
/// there are calls.
/// </summary>
internal static unsafe class CallQueue
{
    /// <summary>How long the thread waits for another call before it ends, in milliseconds.</summary>
    private const uint Idle = 2000;

    private static readonly object Counting = new();
    private static nint s_queue;
    private static int s_underWay;
    private static bool s_isTaking;

    /// <summary>Submits a call; how it ends, refused or sent, comes with the task.</summary>
    internal static Task<InvalidateOutcome> Submit(nint client, graph_call_options* options, CancellationToken cancellationToken)
    {
        nint queue = Begin();
        Call call = new(cancellationToken);
        GCHandle handle = GCHandle.Alloc(call);
        graph_outcome* failure;
        int status = Native.graph_call_queue_submit(queue, client, options, call.Cancellation, (ulong)(nint)GCHandle.ToIntPtr(handle), &failure);
        if (status != 0)
        {
            End(handle).Complete(status, failure);
        }

        return call.Task;
    }

    private static nint Begin()
    {
        lock (Counting)
        {
            if (s_queue == 0)
            {
                nint queue;
                int status = Native.graph_call_queue_new(&queue);
                s_queue = status == 0 ? queue : throw GraphInvalidateException.For(InvalidateOutcome.Take(status, null));
            }

            if (!s_isTaking)
            {
                _ = Task.Factory.StartNew(
                    Take, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
                s_isTaking = true;
            }

            s_underWay++;
            return s_queue;
        }
    }

    private static Call End(GCHandle handle)
    {
        Call call = (Call)handle.Target!;
        handle.Free();
        lock (Counting)
        {
            s_underWay--;
        }

        return call;
    }

    private static void Take()
    {
        while (true)
        {
            ulong tag;
            graph_outcome* outcome;
            int status = Native.graph_call_queue_next(s_queue, Idle, &tag, &outcome);
            if (status == 0)
            {
                End(GCHandle.FromIntPtr((nint)tag)).Complete(status, outcome);
                continue;
            }

            lock (Counting)
            {
                if (s_underWay == 0)
                {
                    s_isTaking = false;
                    return;
                }
            }
        }
    }

#pragma warning disable CA1001 // Its end disposes of the cancellation.
    /// <summary>One call under way: what its caller awaits, and how it is cancelled.</summary>
    private sealed class Call(CancellationToken cancellationToken) : TaskCompletionSource<InvalidateOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
#pragma warning restore CA1001
        private readonly NativeCancellation _cancellation = new(cancellationToken);

        internal nint Cancellation => _cancellation.Pointer;

        internal void Complete(int status, graph_outcome* outcome)
        {
            _cancellation.Dispose();
            try
            {
                SetResult(InvalidateOutcome.Take(status, outcome).OrThrow(cancellationToken));
            }
#pragma warning disable CA1031 // It is thrown where the call is awaited.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                TrySetException(failure);
            }
        }
    }
}
