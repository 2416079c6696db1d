<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests\Support;

use GraphInvalidate\Client;

/** The tenant of the tests: a process of its own, and its control interface. */
final class Emulator
{
    public readonly string $url;

    /** @var resource */
    private $process;

    /** @var array<int, resource> */
    private array $pipes = [];

    public function __construct(string ...$arguments)
    {
        $program = getenv('GRAPH_INVALIDATE_TEST_COMMAND')
            ?: throw new \LogicException('GRAPH_INVALIDATE_TEST_COMMAND is not set: run cargo xtask test php');
        $command = [$program, 'emulator', ...$arguments];
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w']], $this->pipes);
        $this->process = $process ?: throw new \RuntimeException("{$program} cannot be run");
        $this->url = trim(str_replace('listening on ', '', (string) fgets($this->pipes[1])));
    }

    public function __destruct()
    {
        $this->stop();
    }

    public function stop(): void
    {
        if (\is_resource($this->process)) {
            proc_terminate($this->process, 9);
            proc_close($this->process);
        }
    }

    /** Asks the control interface; a body makes it a POST. */
    public function ask(string $what, ?string $body = null): mixed
    {
        $http = ['method' => 'GET'];
        if ($body !== null) {
            $http = ['method' => 'POST', 'content' => $body, 'header' => 'Content-Type: application/json'];
        }
        $context = stream_context_create(['http' => $http]);
        $answer = file_get_contents("{$this->url}/__emulator/{$what}", false, $context);
        return json_decode((string) $answer, true);
    }

    /** Mints an access token; of the tenant's administrator where nothing else is wanted. */
    public function token(string $wanted = '{}'): string
    {
        return $this->ask('tokens', $wanted)['access_token'];
    }

    public function reset(): void
    {
        $this->ask('reset', '{}');
    }

    /** Lets answers come late, in milliseconds. */
    public function delay(int $milliseconds, int $times = 1): void
    {
        $this->ask('faults', "[{\"kind\":\"delay\",\"milliseconds\":{$milliseconds},\"times\":{$times}}]");
    }

    /** How often the service has accepted a user. */
    public function accepted(string $user): int
    {
        return $this->ask('accepted?user=' . rawurlencode($user))['count'];
    }

    /** How many different users the service has accepted. */
    public function users(): int
    {
        return $this->ask('requests')['users'];
    }

    /** A client of the emulator's administrator. */
    public function client(mixed ...$options): Client
    {
        $options += ['endpoint' => $this->url, 'environment' => [], 'timeout' => 60];
        return new Client(...$options, ...isset($options['token']) ? [] : ['token' => $this->token()]);
    }
}
