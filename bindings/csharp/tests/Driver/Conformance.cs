using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using System.Xml;
using System.Xml.Linq;
using GraphInvalidate;

/// <summary>
/// The driver of the scenarios: reads situations as JSON lines, and answers each with what the public interface showed.
/// The judge is tests/conformance.rs; tests/scenarios/README.md describes the protocol.
/// </summary>
internal static class Conformance
{
    private static readonly string[] Judged = { "Status", "HttpStatus", "Attempts", "User", "Code", "Message", "Hint", "SessionsValidFrom" };

    /// <summary>Answers each line with a line; calls block, or are awaited.</summary>
    internal static int Answer(string file, bool blocking)
    {
        GraphInvalidateLibrary.UseFile(file);
        for (string line = Console.In.ReadLine(); line != null; line = Console.In.ReadLine())
        {
            XElement situation = Read(line);
            XElement answer;
            try
            {
                answer = situation.Element("identities") != null ? Identities(situation)
                    : situation.Element("run") == null ? Calls(situation, blocking)
                    : Run(situation);
            }
            catch (Inexpressible why)
            {
                answer = new XElement("root", Type("object"), Text("inexpressible", why.Message));
            }

            Console.WriteLine(Write(answer));
        }

        return 0;
    }

    /// <summary>Makes the calls one after another, until one fails; answers with the last outcome.</summary>
    private static XElement Calls(XElement situation, bool blocking)
    {
        InvalidateOutcome outcome = null;
        GraphInvalidateClientOptions options = null;
        string shown = string.Empty;
        try
        {
            options = Client(situation.Element("client"));
            using (GraphInvalidateClient client = new GraphInvalidateClient(options))
            {
                foreach (XElement call in situation.Element("calls").Elements())
                {
                    outcome = Call(client, call, outcome, blocking);
                }
            }
        }
        catch (GraphInvalidateException failure)
        {
            outcome = failure.Outcome;
            shown = failure.ToString();
        }

        return new XElement("root", Type("object"), Fields("outcome", outcome), Text("shown", shown + outcome + options));
    }

