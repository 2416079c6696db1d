# The archive of the command for Windows.
# needs=win-x64,wine,unzip
unzip -q "graph-invalidate-$VERSION-win-x64.zip"
wine "graph-invalidate-$VERSION-win-x64/bin/graph-invalidate.exe" users adele.vance@contoso.example --verify
