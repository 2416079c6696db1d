<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests\Support;

use GraphInvalidate\Exception\OutcomeException;
use GraphInvalidate\Outcome;
use PHPUnit\Framework\TestCase;

/** Tests with an emulated tenant, which is emptied before each. */
abstract class EmulatorTestCase extends TestCase
{
    protected const ADELE = 'adele.vance@contoso.example';

    protected static Emulator $emulator;

    public static function setUpBeforeClass(): void
    {
        self::$emulator = new Emulator('--users', '5000');
    }

    public static function tearDownAfterClass(): void
    {
        self::$emulator->stop();
    }

    protected function setUp(): void
    {
        self::$emulator->reset();
    }

    /** What a call throws. */
    protected static function thrown(callable $call): \Throwable
    {
        try {
            $call();
        } catch (\Throwable $thrown) {
            return $thrown;
        }
        self::fail('nothing was thrown');
    }

    /** The outcome that a call fails with. */
    protected static function failed(callable $call): Outcome
    {
        $thrown = self::thrown($call);
        self::assertInstanceOf(OutcomeException::class, $thrown);
        return $thrown->outcome();
    }

    /**
     * Some of the tenant's many users.
     *
     * @return list<string>
     */
    protected static function generated(int $count): array
    {
        return array_map(static fn (int $n): string => sprintf('user%06d@contoso.example', $n), range(1, $count));
    }

    /** A name for a file that is not there yet. */
    protected static function newFile(): string
    {
        return sys_get_temp_dir() . '/graph-invalidate-' . bin2hex(random_bytes(8));
    }

    /**
     * Runs a program of PHP in a process of its own.
     *
     * @param array<string, string> $environment
     * @param list<string> $arguments
     * @return array{int, string, string} how it ended, and what it said and complained of.
     */
    protected static function program(string $code, array $environment = [], array $arguments = []): array
    {
        $file = self::newFile() . '.php';
        file_put_contents($file, $code);
        $inherited = array_filter(
            getenv(),
            static fn (string $name): bool => !str_starts_with($name, 'GRAPH_INVALIDATE_'),
            ARRAY_FILTER_USE_KEY,
        );
        $standard = [['file', '/dev/null', 'r'], ['pipe', 'w'], ['pipe', 'w']];
        $process = proc_open([PHP_BINARY, ...$arguments, $file], $standard, $pipes, null, $environment + $inherited);
        self::assertIsResource($process);
        $said = stream_get_contents($pipes[1]);
        $complained = stream_get_contents($pipes[2]);
        $status = proc_close($process);
        unlink($file);
        return [$status, (string) $said, (string) $complained];
    }

    /** The beginning of a program that uses the package. */
    protected static function opening(string $uses = 'GraphInvalidate\Client'): string
    {
        $preload = var_export(PACKAGE . '/preload.php', true);
        return "<?php\ndeclare(strict_types=1);\nuse {$uses};\nrequire {$preload};\n";
    }
}
