# A library of another processor is named as one, in every language. Nobody is signed out.
# needs=linux-x64,linux-arm64,python3,npm,node,pwsh,unzip,php,java,go,dotnet
source "$CHECKOUT/xtask/trials/support/go-program.bash"
tar xf "graph-invalidate-c-$VERSION-linux-arm64.tar.gz"
library=$PWD/graph-invalidate-c-$VERSION-linux-arm64/lib/libgraph_invalidate.so
files=$PWD
refused() { # NAME COMMAND...
  local name=$1
  shift
  if "$@" >said 2>&1; then
    echo "$name took it: $(cat said)"
    exit 1
  fi
  grep -q "is for another processor than this" said || { echo "$name: $(cat said)"; exit 1; }
}

python3 -m zipfile -e graph_invalidate-"$VERSION"-py3-none-manylinux*x86_64.whl site
refused Python env PYTHONPATH=site LIBRARY="$library" python3 -c 'import graph_invalidate, os
graph_invalidate.use_library(os.environ["LIBRARY"])
graph_invalidate.invalidate_all_refresh_tokens("adele@contoso.example", token="a")'

npm install --prefix node --offline --no-audit --no-fund --loglevel error --force --os linux --cpu arm64 \
  "./graph-invalidate-$VERSION.tgz" "./graph-invalidate-linux-arm64-gnu-$VERSION.tgz"
addon=$PWD/node/node_modules/@graph-invalidate/linux-arm64-gnu/addon.node
refused Node env GRAPH_INVALIDATE_ADDON="$addon" node --input-type=module -e '
import { createRequire } from "node:module";
const { Client } = createRequire(process.cwd() + "/node/one.cjs")("graph-invalidate");
new Client({ token: "a" });'

unzip -q "graph-invalidate-php-$VERSION.zip"
cat >one.php <<END
<?php
spl_autoload_register(fn(\$name) => require 'graph-invalidate-php-$VERSION/src/' . strtr(substr(\$name, 16), '\\\\', '/') . '.php');
new GraphInvalidate\Client(token: 'a');
END
refused PHP env GRAPH_INVALIDATE_LIBRARY="$library" php one.php

cat >One.java <<'END'
class One {
    public static void main(String[] arguments) {
        graphinvalidate.GraphInvalidate.invalidateAllRefreshTokens("a@b.example", "a");
    }
}
END
refused Java env GRAPH_INVALIDATE_LIBRARY="$library" java --enable-native-access=ALL-UNNAMED -cp "graph-invalidate-$VERSION.jar" One.java

(go_program && go build -o one .)
refused Go env GRAPH_INVALIDATE_LIBRARY="$library" program/one

unzip -q "GraphInvalidate.$VERSION.nupkg" -d module
refused PowerShell pwsh -NoProfile -NonInteractive -Command "\$ErrorActionPreference = 'Stop'
Import-Module ./module/GraphInvalidate.psd1
[GraphInvalidate.GraphInvalidateLibrary]::UseFile('${library//\'/\'\'}')
Invoke-MgBetaInvalidateAllUserRefreshToken -UserId a@b.example"
cd "$files"
