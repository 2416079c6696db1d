<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests;

use GraphInvalidate\Exception\ClosedException;
use GraphInvalidate\Exception\InvalidInputException;
use GraphInvalidate\Exception\RunException;
use GraphInvalidate\Exception\TokenException;
use GraphInvalidate\Status;
use GraphInvalidate\Tests\Support\EmulatorTestCase;

final class RunTest extends EmulatorTestCase
{
    public function testManyUsersComeFromAGeneratorAndGoOneByOne(): void
    {
        $run = self::$emulator->client()->run(
            (static fn (): \Generator => yield from self::generated(500))(),
            rate: INF,
        );
        $statuses = [];
        foreach ($run as $outcome) {
            $statuses[$outcome->user] = $outcome->status;
        }
        self::assertCount(500, $statuses);
        self::assertSame([Status::Accepted], array_values(array_unique($statuses, SORT_REGULAR)));
        $progress = $run->progress();
        self::assertSame([500, 500, 0], [$progress->added, $progress->accepted, $progress->failed]);
        self::assertSame(500, self::$emulator->users());
    }

    public function testAListThatIsLongerThanWhatARunTakesAtOnceIsReadToItsEnd(): void
    {
        $run = self::$emulator->client()->run([...self::generated(5000), ...self::generated(5000)], rate: INF);
        self::assertSame(5000, iterator_count($run->getIterator()));
        self::assertSame([10_000, 5000], [$run->progress()->added, $run->progress()->duplicates]);
        $run = self::$emulator->client()->run(new \ArrayIterator(self::generated(5000)), rate: INF);
        self::assertSame(5000, iterator_count($run->getIterator()));
    }

    public function testWhatIsNoKeyIsAnOutcomeAndTheOthersGoOn(): void
    {
        $users = [null, 7, 1.5, true, [], '', "a\0b", "\xff", new \stdClass(), self::ADELE];
        $statuses = [];
        foreach (self::$emulator->client()->run($users) as $outcome) {
            $statuses[] = $outcome->status->value;
        }
        $expected = ['null_argument', ...array_fill(0, 5, 'invalid_user'), 'empty_argument', 'invalid_utf8',
            'invalid_utf8', 'accepted'];
        sort($expected);
        sort($statuses);
        self::assertSame($expected, $statuses);
    }

    public function testNothingIsSentBeforeSomebodyReads(): void
    {
        $run = self::$emulator->client()->run([self::ADELE]);
        usleep(50_000);
        unset($run);
        self::assertSame(0, self::$emulator->users());
    }

    public function testAGeneratorIsReadNoFurtherThanUsersAreWanted(): void
    {
        $read = 0;
        $users = (static function () use (&$read): \Generator {
            foreach (self::generated(5000) as $user) {
                $read++;
                yield $user;
            }
        })();
        $run = self::$emulator->client()->run($users, rate: INF, batchSize: 1, concurrency: 1, ahead: 1);
        foreach ($run as $outcome) {
            break;
        }
        self::assertLessThan(5000, $read);
        self::assertLessThanOrEqual(2, self::$emulator->users());
    }

    public function testWhomASourceGivesIsSentWhileTheSourceWaits(): void
    {
        $users = static function (): \Generator {
            yield self::ADELE;
            // Who is here is on the way, though nobody has read an outcome so far.
            for ($looks = 0; self::$emulator->accepted(self::ADELE) === 0 && $looks < 500; $looks++) {
                usleep(20_000);
            }
            yield 'nobody@contoso.example';
        };
        $client = self::$emulator->client();
        $first = null;
        foreach ($client->run($users()) as $outcome) {
            $first ??= $outcome->status;
        }
        self::assertSame(Status::Accepted, $first);
    }

    public function testLeavingTheLoopEndsTheRunAndItsJournalIsGood(): void
    {
        $journal = self::newFile();
        $client = self::$emulator->client();
        $seen = 0;
        foreach ($client->run(self::generated(200), journal: $journal, rate: INF, batchSize: 5, ahead: 5) as $outcome) {
            if (++$seen === 20) {
                break;
            }
        }
        self::assertLessThan(200, self::$emulator->users());
        // The journal is free, and goes on where it ends.
        $run = $client->run(self::generated(200), journal: $journal, resume: true, rate: INF);
        $further = iterator_count($run->getIterator());
        self::assertSame(200, $further + $run->progress()->acceptedBefore);
        self::assertNotNull($run->notice);
        self::assertSame(200, self::$emulator->users());
        self::assertSame(
            Status::JournalExists,
            self::failed(static fn () => $client->run([self::ADELE], journal: $journal))->status,
        );
        unlink($journal);
    }

    public function testASourceThatThrowsMidwayIsThrownAfterTheOutcomesOfWhomItGave(): void
    {
        $journal = self::newFile();
        $users = static function (): \Generator {
            yield from self::generated(3);
            throw new \DomainException('the database went away');
        };
        $seen = 0;
        $thrown = self::thrown(static function () use ($users, $journal, &$seen): void {
            foreach (self::$emulator->client()->run($users(), journal: $journal) as $outcome) {
                $seen++;
            }
        });
        self::assertInstanceOf(\DomainException::class, $thrown);
        self::assertSame(3, $seen);
        // The record says that the list was not gone through.
        self::assertStringContainsString('"list"', (string) file_get_contents($journal));
        unlink($journal);
    }

