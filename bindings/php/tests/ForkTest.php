<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests;

use GraphInvalidate\Tests\Support\EmulatorTestCase;

/** A client works before and after a fork, in the parent and in its children. */
final class ForkTest extends EmulatorTestCase
{
    /** @return iterable<string, array{string}> */
    public static function ways(): iterable
    {
        yield 'as it is' => [''];
        yield 'with signals, by the queue' => ['pcntl_async_signals(true);'];
    }

    /** @dataProvider ways */
    public function testAClientWorksOnInParentAndChildren(string $way): void
    {
        $program = self::opening() . $way . <<<'PHP'

            $client = new Client(token: getenv('TOKEN'), endpoint: getenv('EMULATOR'));
            $client->invalidate('user000001@contoso.example');
            $children = [];
            for ($number = 2; $number < 6; $number++) {
                if (($child = pcntl_fork()) === 0) {
                    $user = sprintf('user%06d@contoso.example', $number);
                    exit($client->invalidate($user)->status->value === 'accepted' ? 7 : 1);
                }
                $children[] = $child;
            }
            echo $client->invalidate('user000006@contoso.example')->status->value;
            foreach ($children as $child) {
                pcntl_waitpid($child, $status);
                echo ' ', pcntl_wexitstatus($status);
            }
            echo ' ', $client->invalidate('user000007@contoso.example')->status->value;
            PHP;
        $environment = ['TOKEN' => self::$emulator->token(), 'EMULATOR' => self::$emulator->url];
        self::assertSame([0, 'accepted 7 7 7 7 accepted', ''], self::program($program, $environment));
        self::assertSame(7, self::$emulator->users());
    }

    public function testARunStaysWithItsProcess(): void
    {
        $program = self::opening() . <<<'PHP'
            $client = new Client(token: getenv('TOKEN'), endpoint: getenv('EMULATOR'));
            $run = $client->run(['user000001@contoso.example', 'user000002@contoso.example'], batchSize: 1, ahead: 1);
            $outcomes = $run->getIterator();
            $first = $outcomes->current()->status->value;
            if (pcntl_fork() === 0) {
                try {
                    $outcomes->next();
                } catch (GraphInvalidate\Exception\RunException $failure) {
                    exit($failure->outcome()->status->value === 'run_forked' ? 7 : 1);
                }
                exit(2);
            }
            pcntl_wait($status);
            // Another one that does not look at it, and ends in good order.
            if (pcntl_fork() === 0) {
                exit(7);
            }
            pcntl_wait($other);
            $outcomes->next();
            $ended = array_map(pcntl_wexitstatus(...), [$other, $status]);
            echo $first, ' ', implode(' ', $ended), ' ', $outcomes->current()->status->value;
            PHP;
        $environment = ['TOKEN' => self::$emulator->token(), 'EMULATOR' => self::$emulator->url];
        self::assertSame([0, 'accepted 7 7 accepted', ''], self::program($program, $environment));
    }
}
