#!/usr/bin/env bash
# One value of AZURE_TOKEN_CREDENTIALS is not read alike by the Azure SDKs.
#
# Guess:  the variable selects credentials of DefaultAzureCredential in every SDK, so a value that one SDK takes, each
#         other SDK takes as well, at least 'prod', 'dev' and the empty value.
# Seen:   azure-identity 1.27.0 (Python) and @azure/identity 4.14.1 (JavaScript) trim the value, ignore its case and read
#         an empty value as unset. azidentity 1.15.0 (Go) compares it as it is: 'PROD', ' prod ' and a variable that is
#         set but empty are errors, so a pipeline that clears the variable with an empty value stops a Go program alone.
#         A name is no safer: InteractiveBrowserCredential is taken by Python only, VisualStudioCodeCredential by Python
#         and JavaScript, VisualStudioCredential and BrokerCredential (which .NET has) by none of the three.
# Use:    set 'prod', 'dev', or the name of a credential that all of them have, in lower case for the first two; unset
#         the variable rather than emptying it.
#
# Needs python3 with venv, node with npm, go. Nothing is signed in and no service is contacted after the installation.
set -euo pipefail
folder=$(mktemp -d); trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT; cd "$folder"
export GOPATH=$folder/go GOFLAGS=-modcacherw

python3 -m venv python && python/bin/pip install --quiet --disable-pip-version-check azure-identity==1.27.0
cat >accepts.py <<'PYTHON'
import os, sys
from azure.identity import DefaultAzureCredential
for value in sys.argv[1:]:
    os.environ["AZURE_TOKEN_CREDENTIALS"] = value
    try:
        DefaultAzureCredential()
        print(f"python [{value}] taken")
    except ValueError:
        print(f"python [{value}] refused")
PYTHON

mkdir javascript && npm install --silent --no-audit --no-fund --prefix javascript @azure/identity@4.14.1 >/dev/null
cat >javascript/accepts.mjs <<'JAVASCRIPT'
import { DefaultAzureCredential } from "@azure/identity";
for (const value of process.argv.slice(2)) {
  process.env.AZURE_TOKEN_CREDENTIALS = value;
  let word = "taken";
  try { new DefaultAzureCredential(); } catch { word = "refused"; }
  console.log(`javascript [${value}] ${word}`);
}
JAVASCRIPT

mkdir program && cat >program/main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

func main() {
	for _, value := range os.Args[1:] {
		os.Setenv("AZURE_TOKEN_CREDENTIALS", value)
		word := "taken"
		if _, err := azidentity.NewDefaultAzureCredential(nil); err != nil {
			word = "refused"
		}
		fmt.Printf("go [%s] %s\n", value, word)
	}
}
GO
(cd program && go mod init program 2>/dev/null && go get github.com/Azure/azure-sdk-for-go/sdk/azidentity@v1.15.0 2>/dev/null && go build -o ../accepts .)

values=(prod dev PROD " prod " "" WorkloadIdentityCredential AzureDeveloperCliCredential InteractiveBrowserCredential
  VisualStudioCodeCredential VisualStudioCredential BrokerCredential)
{ python/bin/python accepts.py "${values[@]}"; node javascript/accepts.mjs "${values[@]}"; ./accepts "${values[@]}"; } >seen
cat >expected <<'SEEN'
python [prod] taken
python [dev] taken
python [PROD] taken
python [ prod ] taken
python [] taken
python [WorkloadIdentityCredential] taken
python [AzureDeveloperCliCredential] taken
python [InteractiveBrowserCredential] taken
python [VisualStudioCodeCredential] taken
python [VisualStudioCredential] refused
python [BrokerCredential] refused
javascript [prod] taken
javascript [dev] taken
javascript [PROD] taken
javascript [ prod ] taken
javascript [] taken
javascript [WorkloadIdentityCredential] taken
javascript [AzureDeveloperCliCredential] taken
javascript [InteractiveBrowserCredential] refused
javascript [VisualStudioCodeCredential] taken
javascript [VisualStudioCredential] refused
javascript [BrokerCredential] refused
go [prod] taken
go [dev] taken
go [PROD] refused
go [ prod ] refused
go [] refused
go [WorkloadIdentityCredential] taken
go [AzureDeveloperCliCredential] taken
go [InteractiveBrowserCredential] refused
go [VisualStudioCodeCredential] refused
go [VisualStudioCredential] refused
go [BrokerCredential] refused
SEEN
diff expected seen && echo "as described"
