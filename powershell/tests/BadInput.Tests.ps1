BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator

    # The module with another native library, in an engine of its own.
    function Show-WithLibrary([string] $Library) {
        $folder = [System.IO.Directory]::CreateTempSubdirectory().FullName + '/GraphInvalidate'
        foreach ($file in [System.IO.Directory]::GetFiles($env:GRAPH_INVALIDATE_TEST_MODULE, '*', 'AllDirectories')) {
            $target = $folder + $file.Substring($env:GRAPH_INVALIDATE_TEST_MODULE.Length)
            if ($file -match 'native') { if (-not $Library) { continue }; $file = $Library }
            $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($target))
            [System.IO.File]::Copy($file, $target)
        }
        (Invoke-Engine "Import-Module '$folder'; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId me; 'went on'" @{ GRAPH_INVALIDATE_TOKEN = 'opaque'; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }) -join ' '
    }

    # A native library that has nothing but an ABI number.
    function New-Library([int] $Abi) {
        $folder = [System.IO.Directory]::CreateTempSubdirectory().FullName
        [System.IO.File]::WriteAllText("$folder/other.c", "unsigned graph_abi_version(void) { return $Abi; }")
        cc -shared -fPIC -o "$folder/other.so" "$folder/other.c"
        "$folder/other.so"
    }
}

Describe 'A user key' {
    BeforeEach { Reset-Emulator }

    It 'is refused with a sentence where it <what>' -TestCases @(
        @{ what = 'has a megabyte'; user = 'a' * 1MB; id = 'invalid_user,*'; sentence = '*1048576*1024*' }
        @{ what = 'has a NUL inside'; user = "adele$([char]0)@contoso.example"; id = 'invalid_utf8,*', 'invalid_user,*'; sentence = '*NUL*' }
        @{ what = 'has half a surrogate pair'; user = "adele$([char]0xD800)@contoso.example"; id = 'invalid_utf8,*', 'invalid_user,*'; sentence = '*surrogate*' }
        @{ what = 'is white space'; user = ' '; id = 'empty_argument,*'; sentence = '*' }
        @{ what = 'has a new line'; user = "a`nb"; id = 'invalid_user,*'; sentence = '*U+000A*' }
    ) {
        $failure = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $user 2>&1
        $id | Where-Object { $failure.FullyQualifiedErrorId -like $_ } | Should -Not -BeNullOrEmpty -Because $failure.FullyQualifiedErrorId
        $failure.Exception.Message | Should -BeLike $sentence
        $failure.Exception.Message.Length | Should -BeLessThan 400
        Get-RequestCount | Should -Be 0
    }

    It 'is refused by the engine where it is <what>' -TestCases @(@{ what = '$null'; user = $null }, @{ what = 'an empty text'; user = '' }) {
        { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $user } | Should -Throw -ExpectedMessage '*UserId*'
        Get-RequestCount | Should -Be 0
    }
}

Describe 'A connection' {
    It 'may be ended twice, and before there is one' {
        Disconnect-GraphInvalidate
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure opaque)
        Disconnect-GraphInvalidate
        Disconnect-GraphInvalidate
        Get-GraphInvalidateContext | Should -BeNullOrEmpty
    }

    It 'is not made of half a token' {
        $half = [securestring]::new()
        "half$([char]0)of it".ToCharArray() | ForEach-Object { $half.AppendChar($_) }
        $command = 'GraphInvalidate.PowerShell.ConnectGraphInvalidateCommand'
        { Connect-GraphInvalidate -AccessToken $half } | Should -Throw -ErrorId "invalid_utf8,$command"
        { Connect-GraphInvalidate -AccessToken (ConvertTo-Secure 'two words') } | Should -Throw -ErrorId "token_malformed,$command"
    }
}

Describe 'A native library' {
    It 'that is missing is told by the paths that were tried' {
        $shown = Show-WithLibrary ''
        $shown | Should -BeLike '*no native library for*GraphInvalidate/runtimes/*'
    }

    It 'that is none is named' { Show-WithLibrary "$env:GRAPH_INVALIDATE_TEST_MODULE/LICENSE-MIT" | Should -BeLike '*cannot be loaded as a native library*' }

    It 'that is cut short is named, and ends no session' {
        $library = [System.IO.Directory]::GetFiles($env:GRAPH_INVALIDATE_TEST_MODULE, 'libgraph_invalidate.so', 'AllDirectories')[0]
        $half = Join-Path $TestDrive 'half.so'
        Copy-Item $library $half
        $file = [System.IO.File]::OpenWrite($half)
        $file.SetLength($file.Length / 2)
        $file.Dispose()
        Show-WithLibrary $half | Should -BeLike '*is cut short*'
    }

    It 'that is another one is named' {
        $foreign = [System.IO.Directory]::GetFiles([System.IO.Path]::GetDirectoryName([object].Assembly.Location), '*System.Native.so')[0]
        Show-WithLibrary $foreign | Should -BeLike '*is another library*graph_abi_version*'
    }

    It 'that is <which> than the module is told with both numbers' -TestCases @(
        @{ which = 'older'; abi = 0 }
        @{ which = 'newer'; abi = 99 }
    ) {
        Show-WithLibrary (New-Library $abi) | Should -BeLike "*ABI $abi*$which*ABI 1*"
    }
}
