<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests;

use GraphInvalidate\Cancellation;
use GraphInvalidate\Exception;
use GraphInvalidate\Library;
use GraphInvalidate\Outcome;
use GraphInvalidate\Status;
use GraphInvalidate\Tests\Support\EmulatorTestCase;

final class ClientTest extends EmulatorTestCase
{
    public function testAUserIsSignedOutAndThatIsProved(): void
    {
        $client = self::$emulator->client();
        $accepted = $client->invalidate(self::ADELE);
        $verified = $client->verify(self::ADELE, $accepted->serverDate);
        self::assertSame([Status::Accepted, Status::Verified], [$accepted->status, $verified->status]);
        self::assertFalse($accepted->status->isFailure());
        self::assertSame(1, self::$emulator->accepted(self::ADELE));
        self::assertSame(Status::Shown, $client->verify(self::ADELE)->status);
        self::assertSame(['application/json'], $verified->headers['content-type']);
        self::assertLessThan(60, abs(time() - $accepted->time->getTimestamp()));
        self::assertEquals($accepted, unserialize(serialize($accepted)));
    }

    public function testItsJsonHasTheNamesOfTheJournal(): void
    {
        $client = self::$emulator->client();
        $accepted = json_decode((string) json_encode($client->invalidate(self::ADELE)), true);
        $names = 'time status http_status attempts user request_id client_request_id server_date';
        self::assertSame(explode(' ', $names), array_keys($accepted));
        self::assertSame(['accepted', 200], [$accepted['status'], $accepted['http_status']]);
        self::assertMatchesRegularExpression('/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/', $accepted['time']);
        // What the service gave, to the millisecond: it can be handed back.
        self::assertSame(Status::Verified, $client->verify(self::ADELE, $accepted['server_date'])->status);
    }

    public function testAnOutcomeIsReadBackFromItsJsonAndMadeOfWhatMattersToATest(): void
    {
        $client = self::$emulator->client();
        $accepted = $client->invalidate(self::ADELE);
        $json = (string) json_encode($accepted);
        $again = Outcome::fromArray(json_decode($json, true));
        self::assertSame($json, json_encode($again));
        self::assertSame(Status::Verified, $client->verify($again->user, $again->serverDate)->status);
        $row = ['status' => 'throttled', 'user' => 'a@b', 'retry_after' => '2.5', 'id' => '', 'Department' => 'Sales'];
        $made = Outcome::fromArray($row);
        $seen = [$made->status, $made->user, $made->retryAfter, $made->id];
        self::assertEquals([Status::Throttled, 'a@b', 2.5, null], $seen);
        $wrong = [
            [], ['status' => 'signed out'], ['status' => 'accepted', 'server_date' => '05.12.2026 10:00'],
            ['status' => 'accepted', 'server_date' => '2026-12-05T10:00:00'],
            ['status' => 'accepted', 'attempts' => 1.5],
            ['status' => 'accepted', 'user' => ['a@b']], ['status' => 'accepted', 'attempts' => -1],
        ];
        foreach ($wrong as $values) {
            try {
                Outcome::fromArray($values);
                self::fail((string) json_encode($values));
            } catch (\InvalidArgumentException $refusal) {
                self::assertNotSame('', $refusal->getMessage());
            }
        }
    }

    public function testLeftOutTheUserIsWhoeverSignedIn(): void
    {
        self::assertSame('me', self::$emulator->client()->invalidate()->user);
        self::assertSame(1, self::$emulator->accepted('admin@contoso.example'));
    }

    public function testAKeyMayBeAnObjectWithAText(): void
    {
        $key = new class () implements \Stringable {
            public function __toString(): string
            {
                return 'adele.vance@contoso.example';
            }
        };
        self::assertSame(Status::Accepted, self::$emulator->client()->invalidate($key)->status);
    }

    public function testAFailureIsAnExceptionOfItsHundred(): void
    {
        $client = self::$emulator->client();
        $failure = self::thrown(static fn () => $client->invalidate('nobody@contoso.example'));
        self::assertInstanceOf(Exception\UserException::class, $failure);
        self::assertInstanceOf(Exception\GraphInvalidateException::class, $failure);
        self::assertSame([400, Status::UserNotFound], [$failure->getCode(), $failure->outcome()->status]);
        self::assertSame('Request_ResourceNotFound', $failure->outcome()->code);
        self::assertStringStartsWith("user_not_found: Resource 'nobody@contoso.example'", $failure->getMessage());
        self::assertTrue($failure->outcome()->status->isFailure());
    }

