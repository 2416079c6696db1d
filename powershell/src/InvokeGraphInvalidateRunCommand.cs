using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Threading;

namespace GraphInvalidate.PowerShell;

/// <summary>
/// Signs many users out everywhere: paced, in batches, on record, resumable, and proved where that is asked for.
/// </summary>
/// <remarks>
/// <para>
/// Each user has one outcome on the pipeline, which comes as soon as it is known; a user who fails is an outcome too,
/// and its Status says which. An error is written only where the run as a whole cannot go on, and the journal is in
/// order then as well.
/// </para>
/// <para>
/// The list is asked for as a whole, with its count, which takes reading all of it first. With -Confirm:$false nobody
/// is asked, and outcomes come while users are still arriving. -WhatIf names every user and sends nothing.
/// </para>
/// <para>
/// Ctrl+C ends the run at once and leaves a journal from which -Resume goes on. Where there is an access token provider
/// it is asked when the run begins and whenever it needs another token.
/// </para>
/// <para>
/// A row counts by its values, an object id or a user principal name; the names of columns and properties set the
/// order. Outcomes are users as well: those that failed can be piped here again, also from Import-Csv.
/// </para>
/// <para>
/// Select-Object -First ends the run when it has enough, but users ahead of it, up to -Ahead, are signed out already.
/// </para>
/// <para>
/// At the end the information stream has a summary, the run's last progress: -InformationVariable keeps it.
/// </para>
/// </remarks>
/// <example>
/// <code>Import-Csv users.csv | Invoke-GraphInvalidateRun -Journal incident-4711.jsonl -Verify -Confirm:$false</code>
/// <para>
/// Signs out every user of a table, reads each cut-off back, and keeps a record. Each incident has a journal of its
/// own.
/// </para>
/// </example>
/// <example>
/// <code>Import-Csv users.csv | Invoke-GraphInvalidateRun -Journal incident-4711.jsonl -Resume -Verify -Confirm:$false</code>
/// <para>Goes on where the run before has ended, whatever ended it.</para>
/// </example>
/// <example>
/// <code>$outcomes = Import-Csv users.csv | Invoke-GraphInvalidateRun -Confirm:$false; $outcomes | Where-Object Status -ne accepted | Invoke-GraphInvalidateRun -Confirm:$false</code>
/// <para>Tries those again who failed.</para>
/// </example>
/// <example>
/// <code>Invoke-GraphInvalidateRun -UserId (Import-Csv users.csv) -DryRun</code>
/// <para>Names every user and what is known of it. Nothing is sent that writes, so nobody is asked.</para>
/// </example>
/// <example>
/// <code>Invoke-GraphInvalidateRun -Group Finance -ExcludeGroup 'Break glass' -Journal finance.jsonl -Verify -Confirm:$false</code>
/// <para>Signs out everyone in a group and in the groups within it, but for those in another one.</para>
/// </example>
/// <example>
/// <code>Invoke-GraphInvalidateRun -Group Finance -Who</code>
/// <para>Only names whom the directory chooses.</para>
/// </example>
/// <example>
/// <code>Invoke-GraphInvalidateRun -VerifyJournal -Journal incident-4711.jsonl</code>
/// <para>Verifies again who was accepted, by the journal of an earlier run.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "GraphInvalidateRun", DefaultParameterSetName = Users, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, HelpUri = "https://learn.microsoft.com/graph/api/user-invalidateallrefreshtokens")]
[OutputType(typeof(InvalidateOutcome))]
public sealed partial class InvokeGraphInvalidateRunCommand : ConnectedCommand
{
    private const string Users = "Users";
    private const string Directory = "Directory";
    private const string OldJournal = "VerifyJournal";
    private const string Action = "Invalidate all refresh tokens and session cookies";

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly List<string> _held = [];
    private RunProgress _progress = new(Action);
    private GraphInvalidateRun? _run;
    private GraphInvalidateException? _refused;
    private bool _isHeld;
    private bool _isOver;
    private int _wanted;
    private long _given;
    private long _named;

