//! What goes to people: one place that writes, and that lets no control character of a server through.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

/// Text from outside, with control characters shown as escapes: a server must not steer the terminal.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_harmful) {
        text.chars()
            .map(|character| match is_harmful(character) {
                true => character.escape_default().to_string(),
                false => character.to_string(),
            })
            .collect()
    } else {
        Cow::Borrowed(text)
    }
}

fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Writes one line to standard output, where results go.
pub(crate) fn result(line: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

/// Writes one line to standard error, where everything else goes. Nobody can be told if that fails.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A word in red or green, on a terminal whose user did not forbid colours.
pub(crate) fn coloured(word: &str, good: bool) -> Cow<'_, str> {
    let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if forbidden || !io::stdout().is_terminal() {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("\x1b[{}m{word}\x1b[0m", if good { 32 } else { 31 }))
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_server_cannot_steer_the_terminal() {
        assert_eq!(harmless("jörg@contoso.com"), "jörg@contoso.com");
        assert_eq!(harmless("\x1b[2Jx\r\n"), "\\u{1b}[2Jx\\r\\n");
        assert_eq!(harmless("a\u{202e}b"), "a\\u{202e}b");
    }
}
