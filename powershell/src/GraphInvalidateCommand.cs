using System;
using System.Collections;
using System.Diagnostics;
using System.Management.Automation;
using System.Reflection;
using System.Threading;

namespace GraphInvalidate.PowerShell;

/// <summary>
/// What the cmdlets that call the service share: a call that Ctrl+C ends, and one error record a failure.
/// </summary>
public abstract class GraphInvalidateCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    private protected GraphInvalidateCommand()
    {
    }

    /// <summary>
    /// Refuses defaults that are nothing. Where $PSDefaultParameterValues holds one, the engine warns, and goes on
    /// without the parameter.
    /// </summary>
    protected override void BeginProcessing()
    {
        if (SessionState.PSVariable.GetValue("PSDefaultParameterValues") is not IDictionary defaults)
        {
            return;
        }

        foreach (DictionaryEntry entry in defaults)
        {
            string[] names = (entry.Key as string ?? string.Empty).Split(':');
            if (names.Length == 2 && ConversionAttribute.IsNothing(entry.Value) && Matches(names[0], MyInvocation.MyCommand.Name))
            {
                RefuseUnset(names[1]);
            }
        }
    }

    private static bool Matches(string pattern, string name) => new WildcardPattern(pattern.Trim(), WildcardOptions.IgnoreCase).IsMatch(name);

    private void RefuseUnset(string pattern)
    {
        foreach (PropertyInfo parameter in GetType().GetProperties())
        {
            if (parameter.IsDefined(typeof(ConversionAttribute)) && Matches(pattern, parameter.Name) && ConversionAttribute.IsNothing(parameter.GetValue(this)))
            {
                string sentence = $"$PSDefaultParameterValues has nothing as the default of -{parameter.Name}, so it would have no effect. Give it a value there, or take it out.";
                ThrowTerminatingError(new ErrorRecord(new PSArgumentException(sentence, parameter.Name), "DefaultIsNothing", ErrorCategory.InvalidArgument, targetObject: null));
            }
        }
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

    /// <summary>Whether a person has signed in for the connection in use.</summary>
    private protected virtual bool IsOfAPerson => false;

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
            Report(FailureRecord.Of(failure, target, goOn && IsOfAPerson), goOn);
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
            // A script block that was asked for an access token, a certificate that cannot be had, or no connection.
            Report(new ErrorRecord(failure.ErrorRecord, failure), goOn);
        }
        catch (ObjectDisposedException)
        {
            const string Sentence = "This connection has been ended. Run Connect-GraphInvalidate -PassThru again, and pass what it gives.";
            Report(new ErrorRecord(new PSInvalidOperationException(Sentence), "ConnectionEnded", ErrorCategory.ConnectionError, target), goOn);
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

    /// <summary>
    /// Refuses what -ProxyCredential and -ProxyUseDefaultCredentials cannot mean, and says what they cannot do.
    /// </summary>
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

    /// <summary>The path in the file system; a location on another drive has no files.</summary>
    private protected string PathOf(string path)
    {
        string resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        if (provider.Name != "FileSystem")
        {
            Refuse($"'{path}' is not in the file system here, but in {provider.Name} ({SessionState.Path.CurrentLocation}). Give the whole path of the file.", "NotInFileSystem", path);
        }

        return resolved;
    }

    /// <summary>Puts a question; where nobody can be asked, that is the error, whatever the host makes of it.</summary>
    private protected bool Ask(Func<bool> question)
    {
        try
        {
            return question();
        }
        catch (Exception nobody) when (nobody is not PipelineStoppedException and not ActionPreferenceStopException)
        {
            const string Sentence = "There is nobody to ask whether to sign users out. -Confirm:$false is the way to go on without a question.";
            ThrowTerminatingError(new ErrorRecord(new PSInvalidOperationException(Sentence, nobody), "NobodyToAsk", ErrorCategory.InvalidOperation, targetObject: null));
            return false;
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