    /// <summary>
    /// All identities on one client, at once: each by a thread, or each by a task, that knows whose token it has.
    /// </summary>
    private static XElement Identities(XElement situation)
    {
        AsyncLocal<string> caller = new AsyncLocal<string>();
        GraphInvalidateClientOptions options = Client(situation.Element("client"));
        options.AccessTokenProvider = async cancellation =>
        {
            await Task.Delay(2, cancellation).ConfigureAwait(false);
            return caller.Value;
        };
        bool byTasks = (string)situation.Element("by") == "tasks", inRuns = (bool)situation.Element("in_runs");
        using (GraphInvalidateClient client = new GraphInvalidateClient(options))
        {
            Task<XElement>[] all = situation.Element("identities").Elements().Select(one => byTasks
                ? Task.Run(() => CallsAsync(client, one, caller, inRuns))
                : Task.Factory.StartNew(() => CallsOf(client, one, caller, inRuns), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
            return new XElement("root", Type("object"), new XElement("identities", Type("array"), all.Select(task => task.GetAwaiter().GetResult())));
        }
    }

    private static XElement CallsOf(GraphInvalidateClient client, XElement one, AsyncLocal<string> caller, bool inRuns)
    {
        caller.Value = (string)one.Element("token");
        XElement statuses = new XElement("item", Type("array"));
        for (int call = 0; call < (int)one.Element("calls"); call++)
        {
            try
            {
                string user = (string)one.Element("user");
                InvalidateOutcome outcome = inRuns ? client.Run(new[] { user }).First() : client.Invalidate(user);
                statuses.Add(Text("item", outcome.Status));
            }
            catch (GraphInvalidateException failure)
            {
                statuses.Add(Text("item", failure.Outcome.Status));
            }
        }

        return statuses;
    }

    private static async Task<XElement> CallsAsync(GraphInvalidateClient client, XElement one, AsyncLocal<string> caller, bool inRuns)
    {
        caller.Value = (string)one.Element("token");
        XElement statuses = new XElement("item", Type("array"));
        for (int call = 0; call < (int)one.Element("calls"); call++)
        {
            try
            {
                string user = (string)one.Element("user");
                InvalidateOutcome outcome = null;
                if (inRuns)
                {
#if NET
                    await client.RunToEndAsync(new[] { user }, each => outcome = each).ConfigureAwait(false);
#else
                    client.RunToEnd(new[] { user }, each => outcome = each);
#endif
                }
                else
                {
                    outcome = await client.InvalidateAsync(user).ConfigureAwait(false);
                }

                statuses.Add(Text("item", outcome.Status));
            }
            catch (GraphInvalidateException failure)
            {
                statuses.Add(Text("item", failure.Outcome.Status));
            }
        }

        return statuses;
    }

    private static InvalidateOutcome Call(GraphInvalidateClient client, XElement call, InvalidateOutcome before, bool blocking)
    {
        string user = (string)call.Element("user");
        switch ((string)call.Element("call"))
        {
            case "sign_in":
                return blocking ? client.SignIn() : client.SignInAsync().GetAwaiter().GetResult();
            case "show":
                return blocking ? client.ShowCutOff(user) : client.ShowCutOffAsync(user).GetAwaiter().GetResult();
            case "invalidate":
                return blocking ? client.Invalidate(user) : client.InvalidateAsync(user).GetAwaiter().GetResult();
            default:
                string text = (string)call.Element("not_before");
                DateTimeOffset time = default(DateTimeOffset);
                if (text != null && !DateTimeOffset.TryParse(text, out time))
                {
                    throw new Inexpressible("a DateTimeOffset is a time");
                }

                time = text == null ? before.ServerDate.Value : time;
                return blocking ? client.Verify(user, time) : client.VerifyAsync(user, time).GetAwaiter().GetResult();
        }
    }

    /// <summary>Runs to the end; answers with all that was seen.</summary>
    private static XElement Run(XElement situation)
    {
        XElement answer = new XElement("root", Type("object"));
        Queue<string> tokens = new Queue<string>(Texts(situation.Element("tokens_when_needed")));
        int needed = 0;
        using (GraphInvalidateClient client = new GraphInvalidateClient(Client(situation.Element("client"))))
        {
            try
            {
                GraphInvalidateRunOptions options = new GraphInvalidateRunOptions();
                Bind(options, situation.Element("run"));
                using (GraphInvalidateRun run = client.BeginRun(options))
                {
                    answer.Add(Text("notice", run.Notice));
                    run.Add(Texts(situation.Element("users")));
                    run.FinishInput();
                    answer.Add(Outcomes(run, (int?)situation.Element("cancel_after"), answer, () =>
                    {
                        needed++;
                        if (tokens.Count > 0)
                        {
                            client.SetAccessToken(tokens.Dequeue());
                        }
                        else
                        {
                            run.Cancel();
                        }
                    }));
                    answer.Add(Progress(run.Progress));
                }
            }
            catch (GraphInvalidateException failure)
            {
                Fail(answer, failure);
            }
            catch (TargetInvocationException failure) when (failure.InnerException is ArgumentException)
            {
                answer.Add(Text("refused", failure.InnerException.Message));
            }
        }

        answer.Add(new XElement("tokens_needed", Type("number"), needed));
        return answer;
    }

    private static XElement Outcomes(GraphInvalidateRun run, int? cancelAfter, XElement answer, Action giveToken)
    {
        XElement seen = new XElement("outcomes", Type("array"));
        int count = 0;
        while (true)
        {
            try
            {
                InvalidateOutcome outcome = run.Next();
                if (outcome == null)
                {
                    return seen;
                }

                seen.Add(new XElement("item", Type("array"), Text("item", outcome.User), Text("item", outcome.Status)));
                count++;
                if (count == cancelAfter)
                {
                    run.Cancel();
                }
            }
            catch (TokenException) when (run.NeedsAccessToken)
            {
                giveToken();
            }
            catch (GraphInvalidateException failure)
            {
                if (answer.Element("failure") != null)
                {
                    return seen;
                }

                Fail(answer, failure);
            }
        }
    }

    private static void Fail(XElement answer, GraphInvalidateException failure)
    {
        answer.Add(Fields("failure", failure.Outcome));
        answer.Add(Text("shown", failure.ToString()));
    }

    private static XElement Progress(GraphInvalidateRunProgress progress) => new XElement(
        "progress",
        Type("object"),
        typeof(GraphInvalidateRunProgress).GetProperties()
            .Where(property => property.PropertyType == typeof(long) || property.PropertyType == typeof(int))
            .Select(property => new XElement(Snake(property.Name), Type("number"), property.GetValue(progress, null))));

    private static XElement Fields(string name, InvalidateOutcome outcome) => new XElement(
        name,
        Type("object"),
        Judged.Select(field => typeof(InvalidateOutcome).GetProperty(field)).Select(property =>
        {
            object value = property.GetValue(outcome, null);
            return value is int ? new XElement(Snake(property.Name), Type("number"), value) : Text(Snake(property.Name), value == null ? null : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
        }));

    private static GraphInvalidateClientOptions Client(XElement given)
    {
        GraphInvalidateClientOptions options = new GraphInvalidateClientOptions();
        Bind(options, given);
        return options;
    }

    /// <summary>Sets each option by its name: this language's letter case, and times that are times.</summary>
    private static void Bind(object options, XElement given)
    {
        foreach (XElement option in given.Elements())
        {
            string name = option.Name.LocalName == "token" ? "access_token" : option.Name.LocalName;
            string pascal = string.Concat(name.Split('_').Where(part => part != "ms").Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));
            PropertyInfo property = options.GetType().GetProperty(pascal)
                ?? throw new InvalidOperationException("There is no option " + pascal + ".");
            property.SetValue(options, Value(property.PropertyType, option), null);
        }
    }

    private static object Value(Type type, XElement given)
    {
        if (type == typeof(string))
        {
            return (string)given;
        }

        if (type == typeof(byte[]))
        {
            return Convert.FromBase64String((string)given);
        }

        if (type == typeof(GraphInvalidateCredential))
        {
            GraphInvalidateCredential credential = new GraphInvalidateCredential((string)given.Element("kind"));
            Bind(credential, given);
            return credential;
        }

        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(bool) ? (bool)given
            : plain == typeof(int) ? Int(given)
            : plain == typeof(double) ? (string)given == "unlimited" ? double.PositiveInfinity : (double)given
            : plain == typeof(TimeSpan) ? (string)given == "infinite" ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks((long)((double)given * TimeSpan.TicksPerMillisecond))
            : given.Attribute("type").Value == "object" ? Pairs(given)
            : (object)Texts(given);
    }

    private static int Int(XElement given)
    {
        try
        {
            return (int)given;
        }
        catch (OverflowException)
        {
            throw new Inexpressible("an int ends before");
        }
    }

    /// <summary>A name that no element may have stands in an attribute.</summary>
    private static Dictionary<string, string> Pairs(XElement given) => given.Elements().ToDictionary(
        pair => (string)pair.Attribute("item") ?? pair.Name.LocalName, pair => (string)pair);

    private static string[] Texts(XElement given) => given.Elements().Select(item => (string)item).ToArray();

    private static string Snake(string pascal) =>
        string.Concat(pascal.Select((letter, index) => (index > 0 && char.IsUpper(letter) ? "_" : string.Empty) + char.ToLowerInvariant(letter)));

    private static XElement Text(string name, string value) =>
        value == null ? new XElement(name, Type("null")) : new XElement(name, Type("string"), value);

    private static XAttribute Type(string json) => new XAttribute("type", json);

    private static XElement Read(string json)
    {
        using (XmlDictionaryReader reader = JsonReaderWriterFactory.CreateJsonReader(Encoding.UTF8.GetBytes(json), XmlDictionaryReaderQuotas.Max))
        {
            return XElement.Load(reader);
        }
    }

    private static string Write(XElement answer)
    {
        using (MemoryStream bytes = new MemoryStream())
        {
            using (XmlDictionaryWriter writer = JsonReaderWriterFactory.CreateJsonWriter(bytes, new UTF8Encoding(false), ownsStream: false))
            {
                answer.WriteTo(writer);
            }

            return Encoding.UTF8.GetString(bytes.ToArray());
        }
    }

    /// <summary>What this language has no way to say.</summary>
    private sealed class Inexpressible : Exception
    {
        internal Inexpressible(string why)
            : base(why)
        {
        }
    }
}
