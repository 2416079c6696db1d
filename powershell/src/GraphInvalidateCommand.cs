using System;
using System.Diagnostics;
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
        catch (TokenException failure) when (failure.InnerException is PipelineStoppedException stopped)
        {
            throw stopped;
        }
        catch (TokenException failure) when (failure.InnerException is RuntimeException broken)
        {
            // A script block that was asked for an access token.
            Report(new ErrorRecord(broken.ErrorRecord, broken), goOn);
        }
        catch (GraphInvalidateException failure)
        {
            Failed(failure.Outcome);
            Report(FailureRecord.Of(failure, target, goOn && Connection.Connected is { IsOfAPerson: true }), goOn);
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
            // A certificate that cannot be had.
            Report(new ErrorRecord(failure.ErrorRecord, failure), goOn);
        }

        return null;
    }

    private void Report(ErrorRecord record, bool goOn)
    {
        if (goOn)
        {
            WriteError(record);
        }
        else
        {
            ThrowTerminatingError(record);
        }
    }

    /// <summary>Hears of a failed call before its record is written.</summary>
    private protected virtual void Failed(InvalidateOutcome outcome)
    {
    }

    /// <summary>Refuses what -ProxyCredential and -ProxyUseDefaultCredentials cannot mean, and says what they cannot do.</summary>
    private protected void CheckProxy(Uri? proxy, PSCredential? credential, bool useDefaultCredentials)
    {
        if (proxy is null && (credential is not null || useDefaultCredentials))
        {
            Refuse("-ProxyCredential and -ProxyUseDefaultCredentials need the proxy that they are for: give -Proxy.", "ProxyMissing");
        }

        if (useDefaultCredentials)
        {
            WriteWarning("The credentials of the Windows session are not sent to a proxy. If it asks for some, give -ProxyCredential.");
        }
    }

    private protected void AwaitDebugger()
    {
        using Process process = Process.GetCurrentProcess();
        WriteWarning($"Waiting for a .NET debugger to attach to process {process.Id}.");
        while (!System.Diagnostics.Debugger.IsAttached && !Cancellation.WaitHandle.WaitOne(100))
        {
        }

        if (System.Diagnostics.Debugger.IsAttached)
        {
            System.Diagnostics.Debugger.Break();
        }
    }

    private protected void Refuse(string sentence, string id, object? target = null) =>
        ThrowTerminatingError(new ErrorRecord(new PSArgumentException(sentence), id, ErrorCategory.InvalidArgument, target));
}
