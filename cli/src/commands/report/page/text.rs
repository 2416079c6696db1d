//! Text from outside as text: nothing in it is markup, and nothing turns the reading direction.

use std::fmt::{self, Write};

use crate::terminal::harmless;

/// How the pages' templates escape whatever they show.
#[derive(Clone, Copy)]
pub(crate) struct Text;

impl askama::filters::Escaper for Text {
    fn write_escaped_str<W: Write>(&self, mut page: W, text: &str) -> fmt::Result {
        for character in harmless(text).chars() {
            match character {
                '&' => page.write_str("&amp;")?,
                '<' => page.write_str("&lt;")?,
                '>' => page.write_str("&gt;")?,
                '"' => page.write_str("&quot;")?,
                '\'' => page.write_str("&#39;")?,
                other => page.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use askama::filters::Escaper as _;

    #[test]
    fn nothing_from_outside_is_markup() {
        let mut escaped = String::new();
        super::Text
            .write_escaped_str(&mut escaped, "<script>\"o'b\" & \u{202e}x")
            .unwrap();
        assert_eq!(
            escaped,
            "&lt;script&gt;&quot;o&#39;b&quot; &amp; \\u{202e}x"
        );
    }
}
