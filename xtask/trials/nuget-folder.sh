# The assembly where NuGet keeps it, as F# scripts, notebooks and Add-Type load it.
# needs=linux-x64,pwsh,unzip
unzip -q "GraphInvalidate.Client.$VERSION.nupkg" -d "packages"
pwsh -NoProfile -NonInteractive -Command "\$ErrorActionPreference = 'Stop'
Add-Type -Path packages/lib/net10.0/GraphInvalidate.dll
\$options = [GraphInvalidate.GraphInvalidateClientOptions]::new()
\$options.AccessToken = \$env:GRAPH_INVALIDATE_TOKEN
[GraphInvalidate.GraphInvalidateClient]::new(\$options).Invalidate('adele.vance@contoso.example').Status"
