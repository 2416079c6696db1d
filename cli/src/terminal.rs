//! What goes to people: one place that writes, and that lets no control character of a server through.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use graph_invalidate::can_steer_a_terminal;

/// Text from outside, with control characters shown as escapes: a server must not steer the terminal.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().any(can_steer_a_terminal) {
        text.chars()
            .map(|character| match can_steer_a_terminal(character) {
                true => character.escape_default().to_string(),
                false => character.to_string(),
            })
            .collect()
    } else {
        Cow::Borrowed(text)
    }
}

/// What a writer makes of a character that could steer a terminal.
#[derive(Clone, Copy)]
enum Escape {
    /// As people read it; our own colours pass.
    Text,
    /// As JSON has it, which reads it back as it was.
    Json,
}

/// Everything that is written passes here: no control character of a server, a file or a directory reaches the
/// terminal.
pub(crate) struct Harmless<W> {
    output: W,
    escape: Escape,
}

impl<W: Write> Harmless<W> {
    /// For lines that people read.
    pub(crate) fn text(output: W) -> Harmless<W> {
        Harmless {
            output,
            escape: Escape::Text,
        }
    }

    /// For JSON.
    pub(crate) fn json(output: W) -> Harmless<W> {
        Harmless {
            output,
            escape: Escape::Json,
        }
    }
}

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Whoever writes here writes whole characters.
        let text = String::from_utf8_lossy(bytes);
        let mut rest = &*text;
        while let Some(position) = rest.find(|it: char| it != '\n' && can_steer_a_terminal(it)) {
            let (before, from) = rest.split_at(position);
            self.output.write_all(before.as_bytes())?;
            let colour = COLOURS.iter().find(|colour| from.starts_with(**colour));
            let length = match (self.escape, colour, from.chars().next()) {
                (Escape::Text, Some(colour), _) if in_colour() => {
                    self.output.write_all(colour.as_bytes())?;
                    colour.len()
                }
                (Escape::Text, _, Some(harmful)) => {
                    write!(self.output, "{}", harmful.escape_default())?;
                    harmful.len_utf8()
                }
                (Escape::Json, _, Some(harmful)) => {
                    write!(self.output, "\\u{:04x}", u32::from(harmful))?;
                    harmful.len_utf8()
                }
                (_, _, None) => break,
            };
            rest = &from[length..];
        }
        self.output.write_all(rest.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// Writes one line to standard output, where results go.
pub(crate) fn result(line: &str) -> io::Result<()> {
    let mut output = Harmless::text(io::stdout().lock());
    writeln!(output, "{line}")?;
    output.flush()
}

/// Writes one line of JSON to standard output.
pub(crate) fn result_in_json(line: &str) -> io::Result<()> {
    let mut output = Harmless::json(io::stdout().lock());
    writeln!(output, "{line}")?;
    output.flush()
}

/// Writes one line to standard error, where everything else goes. Nobody can be told if that fails.
pub(crate) fn note(line: &str) {
    let _ = writeln!(Harmless::text(io::stderr().lock()), "{line}");
}

/// The colours of our own words, and their end.
const COLOURS: [&str; 3] = ["\x1b[31m", "\x1b[32m", "\x1b[0m"];

/// Whether standard output is a terminal whose user did not forbid colours (<https://no-color.org>).
fn in_colour() -> bool {
    static IN_COLOUR: OnceLock<bool> = OnceLock::new();
    *IN_COLOUR.get_or_init(|| {
        let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        !forbidden && io::stdout().is_terminal()
    })
}

/// A word in red or green, where colours are seen.
pub(crate) fn coloured(word: &str, good: bool) -> Cow<'_, str> {
    match in_colour() {
        true => Cow::Owned(format!("\x1b[{}m{word}\x1b[0m", if good { 32 } else { 31 })),
        false => Cow::Borrowed(word),
    }
}

/// A number with its thousands apart.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something, in words.
pub(crate) fn count_of(count: u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{} {many}", number(count)),
    }
}

/// A duration as people say it, by its two largest units.
pub(crate) fn spoken(duration: std::time::Duration) -> String {
    let seconds = duration.as_millis().div_ceil(1000);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use super::{count_of, harmless, number, spoken};

    #[test]
    fn a_server_cannot_steer_the_terminal() {
        assert_eq!(harmless("jörg@contoso.com"), "jörg@contoso.com");
        assert_eq!(harmless("\x1b[2Jx\r\n"), "\\u{1b}[2Jx\\r\\n");
        assert_eq!(harmless("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn whatever_is_written_steers_nothing() {
        use std::io::Write;
        let outside = "a\u{9b}2J\u{85}b\x1b[2J\x7f\u{202e}ö\n";
        let mut text = Vec::new();
        write!(super::Harmless::text(&mut text), "{outside}").unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "a\\u{9b}2J\\u{85}b\\u{1b}[2J\\u{7f}\\u{202e}ö\n"
        );
        let mut json = Vec::new();
        serde_json::to_writer(super::Harmless::json(&mut json), outside).unwrap();
        assert!(
            json.iter().all(|byte| *byte != 0x7f) && !json.windows(2).any(|it| it == [0xc2, 0x9b])
        );
        let read: String = serde_json::from_slice(&json).unwrap();
        assert_eq!(read, outside);
    }

    #[test]
    fn numbers_and_times_are_written_for_people() {
        let written = [0, 7, 999, 1000, 20_000, 1_234_567].map(number);
        assert_eq!(written, ["0", "7", "999", "1,000", "20,000", "1,234,567"]);
        assert_eq!(count_of(1, "user", "users"), "1 user");
        assert_eq!(count_of(2_000, "user", "users"), "2,000 users");
        let times = [0, 400, 12_000, 938_000, 7_500_000].map(Duration::from_millis);
        let spoken = times.map(spoken);
        assert_eq!(spoken, ["0 s", "1 s", "12 s", "15 min 38 s", "2 h 5 min"]);
    }
}
