<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests;

use GraphInvalidate\Tests\Support\EmulatorTestCase;

/** The example does what it says. */
final class ExampleTest extends EmulatorTestCase
{
    private string $file;

    protected function setUp(): void
    {
        parent::setUp();
        $this->file = self::newFile();
        file_put_contents("{$this->file}.csv", "\u{FEFF}name,mail\nAdele,adele.vance@contoso.example\n"
            . "Generated,\"user000001@contoso.example\"\n");
    }

    protected function tearDown(): void
    {
        array_map(unlink(...), glob("{$this->file}*") ?: []);
    }

    /** @return array{int, string} how it ended, and what it said. */
    private function signOut(string ...$options): array
    {
        $arguments = [...$options, "{$this->file}.csv", "{$this->file}.jsonl"];
        $example = PACKAGE . '/examples/sign-out-csv.php';
        $environment = [
            'COMPOSER_AUTOLOAD' => PACKAGE . '/preload.php',
            'GRAPH_INVALIDATE_ENDPOINT' => self::$emulator->url,
            'AZURE_TENANT_ID' => 'c0ffee00-1111-4222-8333-444455556666',
            'AZURE_CLIENT_ID' => 'aaaaaaaa-0000-4000-8000-000000000003',
            'AZURE_CLIENT_SECRET' => 'emulated-secret',
        ];
        $standard = [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]];
        $process = proc_open([PHP_BINARY, $example, ...$arguments], $standard, $pipes, null, $environment + getenv());
        self::assertIsResource($process);
        $said = (string) stream_get_contents($pipes[1]);
        return [proc_close($process), $said];
    }

    public function testAFileOfUsersIsSignedOutAndASecondStartHasNothingLeftToDo(): void
    {
        [$status, $said] = $this->signOut('--column=mail', '--dry-run');
        self::assertSame([0, 0], [$status, self::$emulator->users()], $said);
        [$status, $said] = $this->signOut('--column=mail');
        self::assertSame(0, $status, $said);
        self::assertStringContainsString("adele.vance@contoso.example\tverified\t", $said);
        self::assertStringContainsString('2 of 2 are done, 0 are not', $said);
        [$status, $said] = $this->signOut('--column=mail');
        self::assertSame(0, $status, $said);
        self::assertSame(1, self::$emulator->accepted('adele.vance@contoso.example'));
    }

    public function testAColumnThatIsNotThereIsNamed(): void
    {
        [$status, $said] = $this->signOut();
        self::assertSame(1, $status);
        self::assertStringContainsString('has no column userPrincipalName, but name, mail', $said);
        self::assertSame(0, self::$emulator->users());
    }
}
