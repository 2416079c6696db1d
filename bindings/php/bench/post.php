<?php

// The same POST with ext-curl, for cargo xtask bench php: `post.php first|warm EMULATOR [COUNT]`.

declare(strict_types=1);

[, $what, $url] = $argv;

$token = trim((string) fgets(STDIN));
$connection = curl_init("{$url}/beta/users/adele.vance@contoso.example/invalidateAllRefreshTokens");
curl_setopt_array($connection, [
    CURLOPT_POST => true,
    CURLOPT_POSTFIELDS => '',
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => ["Authorization: Bearer {$token}", 'Content-Type:'],
]);

function calls(CurlHandle $connection, int $count): void
{
    while ($count-- > 0) {
        $answer = json_decode((string) curl_exec($connection), true);
        $status = curl_getinfo($connection, CURLINFO_RESPONSE_CODE);
        if ($status !== 204 && ($status !== 200 || ($answer['value'] ?? true) !== true)) {
            throw new RuntimeException("status {$status}");
        }
    }
}

if ($what === 'first') {
    calls($connection, 1);
}
while ($what === 'warm' && fgets(STDIN) !== false) {
    $begin = hrtime(true);
    calls($connection, (int) $argv[3]);
    echo (hrtime(true) - $begin) / 1e9, "\n";
}