    /// <summary>
    /// An object id or a user principal name; me is the signed-in user. From the pipeline, whatever names a user.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = Users, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = Directory, ValueFromPipeline = true)]
    [Alias("Id", "UserPrincipalName")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [Users]
    public object?[] UserId { get; set; } = [];

    /// <summary>The file of the record, which is also the point where the run can be resumed.</summary>
    [Parameter(ParameterSetName = Users)]
    [Parameter(ParameterSetName = Directory)]
    [Parameter(Mandatory = true, ParameterSetName = OldJournal)]
    [Text]
    public string? Journal { get; set; }

    /// <summary>Goes on where the journal ends. Without it a journal that holds something is refused.</summary>
    [Parameter(ParameterSetName = Users)]
    [Parameter(ParameterSetName = Directory)]
    public SwitchParameter Resume { get; set; }

    /// <summary>Reads the cut-off back after acceptance; outcomes then are verified, or say why not.</summary>
    [Parameter(ParameterSetName = Users)]
    [Parameter(ParameterSetName = Directory)]
    public SwitchParameter Verify { get; set; }

    /// <summary>Names every user and what is known of it; nothing is sent that writes.</summary>
    [Parameter(ParameterSetName = Users)]
    [Parameter(ParameterSetName = Directory)]
    public SwitchParameter DryRun { get; set; }

    /// <summary>Verifies again the users that the journal says were accepted, and nobody else.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OldJournal)]
    public SwitchParameter VerifyJournal { get; set; }

    /// <summary>
    /// Users that are never signed out: break-glass accounts. Each is looked up before anything is sent, so that it is
    /// recognised under its other name as well.
    /// </summary>
    [Parameter(ParameterSetName = Users)]
    [Parameter(ParameterSetName = Directory)]
    [ProtectedUsers]
    public string[] Exclude { get; set; } = [];

    /// <summary>
    /// Groups whose users are signed out, nested groups included: by object id, or by a display name or address that
    /// exactly one group has. All are listed, and on record, before anybody is signed out.
    /// </summary>
    [Parameter(ParameterSetName = Directory)]
    [Texts]
    public string[] Group { get; set; } = [];

    /// <summary>Groups whose users are never signed out, with nested groups. One without users is refused.</summary>
    [Parameter(ParameterSetName = Users)]
    [Parameter(ParameterSetName = Directory)]
    [Texts]
    public string[] ExcludeGroup { get; set; } = [];

    /// <summary>Signs out the users for whom this $filter of Microsoft Graph holds: accountEnabled eq false.</summary>
    [Parameter(ParameterSetName = Directory)]
    [Text]
    public string? Filter { get; set; }

    /// <summary>Signs out everyone in the directory.</summary>
    [Parameter(ParameterSetName = Directory)]
    public SwitchParameter Everyone { get; set; }

    /// <summary>Guests, too. They are passed over otherwise, since their home tenant signs them in.</summary>
    [Parameter(ParameterSetName = Directory)]
    public SwitchParameter Guests { get; set; }

    /// <summary>A group without users, or a selection of nobody, is no failure.</summary>
    [Parameter(ParameterSetName = Directory)]
    public SwitchParameter AllowEmpty { get; set; }

    /// <summary>Only names the users whom the directory chooses; nothing is sent that writes.</summary>
    [Parameter(ParameterSetName = Directory)]
    public SwitchParameter Who { get; set; }

    /// <summary>
    /// Goes on when an exclusion cannot be looked up; it then protects the very key that was given, and no other name.
    /// </summary>
    [Parameter(ParameterSetName = Users)]
    [Parameter(ParameterSetName = Directory)]
    public SwitchParameter AllowUnresolvedExclusions { get; set; }

    /// <summary>
    /// How long ago the journal's run may have begun that -Resume goes on with, for example 3.00:00:00 for three days;
    /// a day without it. An older one is refused, since whoever was signed out then may be compromised anew.
    /// </summary>
    [Parameter(ParameterSetName = Users)]
    [Parameter(ParameterSetName = Directory)]
    [NotNothing]
    public TimeSpan ResumeWithin { get; set; }

    /// <summary>What the service sheds first under load: low, normal or high.</summary>
    [Parameter]
    [Text]
    [ArgumentCompleter(typeof(PriorityCompleter))]
    public string? ThrottlePriority { get; set; }

    /// <summary>Begins the run, unless there is a question to put first.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        foreach (string name in Times)
        {
            if (MyInvocation.BoundParameters.TryGetValue(name, out object? value) && value is TimeSpan time && time != TimeSpan.Zero && (time.TotalMilliseconds < 1 || time.TotalMilliseconds > uint.MaxValue))
            {
                Refuse($"-{name} is {time}: give a time such as 00:05:00 or (New-TimeSpan -Minutes 5), up to 49 days. A bare number counts ticks.", "InvalidTime");
            }
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(ResumeWithin)) && ResumeWithin != TimeSpan.Zero && ResumeWithin.TotalMilliseconds < 1)
        {
            Refuse($"-ResumeWithin is {ResumeWithin}: give a time such as 3.00:00:00 or (New-TimeSpan -Days 3). A bare number counts ticks.", "InvalidTime");
        }

