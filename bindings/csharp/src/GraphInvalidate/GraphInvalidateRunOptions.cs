// Made by `cargo xtask abi` from the library's source: do not edit.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace GraphInvalidate;

/// <summary>How a run over many users is set up. Everything left out has a sensible default.</summary>
public sealed record GraphInvalidateRunOptions
{
    private Given<string> _journal;
    private Given<IEnumerable<string>> _exclude;
    private TimeSpan? _wait;
    private TimeSpan? _deadline;
    private TimeSpan? _resumeWithin;
    private Given<IEnumerable<string>> _group;
    private Given<IEnumerable<string>> _excludeGroup;

    /// <summary>
    /// The journal file: the record of the run, from which it can be resumed. Left out: none.
    /// </summary>
    /// <remarks>
    /// Refused when the run begins where it was set to null: a variable that is missing is not the same as left out.
    /// </remarks>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? Journal
    {
        get => _journal.Value;
        set => _journal = new(value);
    }

    /// <summary>
    /// Users that are never signed out, by object id or user principal name: break-glass accounts. Each is
    /// looked up before anything is sent, so that it is recognised under its other name as well. Left out:
    /// none.
    /// </summary>
    /// <remarks>
    /// Refused when the run begins where it was set to null or holds nobody, as a list that was used up before does:
    /// nobody would be protected. Bound from configuration it must be an array there (<c>Exclude:0</c>,
    /// <c>Exclude__0</c>): a single text, as <c>Exclude</c>, is passed over by the binder without a word.
    /// </remarks>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public IEnumerable<string>? Exclude
    {
        get => _exclude.Value;
        set => _exclude = new(value);
    }

    /// <summary>
    /// Value of the x-ms-throttle-priority header, "low", "normal" or "high": Graph drops low-priority
    /// requests first. Left out: the header is not sent.
    /// </summary>
    public string? ThrottlePriority { get; set; }

    /// <summary>
    /// Users per second, with a burst of one second. Waits that the service asks for are always obeyed. Left
    /// out: the service's published quota (3,000 at once, then 20 per second);
    /// <see cref="double.PositiveInfinity"/>: no pacing.
    /// </summary>
    public double? Rate { get; set; }

    /// <summary>
    /// Continues where the journal ends; users accepted there are not sent again. Without it: a journal that
    /// is not empty is refused.
    /// </summary>
    public bool Resume { get; set; }

    /// <summary>
    /// Reads the cut-off back after acceptance; each outcome is then verified or says why not.
    /// </summary>
    public bool Verify { get; set; }

    /// <summary>
    /// Lists every user and what is known about them; sends no write request.
    /// </summary>
    public bool DryRun { get; set; }

    /// <summary>
    /// Takes the accepted users from the journal, not from <see cref="GraphInvalidateRun.Add(string)"/>, and
    /// verifies them again.
    /// </summary>
    public bool VerifyJournal { get; set; }

    /// <summary>
    /// Continues if an exclusion cannot be looked up; it then protects only the exact key given, not the
    /// account's other names.
    /// </summary>
    public bool AllowUnresolvedExclusions { get; set; }

    /// <summary>
    /// Users per request: 1 (no batching) to 20. Left out: 20.
    /// </summary>
    public int? BatchSize { get; set; }

    /// <summary>
    /// Maximum number of concurrent requests: 1 to 256. Left out: 16.
    /// </summary>
    public int? Concurrency { get; set; }

    /// <summary>
    /// Maximum time to verify one user. Left out: 120 seconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is below zero, or more than 49 days.</exception>
    public TimeSpan? Wait
    {
        get => _wait;
        set => _wait = Options.Checked(value);
    }

    /// <summary>
    /// Maximum time for the whole run. Left out: no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is below zero, or more than 49 days.</exception>
    public TimeSpan? Deadline
    {
        get => _deadline;
        set => _deadline = Options.Checked(value);
    }

    /// <summary>
    /// Maximum age of the run in a resumed journal. An older one is refused with <c>journal_too_old</c>,
    /// since users signed out then may have been compromised again. Left out: a day.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is below zero.</exception>
    public TimeSpan? ResumeWithin
    {
        get => _resumeWithin;
        set => _resumeWithin = Options.CheckedWithoutLimit(value);
    }

    /// <summary>
    /// Maximum number of users that were sent and whose outcome has not been read. Users waiting to be
    /// verified count as well: with 1, nobody is sent before the last outcome was read. Left out: as many as
    /// fit into the concurrent requests, plus one batch (340 with the other defaults), not counting users
    /// waiting to be verified.
    /// </summary>
    public int? Ahead { get; set; }

    /// <summary>
    /// Maximum number of failed users: when it is reached, the run ends with the status of the last failure.
    /// Users already sent may still add to it. Left out: no limit.
    /// </summary>
    public int? MaxFailures { get; set; }

    /// <summary>
    /// Groups whose users are signed out, by object id, or by a display name or address that exactly one
    /// group has. Users in nested groups count. All users that the options select are listed first,
    /// completely, and are on record before anybody is signed out; each goes once, by object id, after the
    /// users that were added. A resumed run goes on with those on record. Left out: none.
    /// </summary>
    /// <remarks>
    /// Refused when the run begins where it was set to null or holds nobody, as a list that was used up before does:
    /// nobody would be protected. Bound from configuration it must be an array there (<c>Group:0</c>,
    /// <c>Group__0</c>): a single text, as <c>Group</c>, is passed over by the binder without a word.
    /// </remarks>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public IEnumerable<string>? Group
    {
        get => _group.Value;
        set => _group = new(value);
    }

