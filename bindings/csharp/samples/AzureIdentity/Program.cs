// Signs a user out with whatever identity this machine has: dotnet run -- adele@contoso.com

using System;
using Azure.Identity;
using GraphInvalidate;

using GraphInvalidateClient client = new DefaultAzureCredential().ToClient();
Console.WriteLine(await client.InvalidateAsync(args.Length > 0 ? args[0] : "me"));
