//! Text from a peer, made fit to be shown.

use alloc::format;
use alloc::string::String;
use core::fmt;

/// A piece of text from the peer, for local logs and terminals: in quotes, escaped, cut after 96 characters, and
/// without tokens.
///
/// What begins like a JWT is replaced by its length, so that a token in the wrong place is not shown either.
///
/// ```
/// use wimse_identifier::explain::Excerpt;
///
/// assert_eq!(Excerpt::new("https://a.example/\u{1b}[2J").to_string(), r#""https://a.example/\u{1b}[2J""#);
/// assert_eq!(Excerpt::new("Bearer eyJhbGciOiJFUzI1NiJ9.e30.c2ln").to_string(), r#""Bearer <29 bytes of a token>""#);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Excerpt(String);

impl Excerpt {
    const MAX_CHARS: usize = 96;

    /// Makes an excerpt of any text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::up_to(Self::MAX_CHARS, text)
    }

    /// Makes an excerpt that is cut after this many characters, for records that people search.
    ///
    /// ```
    /// use wimse_identifier::explain::Excerpt;
    ///
    /// assert_eq!(Excerpt::up_to(4, "/orders/\n").unquoted(), "/ord…");
    /// ```
    #[must_use]
    pub fn up_to(limit: usize, text: &str) -> Self {
        let Some(start) = token_start(limit, text) else { return Self(quoted(limit, text, "")) };
        let (before, from) = text.split_at(start);
        let end = from.find(|c: char| !is_of_token(c)).unwrap_or(from.len());
        let rest = if end < from.len() { "…" } else { "" };
        Self(quoted(limit, before, &format!("<{end} bytes of a token>{rest}")))
    }

    /// The text without the quotes around it; escaped all the same.
    #[must_use]
    pub fn unquoted(&self) -> &str {
        // There is always a quote at both ends.
        self.0.get(1..self.0.len() - 1).unwrap_or_default()
    }
}

fn quoted(limit: usize, text: &str, after: &str) -> String {
    let shown: String = text.chars().take(limit).flat_map(char::escape_default).collect();
    let rest = if text.chars().nth(limit).is_some() { "…" } else { "" };
    format!("\"{shown}{rest}{after}\"")
}

/// Where a JWT may begin, in what would be shown: `{"` in base64url, at the start of a word, and long enough to matter.
fn token_start(limit: usize, text: &str) -> Option<usize> {
    text.char_indices().take(limit).map(|(at, _)| at).find(|at| {
        let (before, from) = text.split_at(*at);
        from.starts_with("eyJ")
            && !before.ends_with(is_of_part)
            && from.chars().take_while(|c| is_of_token(*c)).nth(MIN_TOKEN).is_some()
    })
}

const MIN_TOKEN: usize = 15;

fn is_of_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

fn is_of_token(c: char) -> bool {
    is_of_part(c) || c == '.'
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Excerpt> for String {
    fn from(excerpt: Excerpt) -> Self {
        excerpt.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn text_is_quoted_escaped_and_cut() {
        for (text, shown) in [
            ("", r#""""#),
            ("plain", r#""plain""#),
            ("a\"b\\\n", r#""a\"b\\\n""#),
            ("\u{202e}é", r#""\u{202e}\u{e9}""#),
        ] {
            assert_eq!(Excerpt::new(text).to_string(), shown);
        }
        assert_eq!(Excerpt::new(&"a".repeat(96)).to_string(), format!("\"{}\"", "a".repeat(96)));
        assert_eq!(Excerpt::new(&"a".repeat(97)).to_string(), format!("\"{}…\"", "a".repeat(96)));
        assert_eq!(Excerpt::new(&"\n".repeat(1000)).to_string().len(), 2 + 2 * 96 + "…".len());
        assert_eq!(Excerpt::up_to(0, "").unquoted(), "");
        assert_eq!(Excerpt::up_to(200, &"é".repeat(201)).unquoted(), format!("{}…", "\\u{e9}".repeat(200)));
    }

    #[test]
    fn tokens_are_not_shown_and_words_like_them_are() {
        let token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
        for (text, shown) in [
            (token.to_string(), format!("\"<{} bytes of a token>\"", token.len())),
            (format!("{token} x"), format!("\"<{} bytes of a token>…\"", token.len())),
            (format!("https://a/{token}"), format!("\"https://a/<{} bytes of a token>\"", token.len())),
            (format!("{}{token}", "/".repeat(97)), format!("\"{}…\"", "/".repeat(96))),
            ("keyJarOfTheGardener".to_string(), "\"keyJarOfTheGardener\"".to_string()),
            ("eyJ".to_string(), "\"eyJ\"".to_string()),
        ] {
            assert_eq!(Excerpt::new(&text).to_string(), shown);
        }
    }
}