    public function testEveryHundredHasAnExceptionOfItsOwn(): void
    {
        $kinds = [];
        foreach (Status::cases() as $status) {
            if ($status->isFailure() && $status !== Status::Unknown) {
                $thrown = Exception\OutcomeException::of($status->number(), new Outcome($status));
                $kinds[intdiv($status->number(), 100)][] = $thrown::class;
            }
        }
        $kinds = array_map(static fn (array $classes): array => array_values(array_unique($classes)), $kinds);
        self::assertSame(range(1, 9), array_keys($kinds));
        self::assertSame(array_fill(0, 9, 1), array_values(array_map(count(...), $kinds)));
        self::assertCount(9, array_unique(array_merge(...array_values($kinds))));
    }

    public function testATokenFunctionIsAskedForEachCall(): void
    {
        $asked = [];
        $client = self::$emulator->client(token: function (string $scope) use (&$asked): string {
            $asked[] = $scope;
            return self::$emulator->token('{"user": "adele.vance@contoso.example"}');
        });
        $client->invalidate();
        $client->invalidate();
        self::assertSame(['https://graph.microsoft.com/.default', 'https://graph.microsoft.com/.default'], $asked);
        self::assertSame(2, self::$emulator->accepted(self::ADELE));
        self::assertSame(self::ADELE, $client->access()->user);
    }

    public function testATokenThatHasExpiredIsAskedForOnceMore(): void
    {
        $tokens = [self::$emulator->token('{"expires_in": -3600}'), self::$emulator->token()];
        $client = self::$emulator->client(token: static function () use (&$tokens): string {
            return array_shift($tokens);
        });
        self::assertSame(Status::Accepted, $client->invalidate(self::ADELE)->status);
        self::assertSame([], $tokens);
    }

    public function testATokenThatComesAfterTheTimeoutIsNotUsed(): void
    {
        $asked = 0;
        $client = self::$emulator->client(timeout: 0.2, token: static function () use (&$asked): string {
            usleep(300_000);
            $asked++;
            return self::$emulator->token();
        });
        foreach (['invalidate', 'verify', 'access'] as $call) {
            $outcome = self::failed(static fn () => $client->{$call}(self::ADELE));
            self::assertSame([Status::DeadlineExceeded, self::ADELE], [$outcome->status, $outcome->user]);
            self::assertStringContainsString('nothing was sent', (string) $outcome->message);
        }
        self::assertSame(3, $asked);
        self::assertSame(0, self::$emulator->accepted(self::ADELE));

        $tokens = [fn () => self::$emulator->token('{"expires_in": -3600}'), fn () => usleep(1_100_000)];
        $client = self::$emulator->client(timeout: 1, token: static function () use (&$tokens): string {
            return array_shift($tokens)() ?? self::$emulator->token();
        });
        $outcome = self::failed(static fn () => $client->invalidate(self::ADELE));
        self::assertSame(Status::DeadlineExceeded, $outcome->status);
        self::assertSame(0, self::$emulator->accepted(self::ADELE));
    }

    public function testWhatTheTokenMayDoIsToldBeforehand(): void
    {
        $access = self::$emulator->client()->access(self::ADELE);
        self::assertSame([Status::Accepted, 'delegated'], [$access->status, $access->kind]);
        $allowed = array_filter($access->findings, static fn ($finding): bool => $finding->verdict === 'allowed');
        self::assertContains('target', array_column($allowed, 'job'));
        self::assertGreaterThan(new \DateTimeImmutable(), $access->expires);
    }

    public function testACancellationEndsCallsAndStaysGiven(): void
    {
        $cancellation = new Cancellation();
        self::assertFalse($cancellation->isCancelled());
        $cancellation->cancel();
        $client = self::$emulator->client();
        $outcome = self::failed(static fn () => $client->invalidate(self::ADELE, $cancellation));
        self::assertSame(Status::Cancelled, $outcome->status);
        self::assertTrue($cancellation->isCancelled());
        self::assertSame(0, self::$emulator->accepted(self::ADELE));
    }

    public function testTheTimeoutIsOfTheWholeCall(): void
    {
        self::$emulator->delay(30_000);
        $client = self::$emulator->client(timeout: 0.2);
        $outcome = self::failed(static fn () => $client->invalidate(self::ADELE));
        self::assertSame(Status::DeadlineExceeded, $outcome->status);
    }

    public function testEveryCallGivesItsMemoryBack(): void
    {
        $client = self::$emulator->client();
        $round = static function (int $calls) use ($client): void {
            for ($call = 0; $call < $calls; $call++) {
                $client->invalidate(self::ADELE);
                self::failed(static fn () => $client->invalidate(''));
            }
        };
        $round(50);
        $before = memory_get_usage();
        $round(200);
        self::assertLessThan(100_000, memory_get_usage() - $before);
    }

    public function testTheLibraryIsOfThePackagesVersion(): void
    {
        $package = json_decode((string) file_get_contents(PACKAGE . '/composer.json'), true);
        self::assertSame($package['version'], Library::version());
    }
}