        if (VerifyJournal || DryRun || Who)
        {
            _progress = new(VerifyJournal ? "Verify a journal" : "Plan a run");
            Begin();
        }
        else if (!(_isHeld = IsAsking()))
        {
            Begin();
        }
    }

    /// <summary>Adds users, and gives the outcomes that are known meanwhile.</summary>
    protected override void ProcessRecord()
    {
        List<string> users = Keys();
        if (_isHeld)
        {
            _held.AddRange(users);
        }
        else
        {
            Add(users);
        }
    }

    /// <summary>Puts the question where there is one, and reads to the end.</summary>
    protected override void EndProcessing()
    {
        if (_named == 0 && !VerifyJournal && !IsChoosing)
        {
            WriteWarning(_given == 0 ? "The list is empty: nobody is signed out." : "Nothing in the list names a user: nobody is signed out.");
        }

        if (_isHeld)
        {
            if ((_named == 0 && !IsChoosing) || !ShouldProcessAll())
            {
                return;
            }

            Begin();
            Add(_held);
        }

        Step(run => run.FinishInput());
        while (!_isOver)
        {
            Read(ProgressInterval, all: true);
        }

        if (_run is not null)
        {
            WriteProgress(_progress.Completed);
            WriteInformation(_run.Progress, ["GraphInvalidateRun"]);
        }
    }

    /// <summary>Ctrl+C: nothing more is sent, and the journal is in order.</summary>
    protected override void StopProcessing()
    {
        base.StopProcessing();
        _run?.Cancel();
        if (_run is { } run && Journal is not null)
        {
            ShowWhatIsLeft(run.Progress);
        }
    }

    /// <summary>The pipeline takes nothing any more; most hosts do.</summary>
    private void ShowWhatIsLeft(GraphInvalidateRunProgress progress)
    {
        try
        {
            string line = string.Format(
                CultureInfo.InvariantCulture, "The run was stopped: {0} accepted, {1} failed. With -Resume it goes on from {2}.", progress.Accepted, progress.Failed, Journal);
            Host.UI?.WriteWarningLine(line);
        }
        catch (Exception deaf) when (deaf is System.Management.Automation.Host.HostException or InvalidOperationException or NotSupportedException or NotImplementedException)
        {
        }
    }

    /// <summary>The keys of what has come; what names nobody is an error each, and the others go on.</summary>
    private List<string> Keys()
    {
        List<string> keys = [];
        foreach (object? user in UserId)
        {
            _given++;
            if (UserKey.Of(user, out string? sentence) is { } key)
            {
                keys.Add(key);
                _named++;
            }
            else
            {
                string said = string.Format(CultureInfo.InvariantCulture, "Number {0} of the list is left out. {1}", _given, sentence);
                WriteError(new ErrorRecord(new PSArgumentException(said), "UserNotNamed", ErrorCategory.InvalidArgument, user));
            }
        }

        return keys;
    }

    private protected override void Release() => _run?.Dispose();

    /// <summary>
    /// Whether the engine will have a question, or -WhatIf something to say, which is for the list as a whole.
    /// </summary>
    private bool IsAsking()
    {
        Dictionary<string, object> bound = MyInvocation.BoundParameters;
        bool whatIf = bound.TryGetValue("WhatIf", out object? said) ? ((SwitchParameter)said).ToBool() : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));
        ConfirmImpact from = LanguagePrimitives.TryConvertTo(GetVariableValue("ConfirmPreference"), out ConfirmImpact preferred) ? preferred : ConfirmImpact.High;
        return whatIf || (bound.TryGetValue("Confirm", out object? confirm) ? ((SwitchParameter)confirm).ToBool() : from != ConfirmImpact.None);
    }

    /// <summary>Whether the directory chooses users.</summary>
    private bool IsChoosing => Group.Length > 0 || Filter is not null || Everyone;

    /// <summary>Whom the directory chooses, in words.</summary>
    private string Chosen() =>
        string.Join(", ", Group.Select(static name => $"the users in the group {name}").Concat(Filter is null ? [] : [$"the users where {Filter}"]).Concat(Everyone ? ["everyone in the directory"] : []));

    private bool ShouldProcessAll()
    {
        string target = string.Format(
            CultureInfo.InvariantCulture, Exclude.Length == 0 ? "{0} user{1}" : "{0} user{1}, without the {2} excluded", _held.Count, _held.Count == 1 ? string.Empty : "s", Exclude.Length);
        if (IsChoosing)
        {
            target = (_held.Count == 0 ? Chosen() : $"{Chosen()}, and {target}") + (ExcludeGroup.Length == 0 ? string.Empty : $", without the group{(ExcludeGroup.Length == 1 ? string.Empty : "s")} {string.Join(", ", ExcludeGroup)}");
        }

        string what = $"Performing the operation \"{Action}\" on target \"{target}\".";
        ShouldProcessReason reason = ShouldProcessReason.None;
        if (!Ask(() => ShouldProcess(what, what, "Confirm", out reason)))
        {
            if (reason == ShouldProcessReason.WhatIf)
            {
                _held.ForEach(user => ShouldProcess(user, Action));
            }

            return false;
        }

        return true;
    }

    private void Begin()
    {
        GraphInvalidateRunOptions options = new()
        {
            Resume = Resume,
            Verify = Verify,
            DryRun = DryRun,
            VerifyJournal = VerifyJournal,
            AllowUnresolvedExclusions = AllowUnresolvedExclusions,
            ResumeWithin = ResumeWithin == TimeSpan.Zero ? null : ResumeWithin,
            ThrottlePriority = ThrottlePriority,
            Filter = Filter,
            Everyone = Everyone,
            Guests = Guests,
            AllowEmpty = AllowEmpty,
            Who = Who,
        };
        Apply(options);
        // What is set to nothing is another thing than what is left out.
        if (Journal is not null)
        {
            options.Journal = PathOf(Journal);
        }

        if (Exclude.Length > 0)
        {
            options.Exclude = Exclude;
        }

        if (Group.Length > 0)
        {
            options.Group = Group;
        }

        if (ExcludeGroup.Length > 0)
        {
            options.ExcludeGroup = ExcludeGroup;
        }

        _run = Attempt(target: null, () => Current.Client().BeginRun(options, usersWanted: static () => { }, Cancellation));
        _isOver = _run is null;
        if (Cancellation.IsCancellationRequested)
        {
            _run?.Cancel();
        }

        if (_run?.Notice is { } notice)
        {
            WriteWarning(notice);
        }
    }

    /// <summary>Adds users as the run wants them, and gives the outcomes that are known meanwhile.</summary>
    private void Add(List<string> users)
    {
        int added = 0;
        while (!_isOver && added < users.Count)
        {
            _wanted = _wanted > 0 ? _wanted : _run!.Progress.Wanted;
            int count = Math.Min(_wanted, users.Count - added);
            Step(run => run.Add(users.Skip(added).Take(count)));
            added += count;
            _wanted -= count;
            // Until there is an outcome, or the run takes more users.
            Read(count > 0 ? TimeSpan.Zero : ProgressInterval, all: false);
        }
    }

    /// <summary>Gives the outcomes that are there; waits for the first one.</summary>
    private void Read(TimeSpan wait, bool all)
    {
        InvalidateOutcome? outcome;
        do
        {
            // Where the run ends as a whole there is no other outcome: the last one must not be given again.
            outcome = null;
            Step(run => outcome = Next(run, wait));
            if (outcome is not null)
            {
                WriteVerbose(outcome.ToString());
                WriteObject(outcome);
            }

            if (_run is not null && _progress.IsDue)
            {
                WriteProgress(_progress.Record(_run.Progress, all));
            }

            wait = TimeSpan.Zero;
        }
        while (outcome is not null && !_isOver);
        _isOver |= _run?.IsCompleted ?? true;
    }

    /// <summary>
    /// The next outcome. Where there is no other token, those on the way are waited for, and the reason is told after
    /// them.
    /// </summary>
    private InvalidateOutcome? Next(GraphInvalidateRun run, TimeSpan wait)
    {
        try
        {
            InvalidateOutcome? outcome = run.TryNext(wait);
            return outcome is null && run.IsCompleted && _refused is { } reason ? throw reason : outcome;
        }
        catch (GraphInvalidateException refused) when (run.NeedsAccessToken)
        {
            _refused ??= refused;
            run.EndWithoutToken();
            Thread.Sleep(20);
            return null;
        }
    }

    /// <summary>
    /// Does something with the run; where that ends it as a whole, there is one error, and nothing more is done.
    /// </summary>
    private void Step(Action<GraphInvalidateRun> step)
    {
        if (!_isOver && _run is { } run)
        {
            _isOver = Attempt(target: Journal, () => { step(run); return run; }) is null;
        }
    }
}
