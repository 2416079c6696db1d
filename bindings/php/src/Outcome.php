<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate;

use GraphInvalidate\Native\Carried;
use GraphInvalidate\Native\Values;

/**
 * What became of one call, or of one user of a run. A value that can be kept, compared and serialized.
 */
final readonly class Outcome implements \JsonSerializable
{
    private const JSON_TIME = 'Y-m-d\TH:i:s.v\Z';

    /** Made by this package; make one yourself in tests of your own, with what matters there. */
    public function __construct(
        /**
         * How it ended.
         */
        public Status $status,
        /**
         * The HTTP status of the last answer; 0 where there was none.
         */
        public int $httpStatus = 0,
        /**
         * Number of attempts.
         */
        public int $attempts = 0,
        /**
         * How long the service asked to wait; 0 where it did not ask.
         * In seconds.
         */
        public float $retryAfter = 0.0,
        /**
         * When the outcome was known, by the local clock.
         */
        public \DateTimeImmutable $time = new \DateTimeImmutable(),
        /**
         * The user key as given, trimmed; "me" for the signed-in user; null where no user is concerned.
         */
        public ?string $user = null,
        /**
         * The user's object id, where it is known.
         */
        public ?string $id = null,
        /**
         * The service's own error code: Graph's, for example Request_ResourceNotFound, or the sign-in
         * service's. Where a person is to sign in, the code for them to enter.
         */
        public ?string $code = null,
        /**
         * What happened, in one sentence.
         */
        public ?string $message = null,
        /**
         * What to do next.
         */
        public ?string $hint = null,
        /**
         * The service's id of the last request: what its support asks for.
         */
        public ?string $requestId = null,
        /**
         * The library's id of the last request, a GUID.
         */
        public ?string $clientRequestId = null,
        /**
         * The service's clock when it answered. What Client::verify() takes as notBefore.
         */
        public ?\DateTimeImmutable $serverDate = null,
        /**
         * The headers of the last answer: the values of each, by its name in lower case, in the order received.
         *
         * @var array<string, list<string>>
         */
        public array $headers = [],
        /**
         * From when the user's sign-in sessions are valid, as the last read of it showed.
         */
        public ?\DateTimeImmutable $sessionsValidFrom = null,
    ) {
    }

    /**
     * The names and units of the journal and of the command's JSON; what is unknown is left out, as the headers are.
     *
     * @return array<string, mixed>
     */
    public function jsonSerialize(): array
    {
        $known = [
            'time' => $this->time->format(self::JSON_TIME),
            'status' => $this->status,
            'http_status' => $this->httpStatus ?: null,
            'attempts' => $this->attempts,
            'retry_after' => $this->retryAfter ?: null,
            'user' => $this->user,
            'id' => $this->id,
            'code' => $this->code,
            'message' => $this->message,
            'hint' => $this->hint,
            'request_id' => $this->requestId,
            'client_request_id' => $this->clientRequestId,
            'server_date' => $this->serverDate?->format(self::JSON_TIME),
            'sessions_valid_from' => $this->sessionsValidFrom?->format(self::JSON_TIME),
        ];
        return array_filter($known, static fn (mixed $value): bool => $value !== null);
    }

    /**
     * Makes an outcome of what its JSON holds, decoded to an array, or a line of the journal or of the command's JSON.
     * Empty texts are taken for unknown, as tables have them; other names are passed over.
     *
     * @param array<array-key, mixed> $values
     * @throws \InvalidArgumentException where there is no status, or a value is not of its kind; a time has its zone.
     */
    public static function fromArray(array $values): self
    {
        $carried = new Carried($values);
        return new self(
            time: $carried->time('time') ?? new \DateTimeImmutable(),
            status: $carried->status('status'),
            httpStatus: $carried->number('http_status'),
            attempts: $carried->number('attempts'),
            retryAfter: $carried->real('retry_after'),
            user: $carried->text('user'),
            id: $carried->text('id'),
            code: $carried->text('code'),
            message: $carried->text('message'),
            hint: $carried->text('hint'),
            requestId: $carried->text('request_id'),
            clientRequestId: $carried->text('client_request_id'),
            serverDate: $carried->time('server_date'),
            sessionsValidFrom: $carried->time('sessions_valid_from'),
        );
    }

    /** @internal */
    public static function read(#[\SensitiveParameter] \FFI\CData $from): self
    {
        return new self(
            Status::ofNumber($from->status),
            $from->http_status,
            $from->attempts,
            $from->retry_after,
            Values::time($from->time),
            $from->user,
            $from->id,
            $from->code,
            $from->message,
            $from->hint,
            $from->request_id,
            $from->client_request_id,
            $from->server_date === null ? null : Values::time($from->server_date),
            Values::pairs($from->headers, $from->headers_len),
            $from->sessions_valid_from === null ? null : Values::time($from->sessions_valid_from),
        );
    }
}
