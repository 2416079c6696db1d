// Journals to report on, as a run writes them.

const RUN = "5e4ab3d2-0f9d-4b51-8d2f-9a6c1f0f7a11";
const BEGIN = Date.UTC(2026, 10, 25, 10, 0, 0);

const at = (seconds) => new Date(BEGIN + seconds * 1000).toISOString();
const id = (number) => `${number.toString(16).padStart(8, "0")}-4711-4000-8000-000000000001`;

const run = {
  type: "run",
  version: 1,
  time: at(0),
  run: RUN,
  tool: "graph-invalidate 0.1.0",
  endpoint: "https://graph.microsoft.com",
  api: "beta",
  tenant: "c0ffee00-1111-4222-8333-444455556666",
  application: "aaaaaaaa-0000-4000-8000-000000000002",
  application_name: "Incident Response",
  caller: "0a1b2c3d-0000-4000-8000-000000000002",
  caller_name: "admin@contoso.example",
  mode: "invalidate",
  resumed: false,
  verify: true,
};

const accepted = (number, seconds, user = `user-${number}@contoso.example`) => ({
  type: "outcome",
  time: at(seconds),
  user,
  id: id(number),
  status: "accepted",
  http_status: 200,
  attempts: 1,
  request_id: id(number + 1_000_000),
  server_date: at(Math.floor(seconds)),
});

const verified = (number, seconds, user) => ({
  ...accepted(number, seconds, user),
  status: "verified",
  sessions_valid_from: at(Math.floor(seconds)),
});

const refused = (number, seconds, status, httpStatus, message, more = {}) => ({
  type: "outcome",
  time: at(seconds),
  user: `user-${number}@contoso.example`,
  status,
  http_status: httpStatus,
  message,
  attempts: 1,
  request_id: id(number + 2_000_000),
  ...more,
});

const text = (lines) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

/** Everything that a page can show: users in every state, refusals, waiting, names that try to be markup. */
export function incident() {
  const lines = [
    run,
    { type: "exclusion", time: at(0), user: "break-glass@contoso.example", id: id(9_999) },
    {
      type: "excluded",
      time: at(1),
      user: "break-glass@contoso.example",
      exclusion: "break-glass@contoso.example",
    },
  ];
  for (let number = 0; number < 60; number += 1) {
    lines.push(accepted(number, 1 + number / 2));
  }
  for (let number = 60; number < 64; number += 1) {
    lines.push(refused(number, 31, "throttled", 429, "Too many requests.", { retry_after: 20 }));
  }
  for (let number = 60; number < 90; number += 1) {
    lines.push(accepted(number, 52 + number / 10));
  }
  for (let number = 0; number < 80; number += 1) {
    lines.push(verified(number, 65 + number / 4));
  }
  const hint = "Check the user key. A user who was deleted has no session left.";
  for (let number = 90; number < 95; number += 1) {
    const message = `Resource 'user-${number}@contoso.example' does not exist or one of its queried reference-property objects are not present.`;
    lines.push(refused(number, 90, "user_not_found", 404, message, { code: "Request_ResourceNotFound", hint }));
  }
  lines.push(
    refused(95, 91, "permission_denied", 403, "<script>document.title = 'owned'</script><img src=x onerror=alert(1)>", {
      user: '"><img src=x onerror=alert(1)>@contoso.example',
      hint: "Ask for User.RevokeSessions.All.",
    }),
  );
  lines.push(accepted(96, 92, "=cmd|'/c calc'!A1@contoso.example"));
  return text(lines);
}

/** A run over so many users, who are all verified but every thousandth. */
export function large(users) {
  const lines = [run];
  for (let number = 0; number < users; number += 1) {
    const seconds = 1 + number / 100;
    if (number % 1_000 === 999) {
      lines.push(refused(number, seconds, "user_not_found", 404, "No such user."));
    } else {
      lines.push(accepted(number, seconds), verified(number, seconds + 2));
    }
  }
  return text(lines);
}
