<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests;

use GraphInvalidate\Client;
use GraphInvalidate\Credential;
use GraphInvalidate\Exception\ClosedException;
use GraphInvalidate\Exception\InvalidInputException;
use GraphInvalidate\Exception\TokenException;
use GraphInvalidate\Status;
use GraphInvalidate\Tests\Support\EmulatorTestCase;

final class BadInputTest extends EmulatorTestCase
{
    /** @return iterable<string, array{callable(Client): mixed}> */
    public static function wrongTypes(): iterable
    {
        $values = ['null' => null, 'number' => 5, 'list' => [], 'object' => new \stdClass(), 'false' => false];
        foreach ($values as $kind => $wrong) {
            yield "token {$kind}" => [static fn () => new Client(token: $wrong)];
            yield "credential {$kind}" => [static fn () => new Client(credential: $wrong)];
            yield "endpoint {$kind}" => [static fn () => new Client(token: 'x', endpoint: $wrong)];
            yield "caFile {$kind}" => [static fn () => new Client(token: 'x', caFile: $wrong)];
            yield "expectTenant {$kind}" => [static fn () => new Client(token: 'x', expectTenant: $wrong)];
            yield "user {$kind}" => [static fn (Client $client) => $client->invalidate($wrong)];
            yield "cancellation {$kind}" => [static fn (Client $client) => $client->invalidate('me', $wrong ?? 'none')];
            yield "user to verify {$kind}" => [static fn (Client $client) => $client->verify($wrong)];
            yield "users {$kind}" => [static fn (Client $client) => $client->run($wrong ?: 'one')];
            yield "journal {$kind}" => [static fn (Client $client) => $client->run([], journal: $wrong)];
            yield "verify {$kind}" => [static fn (Client $client) => $client->run([], verify: $wrong ?: 1)];
            $rate = \is_int($wrong) ? 'fast' : $wrong;
            yield "rate {$kind}" => [static fn (Client $client) => $client->run([], rate: $rate)];
            $size = \is_int($wrong) ? 5.5 : $wrong;
            yield "batchSize {$kind}" => [static fn (Client $client) => $client->run([], batchSize: $size)];
            yield "kind {$kind}" => [static fn () => new Credential($wrong)];
            yield "tenant {$kind}" => [static fn () => new Credential('chain', tenant: $wrong)];
            yield "secret {$kind}" => [static fn () => new Credential('client-secret', clientSecret: $wrong)];
            yield "certificate {$kind}" => [static fn () => new Credential('chain', certificate: $wrong)];
        }
        yield 'headers' => [static fn () => new Client(token: 'x', headers: ['x-one' => 1])];
        yield 'headers in a list' => [static fn () => new Client(token: 'x', headers: ['x-one: 1'])];
        yield 'environment' => [static fn () => new Client(token: 'x', environment: ['X' => null])];
        yield 'exclude' => [static fn (Client $client) => $client->run([], exclude: [5])];
        yield 'option' => [static fn () => new Client(tokn: 'x')];
    }

    /** @dataProvider wrongTypes */
    public function testAWrongTypeIsAnErrorOfPhpsOwn(callable $call): void
    {
        $client = self::$emulator->client();
        $thrown = self::thrown(static fn () => $call($client));
        self::assertInstanceOf(\Error::class, $thrown);
        self::assertSame(0, self::$emulator->users());
    }

    public function testWhatNoStringOfCHoldsIsRefusedAndNotCut(): void
    {
        $client = self::$emulator->client();
        foreach (["adele.vance@contoso.example\0x", "\0", "adele\xff@contoso.example"] as $key) {
            $outcome = self::failed(static fn () => $client->invalidate($key));
            self::assertSame(Status::InvalidUtf8, $outcome->status);
        }
        $token = self::$emulator->token();
        $failure = self::thrown(static fn () => self::$emulator->client(token: $token . "\0x"));
        self::assertStringNotContainsString($token, (string) $failure);
        self::assertSame(0, self::$emulator->users());
    }

    public function testNumbersOutOfTheirRangeAreRefused(): void
    {
        $client = self::$emulator->client();
        foreach ([-1, NAN, -INF, 5e9] as $seconds) {
            foreach (['wait', 'deadline'] as $option) {
                $failure = self::thrown(static fn () => $client->run([], ...[$option => $seconds]));
                self::assertInstanceOf(InvalidInputException::class, $failure);
            }
            self::assertInstanceOf(
                InvalidInputException::class,
                self::thrown(static fn () => new Client(token: 'x', timeout: $seconds)),
            );
        }
        foreach ([-1, PHP_INT_MIN, PHP_INT_MAX, 1 << 32, (1 << 32) + 5] as $number) {
            foreach (['batchSize', 'concurrency', 'ahead'] as $option) {
                $outcome = self::failed(static fn () => $client->run([], ...[$option => $number]));
                self::assertSame(Status::InvalidOption, $outcome->status);
            }
        }
        foreach ([-1, NAN, -INF] as $rate) {
            $outcome = self::failed(static fn () => $client->run([], rate: $rate));
            self::assertSame(Status::InvalidOption, $outcome->status);
        }
    }

    public function testATokenFunctionThatThrowsIsTheCause(): void
    {
        $cause = new \DomainException('the vault is sealed');
        $client = self::$emulator->client(token: static fn () => throw $cause);
        $failure = self::thrown(static fn () => $client->invalidate(self::ADELE));
        self::assertInstanceOf(TokenException::class, $failure);
        self::assertSame(Status::TokenProviderFailed, $failure->outcome()->status);
        self::assertSame([$cause, self::ADELE], [$failure->getPrevious(), $failure->outcome()->user]);
        self::assertStringNotContainsString('sealed', $failure->getMessage());
    }

    public function testATokenFunctionThatGivesNothingHasFailed(): void
    {
        $nothing = static function (): void {
        };
        $providers = [$nothing, static fn () => null, static fn () => 5, static fn () => [], static fn () => ''];
        foreach ($providers as $provider) {
            $client = self::$emulator->client(token: $provider);
            $outcome = self::failed(static fn () => $client->invalidate(self::ADELE));
            self::assertSame(Status::TokenProviderFailed, $outcome->status);
        }
        self::assertSame(0, self::$emulator->users());
    }

    public function testOfTokenAndCredentialOneIsGiven(): void
    {
        foreach (['x', static fn () => 'x'] as $token) {
            $credential = new Credential('azure-cli');
            $failure = self::thrown(static fn () => new Client(token: $token, credential: $credential));
            self::assertInstanceOf(InvalidInputException::class, $failure);
        }
    }

    public function testAClosedClientSaysSo(): void
    {
        $client = self::$emulator->client();
        $client->close();
        $client->close();
        $calls = [
            static fn () => $client->invalidate(),
            static fn () => $client->verify('me'),
            static fn () => $client->run([]),
            static fn () => $client->signIn(),
            static fn () => $client->access(),
        ];
        foreach ($calls as $call) {
            self::assertInstanceOf(ClosedException::class, self::thrown($call));
        }
    }

    public function testAValueThatWasLostLeadsNowhere(): void
    {
        foreach (['endpoint', 'expectTenant', 'caFile'] as $option) {
            $failure = self::thrown(static fn () => new Client(...['token' => 'x', $option => '']));
            self::assertInstanceOf(InvalidInputException::class, $failure, $option);
        }
        $client = self::$emulator->client();
        $outcome = self::failed(static fn () => $client->verify(self::ADELE, null));
        self::assertSame(Status::NullArgument, $outcome->status);
    }
}
