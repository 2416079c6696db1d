using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using GraphInvalidate;

/// <summary>
/// What tests let a process of its own do: under .NET with the binding for .NET 10, under mono with the one for .NET
/// Standard.
/// </summary>
internal static class Driver
{
    private const string Adele = "adele.vance@contoso.example";

    private static int Main(string[] arguments)
    {
        switch (arguments[0])
        {
            case "load":
                return Load(arguments[1]);
            case "conformance":
                return Conformance.Answer(arguments[1], blocking: arguments[2] == "blocking");
            case "exercise":
                return Exercise(arguments[1], arguments[2], Console.In.ReadLine());
            case "abandon":
                return Abandon(arguments[1], arguments[2], Console.In.ReadLine());
            case "guest":
                return Guest(arguments[1], arguments[2], arguments[3], arguments[4]);
            case "secrets":
                return Secrets(arguments[1], arguments[2], arguments[3]);
            default:
                return 2;
        }
    }

    /// <summary>
    /// Loads the library, from a file or from where it is looked for, and shows where it was or why not.
    /// </summary>
    private static int Load(string file)
    {
        try
        {
            if (file.Length > 0)
            {
                GraphInvalidateLibrary.UseFile(file);
            }

            new GraphInvalidateClient().Dispose();
            Console.WriteLine("{0} {1}", GraphInvalidateLibrary.FilePath, GraphInvalidateLibrary.Version);
        }
        catch (Exception failure)
        {
            Console.WriteLine("{0}: {1}", failure.GetType().Name, failure.Message);
        }

        return 0;
    }

    /// <summary>
    /// Calls whose connections are gone afterwards, awaited ones, and a run: whatever the process was started with.
    /// Prints nothing.
    /// </summary>
    private static int Guest(string file, string balancer, string endpoint, string folder)
    {
        GraphInvalidateLibrary.UseFile(file);
        string token = Environment.GetEnvironmentVariable("TOKEN");
        HashSet<string> statuses = new HashSet<string>();
        string before = Signals();
        using (GraphInvalidateClient client = new GraphInvalidateClient(new GraphInvalidateClientOptions { Endpoint = balancer, AccessToken = token }))
        {
            for (int number = 0; number < 30; number++)
            {
                statuses.Add(client.Invalidate(Adele).Status);
                Thread.Sleep(10 * (number % 3));
                statuses.Add(client.InvalidateAsync(Adele).GetAwaiter().GetResult().Status);
                Thread.Sleep(10 * (number % 3));
            }
        }

        using (GraphInvalidateClient client = new GraphInvalidateClient(new GraphInvalidateClientOptions { Endpoint = endpoint, AccessToken = token }))
        {
            GraphInvalidateRunOptions options = new GraphInvalidateRunOptions { Journal = Path.Combine(folder, "journal.jsonl") };
            foreach (InvalidateOutcome outcome in client.Run(new[] { Adele }, options))
            {
                statuses.Add(outcome.Status);
            }
        }

        File.WriteAllText(Path.Combine(folder, "said"), $"{string.Join(" ", statuses)}, signals {(before == Signals() ? "as before" : before + Signals())}");
        return 0;
    }

    /// <summary>What this thread blocks, and what the process ignores and handles.</summary>
    private static string Signals() => string.Join(" ", File.ReadAllLines("/proc/thread-self/status").Where(line => line.StartsWith("Sig", StringComparison.Ordinal) && !line.StartsWith("SigQ", StringComparison.Ordinal)));