    /// <summary>
    /// Groups whose users are never signed out, through all levels: found and listed before anything is sent.
    /// One without users is refused. Left out: none.
    /// </summary>
    /// <remarks>
    /// Refused when the run begins where it was set to null or holds nobody, as a list that was used up before does:
    /// nobody would be protected. Bound from configuration it must be an array there (<c>ExcludeGroup:0</c>,
    /// <c>ExcludeGroup__0</c>): a single text, as <c>ExcludeGroup</c>, is passed over by the binder without a word.
    /// </remarks>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public IEnumerable<string>? ExcludeGroup
    {
        get => _excludeGroup.Value;
        set => _excludeGroup = new(value);
    }

    /// <summary>
    /// Signs out the users for whom this $filter of Microsoft Graph holds, such as "accountEnabled eq false".
    /// Left out: none.
    /// </summary>
    public string? Filter { get; set; }

    /// <summary>
    /// Signs out everyone in the directory.
    /// </summary>
    public bool Everyone { get; set; }

    /// <summary>
    /// Guests who were selected are signed out, too. Without it: they are passed over, since their home
    /// tenant signs them in.
    /// </summary>
    public bool Guests { get; set; }

    /// <summary>
    /// A group without users, or a selection of nobody, is no failure. Without it: nothing is sent then, and
    /// the run ends with <c>selection_empty</c>.
    /// </summary>
    public bool AllowEmpty { get; set; }

    /// <summary>
    /// Only names the selected users: each outcome is <c>selected</c>, and no write request is sent.
    /// </summary>
    public bool Who { get; set; }

    /// <summary>Shows how the run is set up.</summary>
    /// <returns>The options, in one line.</returns>
    public override string ToString() =>
        $"{nameof(GraphInvalidateRunOptions)} {{"
        + $" Journal = {Journal}"
        + $", Exclude = {Options.Joined(Exclude)}"
        + $", ThrottlePriority = {ThrottlePriority}"
        + $", Rate = {Rate}"
        + $", Resume = {Resume}"
        + $", Verify = {Verify}"
        + $", DryRun = {DryRun}"
        + $", VerifyJournal = {VerifyJournal}"
        + $", AllowUnresolvedExclusions = {AllowUnresolvedExclusions}"
        + $", BatchSize = {BatchSize}"
        + $", Concurrency = {Concurrency}"
        + $", Wait = {Wait}"
        + $", Deadline = {Deadline}"
        + $", ResumeWithin = {ResumeWithin}"
        + $", Ahead = {Ahead}"
        + $", MaxFailures = {MaxFailures}"
        + $", Group = {Options.Joined(Group)}"
        + $", ExcludeGroup = {Options.Joined(ExcludeGroup)}"
        + $", Filter = {Filter}"
        + $", Everyone = {Everyone}"
        + $", Guests = {Guests}"
        + $", AllowEmpty = {AllowEmpty}"
        + $", Who = {Who}"
        + " }";

    internal unsafe graph_run_options ToNative(NativeStrings strings)
    {
        string[] exclude = Options.Listed(nameof(Exclude), _exclude);
        string[] group = Options.Listed(nameof(Group), _group);
        string[] excludeGroup = Options.Listed(nameof(ExcludeGroup), _excludeGroup);
        return new graph_run_options
        {
            struct_size = (nuint)sizeof(graph_run_options),
            // What is out of range, negative numbers included, is the library's to refuse.
            journal = strings.Add(_journal.OrRefused(nameof(Journal))),
            exclude = strings.Add(exclude),
            exclude_len = (nuint)exclude.Length,
            throttle_priority = strings.Add(ThrottlePriority),
            rate = Rate.GetValueOrDefault(),
            resume = Resume ? 1u : 0u,
            verify = Verify ? 1u : 0u,
            dry_run = DryRun ? 1u : 0u,
            verify_journal = VerifyJournal ? 1u : 0u,
            allow_unresolved_exclusions = AllowUnresolvedExclusions ? 1u : 0u,
            batch_size = unchecked((uint)BatchSize.GetValueOrDefault()),
            concurrency = unchecked((uint)Concurrency.GetValueOrDefault()),
            wait_ms = Options.Milliseconds(Wait),
            deadline_ms = Deadline == Timeout.InfiniteTimeSpan ? 0 : Options.Milliseconds(Deadline),
            resume_within_ms = Options.MillisecondsWithoutLimit(ResumeWithin),
            ahead = unchecked((uint)Ahead.GetValueOrDefault()),
            max_failures = unchecked((uint)MaxFailures.GetValueOrDefault()),
            group = strings.Add(group),
            group_len = (nuint)group.Length,
            exclude_group = strings.Add(excludeGroup),
            exclude_group_len = (nuint)excludeGroup.Length,
            filter = strings.Add(Filter),
            everyone = Everyone ? 1u : 0u,
            guests = Guests ? 1u : 0u,
            allow_empty = AllowEmpty ? 1u : 0u,
            who = Who ? 1u : 0u,
        };
    }
}