    public function testAKeyWhoseTextThrowsIsToldAfterTheOutcomesOfWhoCameBefore(): void
    {
        $key = new class () implements \Stringable {
            public function __toString(): string
            {
                throw new \DomainException('the row is gone');
            }
        };
        $users = [...self::generated(30), $key, 'user000031@contoso.example'];
        foreach ([$users, new \ArrayIterator($users)] as $source) {
            $read = 0;
            $thrown = self::thrown(static function () use ($source, &$read): void {
                foreach (self::$emulator->client()->run($source) as $outcome) {
                    $read += (int) ($outcome->status === Status::Accepted);
                }
            });
            self::assertSame(['the row is gone', 30], [$thrown->getMessage(), $read]);
        }
        self::assertSame(0, self::$emulator->accepted('user000031@contoso.example'));
    }

    public function testAnIteratorThatThrowsAtOnceIsThrown(): void
    {
        $users = new \CallbackFilterIterator(new \ArrayIterator([1]), static fn () => throw new \DomainException('no'));
        $this->expectException(\DomainException::class);
        iterator_to_array(self::$emulator->client()->run($users));
    }

    public function testATokenThatIsUsedUpIsAskedForAgain(): void
    {
        $tokens = [self::$emulator->token('{"expires_in": -3600}'), self::$emulator->token()];
        $client = self::$emulator->client(token: static function () use (&$tokens): string {
            return array_shift($tokens) ?? '';
        });
        $run = $client->run([self::ADELE]);
        self::assertSame(1, iterator_count($run->getIterator()));
        self::assertSame(1, $run->progress()->accepted);
    }

    public function testATokenFunctionThatFailsEndsTheRunWithItsReason(): void
    {
        $client = self::$emulator->client(token: static fn () => throw new \DomainException('the vault is sealed'));
        $failure = self::thrown(static fn () => iterator_to_array($client->run(self::generated(3))));
        self::assertInstanceOf(TokenException::class, $failure);
        self::assertSame(Status::TokenProviderFailed, $failure->outcome()->status);
        self::assertInstanceOf(\DomainException::class, $failure->getPrevious());
        self::assertSame(0, self::$emulator->users());
    }

    public function testARunOutlivesItsClient(): void
    {
        $client = self::$emulator->client();
        $run = $client->run(self::generated(5));
        $client->close();
        self::assertSame(5, iterator_count($run->getIterator()));
        self::assertInstanceOf(ClosedException::class, self::thrown(static fn () => $client->run([])));
    }

    public function testARunIsReadOnce(): void
    {
        $run = self::$emulator->client()->run([self::ADELE]);
        self::assertSame(1, iterator_count($run->getIterator()));
        self::assertInstanceOf(ClosedException::class, self::thrown(static fn () => $run->getIterator()));
        $run->close();
        $run->cancel();
        self::assertSame(1, $run->progress()->accepted);
    }

    public function testClosingWithinTheLoopEndsIt(): void
    {
        $run = self::$emulator->client()->run(self::generated(50), ahead: 1, batchSize: 1);
        $seen = 0;
        foreach ($run as $outcome) {
            $seen++;
            $run->close();
        }
        self::assertSame(1, $seen);
    }

    public function testCancellingGivesTheOutcomesThatAreKnown(): void
    {
        $run = self::$emulator->client()->run(self::generated(200), rate: INF, batchSize: 5, ahead: 5);
        $seen = 0;
        foreach ($run as $outcome) {
            if (++$seen === 3) {
                $run->cancel();
            }
        }
        self::assertSame($run->progress()->accepted, $seen);
        self::assertLessThan(200, $seen);
    }

    public function testARehearsalNamesEverybodyAndSignsNobodyOut(): void
    {
        $outcomes = iterator_to_array(self::$emulator->client()->run([self::ADELE, 'x@contoso.example'], dryRun: true));
        $statuses = array_map(static fn ($outcome) => $outcome->status->value, $outcomes);
        self::assertEqualsCanonicalizing(['planned', 'user_not_found'], array_values($statuses));
        self::assertSame(0, self::$emulator->users());
    }

    public function testWhoIsExcludedIsNeverSignedOut(): void
    {
        $client = self::$emulator->client();
        $protect = static fn (): \Generator => yield self::ADELE;
        self::assertSame(1, iterator_count($client->run([self::ADELE, 'me'], exclude: $protect())->getIterator()));
        self::assertSame(0, self::$emulator->accepted(self::ADELE));
        self::assertSame(0, iterator_count($client->run([self::ADELE], exclude: self::ADELE)->getIterator()));
    }

    public function testAProtectionThatCameOutAsNothingIsRefused(): void
    {
        $client = self::$emulator->client();
        $used = (static fn (): \Generator => yield self::ADELE)();
        iterator_to_array($client->run([], exclude: $used));
        foreach ([[], [null], [''], ''] as $nothing) {
            $failure = self::thrown(static fn () => $client->run([self::ADELE], exclude: $nothing));
            self::assertInstanceOf(InvalidInputException::class, $failure, json_encode($nothing));
        }
        self::assertInstanceOf(
            \Exception::class,
            self::thrown(static fn () => iterator_to_array($client->run([self::ADELE], exclude: $used))),
        );
        self::assertInstanceOf(\TypeError::class, self::thrown(static fn () => $client->run([], exclude: null)));
        self::assertInstanceOf(\TypeError::class, self::thrown(static fn () => $client->run([], journal: null)));
        self::assertInstanceOf(
            InvalidInputException::class,
            self::thrown(static fn () => $client->run([self::ADELE], journal: '')),
        );
        self::assertSame(0, self::$emulator->users());
    }

    public function testAnEndIsTold(): void
    {
        $client = self::$emulator->client();
        self::$emulator->delay(20_000, 1);
        $failure = self::thrown(static fn () => iterator_to_array($client->run([self::ADELE], deadline: 0.2)));
        self::assertInstanceOf(RunException::class, $failure);
        self::assertSame(Status::DeadlineExceeded, $failure->outcome()->status);
    }
}
