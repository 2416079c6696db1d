<?php

// The driver of the scenarios: reads situations as JSON lines, and answers each with what the public interface showed.
// The judge is tests/conformance.rs; tests/scenarios/README.md describes the protocol. An argument is the package's
// folder: the packed one, or the source.

declare(strict_types=1);

use GraphInvalidate\Client;
use GraphInvalidate\Credential;
use GraphInvalidate\Exception\OutcomeException;
use GraphInvalidate\Exception\TokenException;
use GraphInvalidate\NotGiven;
use GraphInvalidate\Outcome;

require($argv[1] ?? dirname(__DIR__)) . '/preload.php';

/** Named arguments: camelCase, milliseconds become seconds, and what has no end is INF. */
function arguments(#[SensitiveParameter] array $given): array
{
    $arguments = [];
    foreach ($given as $name => $value) {
        $seconds = str_ends_with($name, '_ms');
        $words = explode('_', $seconds ? substr($name, 0, -3) : $name);
        $value = $value === 'unlimited' || $value === 'infinite' ? INF : $value;
        $arguments[lcfirst(implode('', array_map(ucfirst(...), $words)))] = $seconds ? $value / 1000 : $value;
    }
    return $arguments;
}

/** A client; bytes of a credential come in base64. */
function client(#[SensitiveParameter] array $given): Client
{
    if (isset($given['credential'])) {
        $credential = arguments($given['credential']);
        if (isset($credential['certificate'])) {
            $credential['certificate'] = base64_decode($credential['certificate']);
        }
        $given['credential'] = $GLOBALS['credential'] = new Credential(...$credential);
    }
    return new Client(...arguments($given));
}

/** What is judged of an outcome. */
function fields(Outcome $outcome): array
{
    return [
        'status' => $outcome->status->value,
        'http_status' => $outcome->httpStatus,
        'attempts' => $outcome->attempts,
        'user' => $outcome->user,
        'code' => $outcome->code,
        'message' => $outcome->message,
        'hint' => $outcome->hint,
        'sessions_valid_from' => $outcome->sessionsValidFrom?->format(DATE_RFC3339_EXTENDED),
    ];
}

/** All that a person may be shown, in every way that PHP has. */
function shown(mixed ...$values): string
{
    ob_start();
    foreach ($values as $value) {
        echo $value instanceof Throwable ? $value . print_r($value->getTrace(), true) : '';
        print_r($value);
        var_dump($value);
        var_export($value instanceof Throwable ? (string) $value : $value);
        echo json_encode((array) $value, JSON_PARTIAL_OUTPUT_ON_ERROR);
    }
    return (string) ob_get_clean();
}

/** Makes the calls one after another, until one fails; answers with the last outcome. */
function calls(#[SensitiveParameter] array $situation): array
{
    $GLOBALS['credential'] = $client = null;
    try {
        $client = client($situation['client']);
        foreach ($situation['calls'] as $call) {
            $outcome = match ($call['call']) {
                'sign_in' => $client->signIn(),
                'invalidate' => $client->invalidate($call['user']),
                'show' => $client->verify($call['user']),
                'verify' => $client->verify($call['user'], $call['not_before'] ?? $outcome->serverDate ?? null),
            };
        }
    } catch (OutcomeException $failure) {
        return ['outcome' => fields($failure->outcome()), 'shown' => shown($failure, $GLOBALS['credential'], $client)];
    }
    return ['outcome' => fields($outcome), 'shown' => shown($outcome, $GLOBALS['credential'], $client)];
}

/** All of them on one client, each in a fiber: the provider lets the others go on before it answers. */
function identities(#[SensitiveParameter] array $situation): array
{
    $tokens = new WeakMap();
    $token = static function () use ($tokens): string {
        Fiber::suspend();
        return $tokens[Fiber::getCurrent()];
    };
    $client = client([...$situation['client'], 'token' => $token]);
    $statuses = [];
    $fibers = [];
    foreach ($situation['identities'] as $index => $one) {
        $statuses[$index] = [];
        $fibers[] = $fiber = new Fiber(static function () use ($client, $situation, $one, $index, &$statuses): void {
            while (count($statuses[$index]) < $one['calls']) {
                try {
                    $user = $one['user'];
                    foreach ($situation['in_runs'] ? $client->run([$user]) : [$client->invalidate($user)] as $outcome) {
                        $statuses[$index][] = $outcome->status->value;
                    }
                } catch (OutcomeException $failure) {
                    $statuses[$index][] = $failure->outcome()->status->value;
                }
            }
        });
        $tokens[$fiber] = $one['token'];
        $fiber->start();
    }
    while ($fibers = array_filter($fibers, static fn (Fiber $fiber): bool => !$fiber->isTerminated())) {
        foreach ($fibers as $fiber) {
            $fiber->resume();
        }
    }
    return ['identities' => $statuses];
}

/** Runs to the end; answers with all that was seen. */
function run(#[SensitiveParameter] array $situation): array
{
    $given = $situation['client'];
    $waiting = $situation['tokens_when_needed'];
    $answer = ['outcomes' => [], 'failure' => null, 'notice' => null, 'tokens_needed' => 0, 'progress' => (object) []];
    $usedUp = $waiting === [];
    if ($waiting !== []) {
        $first = isset($given['token']) ? [$given['token']] : [];
        $answer['tokens_needed'] -= count($first);
        $tokens = [...$first, ...$waiting];
        $last = '';
        // One after another, and the last one again when they are used up.
        $given['token'] = static function () use (&$tokens, &$answer, &$usedUp, &$last): string {
            $answer['tokens_needed']++;
            $usedUp = $tokens === [];
            return $last = array_shift($tokens) ?? $last;
        };
    }
    $run = null;
    try {
        $client = client($given);
        $run = $client->run($situation['users'], ...arguments($situation['run']));
        $answer['notice'] = $run->notice;
        foreach ($run as $outcome) {
            $answer['outcomes'][] = [$outcome->user, $outcome->status->value];
            if (count($answer['outcomes']) === ($situation['cancel_after'] ?? null)) {
                $run->cancel();
            }
        }
    } catch (OutcomeException $failure) {
        // That nobody had another token is no failure here: the judge counts how often one was needed.
        $nobody = $run !== null && $failure instanceof TokenException && $usedUp;
        $answer['tokens_needed'] += $nobody && $waiting === [] ? 1 : 0;
        $answer['failure'] = $nobody ? null : fields($failure->outcome());
        $answer['shown'] = shown($failure, $run);
    }
    if ($run !== null) {
        $answer['progress'] = progress(get_object_vars($run->progress()));
    }
    return $answer;
}

/** Numbers by the names of graph_progress. */
function progress(array $numbers): object
{
    $named = [];
    foreach (array_filter($numbers, is_int(...)) as $name => $number) {
        $named[strtolower((string) preg_replace('/[A-Z]/', '_$0', $name))] = $number;
    }
    return (object) $named;
}

while (($line = fgets(STDIN)) !== false) {
    $situation = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
    $answer = match (true) {
        isset($situation['identities']) => $situation['by'] === 'tasks'
            ? identities($situation)
            : ['inexpressible' => 'PHP has no threads'],
        isset($situation['run']) => run($situation),
        default => calls($situation),
    };
    echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
