# Certificates that Connect-GraphInvalidate finds in the current user's store, which .NET has on Linux, too: that of
# another home.

BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    . "$PSScriptRoot/support/SignIn.ps1"
    Start-Emulator
    Reset-Emulator

    # One engine for all: it fills its store, then tries the ways to name a certificate, and says how each ended.
    $text = @"
        using namespace System.Security.Cryptography
        using namespace System.Security.Cryptography.X509Certificates
        Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'

        class Unexportable : X509Certificate2 {
            Unexportable([byte[]] `$bytes, [string] `$password) : base(`$bytes, `$password) { }
            [byte[]] Export([X509ContentType] `$type, [string] `$password) { throw [CryptographicException]::new('Key not valid for use in specified state.') }
        }

        function New-Certificate([string] `$Subject, `$From, `$Until) {
            `$request = [CertificateRequest]::new(`$Subject, [RSA]::Create(2048), [HashAlgorithmName]::SHA256, [RSASignaturePadding]::Pkcs1)
            `$request.CreateSelfSigned(`$From, `$Until)
        }
        function Get-Public(`$Certificate) { [X509Certificate2]::new(`$Certificate.RawData) }

        `$pfx = [System.IO.File]::ReadAllBytes('$Certificates/client.pfx')
        `$registered = [X509Certificate2]::new(`$pfx, 'emulated-password', 'Exportable')
        `$now = [DateTimeOffset]::UtcNow
        `$store = [X509Store]::new('My', 'CurrentUser')
        `$store.Open('ReadWrite')
        `$store.Add(`$registered)
        # Of the same subject: an older one, a newer one that has expired, and the newest without its key.
        `$store.Add((New-Certificate 'CN=Incident Automation' `$now.AddYears(-9) `$now.AddYears(9)))
        `$store.Add((New-Certificate 'CN=Incident Automation' `$now.AddDays(-2) `$now.AddDays(-1)))
        `$store.Add((Get-Public (New-Certificate 'CN=Incident Automation' `$now.AddDays(-1) `$now.AddYears(9))))
        `$bare = Get-Public (New-Certificate 'CN=Bare, O=Contoso' `$now.AddDays(-1) `$now.AddYears(9))
        `$store.Add(`$bare)
        `$store.Close()

        function Show([string] `$What, [hashtable] `$With) {
            `$said = try { Connect-GraphInvalidate -TenantId $TenantId -ClientId $ClientId -Endpoint $EmulatorAddress @With; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele } catch { "`$(`$_.FullyQualifiedErrorId -replace ',.*') `$_" }
            "`${What}: `$(`$said -replace '\r?\n', ' ')"
        }
        `$thumbprint = `$registered.Thumbprint
        Show 'thumbprint' @{ CertificateThumbprint = `$thumbprint }
        Show 'thumbprint as a dialogue shows it' @{ CertificateThumbprint = "`$([char]0x200e)`$((`$thumbprint -split '(..)' -ne '') -join ' ')".ToLowerInvariant() }
        Show 'subject' @{ CertificateSubjectName = 'CN=Incident Automation' }
        Show 'common name' @{ CertificateName = 'incident automation' }
        Show 'object' @{ Certificate = `$registered; SendCertificateChain = `$true }
        Show 'no such thumbprint' @{ CertificateThumbprint = '00112233' }
        Show 'no such subject' @{ CertificateSubject = 'CN=Nobody' }
        Show 'no key' @{ CertificateSubject = 'CN=Bare,O=Contoso' }
        Show 'no key in the object' @{ Certificate = `$bare }
        Show 'key that stays' @{ Certificate = [Unexportable]::new(`$pfx, 'emulated-password') }
        Connect-GraphInvalidate -TenantId $TenantId -ClientId $ClientId -CertificateThumbprint `$thumbprint -Endpoint $EmulatorAddress
        "headers: `$(Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Headers @{ 'x-case' = '1' })"
        `$registered.Dispose()
        Show 'closed object' @{ Certificate = `$registered }
"@
    $home_ = [System.IO.Directory]::CreateTempSubdirectory().FullName
    $said = Invoke-Engine $text @{ HOME = $home_ }
    function Get-Said([string] $What) { ($said | Where-Object { $_.StartsWith("$What`: ") }) -replace '^.*?: ' }
}

AfterAll { [System.IO.Directory]::Delete($home_, $true) }

Describe 'A certificate of the store' {
    It 'signs in by <what>' -TestCases @(
        @{ what = 'thumbprint' }, @{ what = 'thumbprint as a dialogue shows it' }, @{ what = 'subject' }, @{ what = 'common name' }
        @{ what = 'object' }, @{ what = 'headers' }
    ) { Get-Said $what | Should -BeExactly 'True' -Because ($said -join "`n") }

    It 'lies where it was looked for' { [System.IO.Directory]::GetFiles("$home_/.dotnet/corefx/cryptography/x509stores/my").Count | Should -Be 5 }

    It 'that cannot serve is told in a sentence, which says what to do instead: <what>' -TestCases @(
        @{ what = 'no such thumbprint'; sentence = 'CertificateNotFound No certificate with the thumbprint 00112233 is in the stores CurrentUser\My and LocalMachine\My*' }
        @{ what = 'no such subject'; sentence = 'CertificateNotFound No certificate with the subject name CN=Nobody is in*' }
        @{ what = 'no key'; sentence = 'CertificateWithoutKey The certificate CN=Bare, O=Contoso (*) has no private key here*' }
        @{ what = 'no key in the object'; sentence = 'CertificateWithoutKey *has no private key here*' }
        @{ what = 'key that stays'; sentence = 'CertificateNotExportable The certificate CN=Incident Automation (*) cannot be taken out*(Key not valid for use in specified state)*' }
        @{ what = 'closed object'; sentence = 'CertificateNotExportable *' }
    ) {
        Get-Said $what | Should -BeLike $sentence -Because ($said -join "`n")
        Get-Said $what | Should -BeLike '*give its file with -CertificateFile*'
    }
}