    /// <summary>What can only be seen from inside a process; one line each.</summary>
    private static int Exercise(string file, string endpoint, string token)
    {
        GraphInvalidateLibrary.UseFile(file);
        Func<GraphInvalidateClient> make = () =>
            new GraphInvalidateClient(new GraphInvalidateClientOptions { Endpoint = endpoint, AccessToken = token });
        GraphInvalidateClient client = make();
        Check("a NUL is refused by name", () => Refusal(() => client.Invalidate("a\0b")).Contains("U+0000"));
        Check("half a surrogate pair is refused by name", () => Refusal(() => client.Invalidate("a\uD800b")).Contains("surrogate"));
        Check("a megabyte is refused", () => Refusal(() => client.Invalidate(new string('x', 1 << 20))).Contains("1048576 bytes"));
        Check("an awaited call is accepted", () => client.InvalidateAsync(Adele).GetAwaiter().GetResult().Status == "accepted");
        Check("32 threads share a client", () => Enumerable.Range(0, 32).Select(_ => client.InvalidateAsync(Adele)).ToArray()
            .All(call => call.GetAwaiter().GetResult().Status == "accepted"));
        Check("an asked provider is asked again for an expired token", () =>
        {
            int asked = 0;
            GraphInvalidateClientOptions options = new GraphInvalidateClientOptions
            {
                Endpoint = endpoint,
                AccessTokenProvider = _ => Task.FromResult(++asked == 1 ? Expired : token),
            };
            using (GraphInvalidateClient provided = new GraphInvalidateClient(options))
            {
                return provided.Invalidate(Adele).Status == "accepted" && asked == 2;
            }
        });
        Check("a credential signs in, and tells what it may do", () =>
        {
            GraphInvalidateCredential application = new GraphInvalidateCredential("client-secret")
            {
                Tenant = "contoso.example",
                ClientId = "aaaaaaaa-0000-4000-8000-000000000003",
                ClientSecret = "emulated-secret",
            };
            using (GraphInvalidateClient signing = new GraphInvalidateClient(new GraphInvalidateClientOptions { Endpoint = endpoint, Credential = application }))
            {
                return signing.SignIn().Status == "signed_in" && signing.AccessOnline(Adele).Kind == "application";
            }
        });
        Check("a waiting call is cancelled", () =>
        {
            using (CancellationTokenSource source = new CancellationTokenSource(300))
            {
                try
                {
                    client.Verify(Adele, DateTimeOffset.UtcNow.AddHours(1), source.Token);
                    return false;
                }
                catch (OperationCanceledException cancelled)
                {
                    return cancelled.CancellationToken == source.Token && ((GraphInvalidateException)cancelled.InnerException).Status == "cancelled";
                }
            }
        });
        Check("disposing twice and from threads does nothing bad", () =>
        {
            Parallel.For(0, 8, _ => client.Dispose());
            try
            {
                client.Invalidate();
                return false;
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
        });
        Check("a second library is refused", () =>
        {
            try
            {
                GraphInvalidateLibrary.UseFile(file + ".other");
                return false;
            }
            catch (InvalidOperationException refused)
            {
                return refused.Message.Contains(file);
            }
        });
        return 0;
    }

    /// <summary>A token that says of itself that it expired in 1970.</summary>
    private static string Expired =>
        "e30." + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes("{\"exp\":1,\"aud\":\"https://graph.microsoft.com\"}")).TrimEnd('=') + ".x";

    private static void Check(string what, Func<bool> holds)
    {
        string result;
        try
        {
            result = holds() ? "ok" : "FAILED";
        }
        catch (Exception failure)
        {
            result = "FAILED: " + failure;
        }

        Console.WriteLine("{0}: {1}", what, result);
    }

    private static string Refusal(Action call)
    {
        try
        {
            call();
            return string.Empty;
        }
        catch (InvalidInputException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>
    /// Uses secrets that begin with <c>emulated-</c>, after one that is freed as it is: whoever watches must see that
    /// one alone.
    /// </summary>
    private static int Secrets(string file, string endpoint, string certificate)
    {
        Marshal.FreeHGlobal(Marshal.StringToHGlobalAnsi("emulated-control"));
        GraphInvalidateLibrary.UseFile(file);
        GraphInvalidateCredential[] credentials =
        {
            new GraphInvalidateCredential("client-secret") { ClientSecret = "emulated-secret" },
            new GraphInvalidateCredential("client-certificate") { Certificate = File.ReadAllBytes(certificate), CertificatePassword = "emulated-password" },
            new GraphInvalidateCredential("environment") { Environment = new Dictionary<string, string> { { "AZURE_CLIENT_SECRET", "emulated-secret" } } },
        };
        foreach (GraphInvalidateCredential credential in credentials)
        {
            credential.Tenant = "contoso.example";
            credential.ClientId = "aaaaaaaa-0000-4000-8000-000000000003";
            using (GraphInvalidateClient client = new GraphInvalidateClient(new GraphInvalidateClientOptions { Endpoint = endpoint, Credential = credential }))
            {
                Console.WriteLine(client.SignIn().Status);
                client.SetAccessToken("emulated-token");
            }
        }

        return 0;
    }

    /// <summary>Makes clients, calls them, and forgets them: the collector must give everything back.</summary>
    private static int Abandon(string file, string endpoint, string token)
    {
        GraphInvalidateLibrary.UseFile(file);
        Thread maker = new Thread(() => MakeAndForget(endpoint, token));
        maker.Start();
        maker.Join();
        for (int round = 0; round < 5; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget(string endpoint, string token)
    {
        using (CancellationTokenSource source = new CancellationTokenSource())
        {
            for (int number = 0; number < 100; number++)
            {
                GraphInvalidateClient client = new GraphInvalidateClient(new GraphInvalidateClientOptions { Endpoint = endpoint, AccessToken = token });
                client.Invalidate(Adele, source.Token);
                Refusal(() => client.Invalidate("a/b", source.Token));
                Refusal(() => client.SetAccessToken(null));
                Refusal(() => new GraphInvalidateClient(new GraphInvalidateClientOptions { Api = "v3" }));
                if (number % 4 == 0)
                {
                    client.Dispose();
                }
            }
        }
    }
}
