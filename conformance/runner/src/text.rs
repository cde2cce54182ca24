//! Text of others, made harmless: what an implementation says ends up on terminals and in reports.

use std::fmt::Write;

/// The most that is kept of one text, in characters.
pub(crate) const MAX_CHARS: usize = 400;

/// Printable and short: controls, and characters that change the direction or the place of others, are escaped; what is
/// longer than [`MAX_CHARS`] is cut.
#[must_use]
pub(crate) fn clean(text: &str) -> String {
    let mut cleaned = String::new();
    let mut characters = text.chars();
    for character in characters.by_ref().take(MAX_CHARS) {
        match character {
            '\n' => cleaned.push_str("\\n"),
            character if is_harmless(character) => cleaned.push(character),
            // Writing to a string cannot fail.
            character => drop(write!(cleaned, "{}", character.escape_unicode())),
        }
    }
    if characters.next().is_some() {
        cleaned.push_str("...");
    }
    cleaned
}

/// [`clean`] of bytes that need not be text.
#[must_use]
pub(crate) fn clean_bytes(bytes: &[u8]) -> String {
    clean(&String::from_utf8_lossy(bytes))
}

fn is_harmless(character: char) -> bool {
    let invisible = matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e007f}'
    );
    !character.is_control() && !invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(clean("expired (ünï, 日本) <b>"), "expired (ünï, 日本) <b>");
    }

    #[test]
    fn nothing_that_steers_a_terminal_or_a_reader_is_left() {
        assert_eq!(clean("a\u{1b}[31m\r\nb\0"), "a\\u{1b}[31m\\u{d}\\nb\\u{0}");
        assert_eq!(clean("\u{202e}evil\u{feff}"), "\\u{202e}evil\\u{feff}");
        assert_eq!(clean_bytes(b"\xff"), "\\u{fffd}");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(clean(&"x".repeat(MAX_CHARS)).len(), MAX_CHARS);
        assert_eq!(clean(&"x".repeat(MAX_CHARS + 1)).len(), MAX_CHARS + 3);
    }
}
