using System;
using System.Management.Automation;
using System.Threading;

namespace GraphInvalidate.PowerShell;

/// <summary>What the cmdlets that call the service share: a call that Ctrl+C ends, and one error record a failure.</summary>
public abstract class GraphInvalidateCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    private protected GraphInvalidateCommand()
    {
    }

    /// <summary>Ends the call in progress, from another thread.</summary>
    protected override void StopProcessing() => _stopping.Cancel();

    /// <summary>Frees what the engine no longer needs.</summary>
    public void Dispose()
    {
        Release();
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what a cmdlet has of its own, however it ended.</summary>
    private protected virtual void Release()
    {
    }

    private protected CancellationToken Cancellation => _stopping.Token;

    /// <summary>Calls; a failure becomes a record, and null comes back where it lets the pipeline go on.</summary>
    private protected T? Attempt<T>(object? target, Func<T?> call, bool goOn = true)
        where T : class
    {
        try
        {
            return call();
        }
        catch (OperationCanceledException) when (Cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (GraphInvalidateException failure)
        {
            Failed(failure.Outcome);
            ErrorRecord record = FailureRecord.Of(failure, target);
            if (!goOn)
            {
                ThrowTerminatingError(record);
            }

            WriteError(record);
        }
        catch (GraphInvalidateLibraryException failure)
        {
            ThrowTerminatingError(new ErrorRecord(failure, "NativeLibrary", ErrorCategory.ResourceUnavailable, failure.FilePath));
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (RuntimeException failure)
        {
            // A script block that was asked for an access token.
            WriteError(new ErrorRecord(failure.ErrorRecord, failure));
        }

        return null;
    }

    /// <summary>Hears of a failed call before its record is written.</summary>
    private protected virtual void Failed(InvalidateOutcome outcome)
    {
    }

    private protected void Refuse(string sentence, string id, object? target = null) =>
        ThrowTerminatingError(new ErrorRecord(new PSArgumentException(sentence), id, ErrorCategory.InvalidArgument, target));
}
