@{ RootModule = 'Empty.dll'; ModuleVersion = '1.0'; CmdletsToExport = 'Invoke-Empty'; FunctionsToExport = @(); AliasesToExport = @(); VariablesToExport = @() }
