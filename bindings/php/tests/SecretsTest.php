<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests;

use GraphInvalidate\Cancellation;
use GraphInvalidate\Client;
use GraphInvalidate\Credential;
use GraphInvalidate\Tests\Support\EmulatorTestCase;

/** No secret shows, and what owns something native is there once. */
final class SecretsTest extends EmulatorTestCase
{
    private const SECRET = 'correct-horse-battery-staple';

    private static function shown(mixed $value): string
    {
        ob_start();
        print_r($value);
        var_dump($value);
        var_export($value);
        echo json_encode($value, JSON_PARTIAL_OUTPUT_ON_ERROR);
        return (string) ob_get_clean();
    }

    private static function credential(): Credential
    {
        return new Credential(
            'client-secret',
            tenant: 'contoso.example',
            clientId: 'aaaaaaaa-0000-4000-8000-000000000003',
            clientSecret: self::SECRET,
            environment: ['AZURE_CLIENT_SECRET' => self::SECRET],
        );
    }

    /** @return iterable<string, array{callable(): object}> */
    public static function holders(): iterable
    {
        yield 'credential' => [self::credential(...)];
        yield 'client with a credential' => [static fn () => new Client(credential: self::credential())];
        $headers = ['x-a' => self::SECRET];
        yield 'client with a token' => [static fn () => new Client(token: self::SECRET, headers: $headers)];
        yield 'client with a function' => [static function (): Client {
            $token = self::SECRET;
            return new Client(token: static fn () => $token);
        }];
        yield 'run' => [static fn () => (new Client(token: static fn () => self::SECRET))->run(['me'])];
        yield 'cancellation' => [static fn () => new Cancellation()];
    }

    /**
     * @dataProvider holders
     * @param callable(): object $make
     */
    public function testNothingThatPrintsShowsASecret(callable $make): void
    {
        self::assertStringNotContainsString(self::SECRET, self::shown($make()));
    }

    /**
     * @dataProvider holders
     * @param callable(): object $make
     */
    public function testNothingIsClonedOrSerialized(callable $make): void
    {
        $holder = $make();
        self::assertInstanceOf(\Error::class, self::thrown(static fn () => clone $holder));
        self::assertInstanceOf(\Exception::class, self::thrown(static fn () => serialize($holder)));
        $forged = sprintf('O:%d:"%s":0:{}', \strlen($holder::class), $holder::class);
        self::assertInstanceOf(\Exception::class, self::thrown(static fn () => unserialize($forged)));
    }

    public function testNoTraceShowsASecret(): void
    {
        self::assertSame('0', ini_get('zend.exception_ignore_args'), 'traces show arguments here');
        $calls = [
            static fn () => new Client(token: self::SECRET, endpoint: 'nonsense'),
            static fn () => new Client(token: self::SECRET, proxy: 'ftp://a:' . self::SECRET . '@b'),
            static fn () => new Client(token: self::SECRET, headers: ['a b' => self::SECRET]),
            static fn () => new Client(token: self::SECRET, environment: ['A' => self::SECRET, 'B' => 5]),
            static fn () => new Client(credential: new Credential('nonsense', clientSecret: self::SECRET)),
            static fn () => new Client(credential: new Credential('client-certificate', certificate: self::SECRET)),
            static fn () => self::$emulator->client(token: static fn () => self::SECRET)->invalidate(self::ADELE),
            static fn () => self::$emulator->client(token: self::SECRET)->invalidate(self::ADELE),
            static fn () => iterator_to_array(self::$emulator->client(token: self::SECRET)->run([self::ADELE])),
        ];
        foreach ($calls as $index => $call) {
            $thrown = self::thrown($call);
            $ours = array_filter(
                $thrown->getTrace(),
                static fn (array $frame): bool => str_starts_with($frame['class'] ?? '', 'GraphInvalidate\\')
                    && !str_contains($frame['class'], '\\Tests\\'),
            );
            self::assertNotEmpty($ours);
            $shown = $thrown->getMessage() . print_r(array_column($ours, 'args'), true);
            self::assertStringNotContainsString(self::SECRET, $shown, (string) $index);
        }
    }
}
