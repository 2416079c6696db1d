# What stands in for Pester here must be able to fail.

Describe 'Should' {
    It 'lets pass: <text>' -TestCases @(
        @{ text = '1 | Should -Be 1' }, @{ text = "'a', 'b' | Should -Be @('a', 'b')" }, @{ text = "'A' | Should -Not -BeExactly 'a'" }
        @{ text = "'abc' | Should -BeLike 'a*'" }, @{ text = "'abc' | Should -Match 'b'" }, @{ text = '1 | Should -BeOfType ([int])' }
        @{ text = '1, 2 | Should -Contain 2' }, @{ text = '1, 2 | Should -HaveCount 2' }, @{ text = '1 | Should -BeLessThan 2' }
        @{ text = '2 | Should -BeGreaterThan 1' }, @{ text = '$true | Should -BeTrue' }, @{ text = '$false | Should -BeFalse' }
        @{ text = '$null | Should -BeNullOrEmpty' }, @{ text = "{ throw 'x' } | Should -Throw -ExpectedMessage 'x'" }
    ) { & ([scriptblock]::Create($text)) }

    It 'does not let pass: <text>' -TestCases @(
        @{ text = '1 | Should -Be 2' }, @{ text = "'a', 'b' | Should -Be @('b', 'a')" }, @{ text = "'a' | Should -Be @('a', 'b')" }
        @{ text = '@() | Should -Be 1' }, @{ text = "'A' | Should -BeExactly 'a'" }, @{ text = "'abc' | Should -BeLike 'b*'" }
        @{ text = "'abc' | Should -Match 'd'" }, @{ text = "'abc' | Should -Not -Match 'b'" }, @{ text = '1 | Should -BeOfType ([string])' }
        @{ text = '1, 2 | Should -Contain 3' }, @{ text = '1, 2 | Should -HaveCount 1' }, @{ text = '2 | Should -BeLessThan 2' }
        @{ text = '$null | Should -BeGreaterThan 1' }, @{ text = '$null | Should -BeTrue' }, @{ text = '1 | Should -BeFalse' }
        @{ text = '1 | Should -BeNullOrEmpty' }, @{ text = '{ 1 } | Should -Throw' }, @{ text = "{ throw 'x' } | Should -Throw -ExpectedMessage 'y'" }
        @{ text = "{ throw 'x' } | Should -Throw -ErrorId 'y'" }
    ) {
        $said = try { & ([scriptblock]::Create($text)); 'passed' } catch { "$_" }
        if ($said -notlike 'Expected*') { throw "$text`: $said" }
    }
}

Describe 'A test' {
    BeforeAll { $ofTheBlock = 'seen'; $count = 0 }
    BeforeEach { $count++ }

    It 'sees what its block has set' { "$ofTheBlock $count" | Should -Be 'seen 1'; $ofTheTest = 'unseen' }

    It 'does not see what another test has set' { "$ofTheTest$count" | Should -Be '1' }
}
