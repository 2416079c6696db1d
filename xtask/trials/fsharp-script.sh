# An F# script, which has the package by its name.
# needs=linux-x64,fsi
cat >one.fsx <<END
#i "nuget: $PWD"
#r "nuget: GraphInvalidate.Client, $VERSION"
open GraphInvalidate
let client = new GraphInvalidateClient(GraphInvalidateClientOptions(AccessToken = System.Environment.GetEnvironmentVariable "GRAPH_INVALIDATE_TOKEN"))
printfn "%A" (client.Invalidate("adele.vance@contoso.example").Status)
END
dotnet fsi one.fsx
